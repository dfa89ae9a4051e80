"""The demo's folder: an earlier demo year is removed, anything else is left alone; a pace is read or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from backbone.web import organisations
from cli.demo import seconds_per_month_of
from deploy.demo import home
from deploy.demo.plan import make_plan


def test_a_note_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert home.read(tmp_path / "none") is None
    home.write(tmp_path / "demo", home.Note(7, finished=True))
    assert home.read(tmp_path / "demo") == home.Note(7, finished=True)
    (tmp_path / "demo" / home.NOTE).write_text("{", "utf-8")
    assert home.read(tmp_path / "demo") is None


def test_only_a_demo_is_removed(tmp_path: Path) -> None:
    demo, real = tmp_path / "demo", tmp_path / "real"
    home.write(demo, home.Note(7, finished=False))
    (demo / "postgres").mkdir()
    home.clean(demo)
    assert not demo.exists()
    home.clean(demo)
    demo.mkdir()
    (demo / "lock").touch()
    home.clean(demo)
    (real / "postgres").mkdir(parents=True)
    with pytest.raises(home.NotADemo, match="no demo made"):
        home.clean(real)
    assert (real / "postgres").is_dir()


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    with (
        home.alone(tmp_path / "demo"),
        home.alone(tmp_path / "demo-check"),
        pytest.raises(home.InUse, match="Ctrl-C"),
        home.alone(tmp_path / "demo"),
    ):
        pass
    with home.alone(tmp_path / "demo"):
        home.clean(tmp_path / "demo")


@pytest.mark.parametrize(("pace", "seconds"), [(None, 0.0), ("1month=10s", 10.0), ("1month=0.5s", 0.5)])
def test_a_pace_is_seconds_a_month(pace: str | None, seconds: float) -> None:
    assert seconds_per_month_of(pace) == seconds


@pytest.mark.parametrize("pace", ["10s", "1month=10", "1month=-1s", "1 month = 10 s", ""])
def test_any_other_pace_is_refused(pace: str) -> None:
    with pytest.raises(typer.BadParameter):
        seconds_per_month_of(pace)


def test_the_county_names_its_organisations_in_a_form_that_pages_read(tmp_path: Path) -> None:
    plan = make_plan(2026)
    home.name_organisations(tmp_path, plan.county, plan.units)
    known = organisations.load(tmp_path)
    assert len(known.names) == 48 + 3
    assert known.name("department-14", "zh") == "水利局"
    assert known.name("county", "zh") == plan.county
