"""Imports run one way: the tool's rules hold on this tree, and refuse each breach planted in a skeleton of it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.shape.house import ROOT, SERVICES

LINT = Path(sys.executable).with_name("lint-imports")
ROOMS = ("app", "api", "pages", "inbox", "clock", "handlers", "projections", "views", "domain.policy")
SKELETON = (
    "contracts.kinds",
    *(f"backbone.{package}.part" for package in ("record", "kafka", "web", "identity", "tables", "process")),
    *(f"services.{service}.{room}" for service in SERVICES for room in ROOMS),
    "services.monitoring.bulk",
    "cli.main",
    "deploy.local.up",
    "deploy.demo.year",
)


def test_this_tree_keeps_its_rules() -> None:
    status, said = lint(ROOT)
    assert status == 0, said


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("house")
    for module in SKELETON:
        path = root / (module.replace(".", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
    for folder in [path for path in root.rglob("*") if path.is_dir()]:
        (folder / "__init__.py").touch()
    (root / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    return root


def test_the_skeleton_itself_is_kept(skeleton: Path) -> None:
    status, said = lint(skeleton)
    assert status == 0, said


@pytest.mark.parametrize(
    ("module", "imports", "rule"),
    [
        ("contracts.kinds", "backbone.process.part", "house"),
        ("backbone.record.part", "services.goals.domain.policy", "house"),
        ("services.goals.app", "deploy.local.up", "house"),
        ("deploy.local.up", "cli.main", "house"),
        ("services.goals.app", "services.monitoring.domain.policy", "services"),
        ("services.monitoring.domain.policy", "services.monitoring.handlers", "rooms"),
        ("services.evaluation.views", "services.evaluation.projections", "rooms"),
        ("services.evaluation.handlers", "services.evaluation.inbox", "rooms"),
        ("services.publishing.api", "services.publishing.pages", "rooms"),
        ("services.monitoring.bulk", "services.monitoring.clock", "rooms"),
        ("backbone.process.part", "backbone.record.part", "backbone"),
        ("backbone.identity.part", "backbone.record.part", "backbone"),
        ("backbone.web.part", "backbone.kafka.part", "backbone"),
        ("services.goals.domain.policy", "backbone.process.part", "domain"),
        ("services.goals.domain.policy", "psycopg", "domain"),
        ("services.monitoring.domain.policy", "random", "domain"),
        ("services.publishing.domain.policy", "time", "domain"),
        ("deploy.demo.year", "services.goals.domain.policy", "demo"),
        ("deploy.demo.year", "backbone.process.part", "demo"),
    ],
)
def test_a_planted_breach_is_refused(skeleton: Path, module: str, imports: str, rule: str) -> None:
    planted = skeleton / (module.replace(".", "/") + ".py")
    planted.write_text(f"import {imports}\n", "utf-8")
    try:
        assert broken(*lint(skeleton)) == {rule}
    finally:
        planted.write_text("", "utf-8")


@pytest.mark.parametrize(
    ("room", "rule"),
    [("backbone.cache", "backbone"), ("services.goals.tools", "rooms"), ("services.evaluation.sums", "rooms")],
)
def test_a_room_that_is_not_in_the_plan_is_refused(skeleton: Path, room: str, rule: str) -> None:
    planted = skeleton / (room.replace(".", "/") + ".py")
    planted.write_text("", "utf-8")
    try:
        assert broken(*lint(skeleton)) == {rule}
    finally:
        planted.unlink()


def lint(root: Path) -> tuple[int, str]:
    """Exit status and output of the import linter in a tree."""
    done = subprocess.run([LINT, "--no-cache"], cwd=root, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def broken(status: int, said: str) -> set[str]:
    """The ids of the rules that the linter reports as broken, or that it could not even start with."""
    assert status != 0, "the breach went through"
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return {contract["id"] for contract in contracts if f"{contract['name']} BROKEN" in " ".join(said.split())}
