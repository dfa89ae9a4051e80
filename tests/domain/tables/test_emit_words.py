"""Every reason that `jixiao emit` can give has its sentence in both languages, and no sentence is left over."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from contracts.execution import ExecutionReported

ROOT = Path(__file__).parent.parent.parent.parent
WORDS = tomllib.loads((ROOT / "cli/emitting/words.toml").read_text("utf-8"))
SOURCES = [
    *(ROOT / "cli/emitting").glob("*.py"),
    *(ROOT / "cli/reconciling").glob("*.py"),
    ROOT / "cli/emit.py",
    *(ROOT / "backbone/tables").glob("*.py"),
]
TEXT = "\n".join(path.read_text("utf-8") for path in SOURCES)
SENTENCES = [(section, name) for section, names in WORDS.items() for name in names]


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize(("section", "name"), SENTENCES)
def test_a_sentence_stands_in_both_languages_with_the_same_fields(section: str, name: str) -> None:
    zh, en = WORDS[section][name]["zh"], WORDS[section][name]["en"]
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en)
    assert fields(zh) == fields(en)


@pytest.mark.parametrize(("section", "name"), SENTENCES)
def test_a_sentence_is_said_somewhere(section: str, name: str) -> None:
    said = name.removeprefix("file-") if section == "refusal" else name
    of_a_field = {f"{field.replace('_', '-')}-not-valid" for field in ExecutionReported.model_fields}
    assert f'"{said}"' in TEXT or f'"{name}"' in TEXT or (section == "reason" and name in of_a_field)


def test_whatever_is_refused_is_worded() -> None:
    refused = set(re.findall(r'Refused\(\s*"([a-z0-9-]+)"', TEXT))
    unreadable = {f"file-{reason}" for reason in re.findall(r'Unreadable\(\s*"([a-z0-9-]+)"', TEXT)}
    assert refused
    assert unreadable
    assert refused | unreadable <= set(WORDS["refusal"])


def test_whatever_keeps_a_row_from_being_a_voucher_is_worded() -> None:
    given = set(re.findall(r'(?:append\(|problems \+= \(|return \{\}, |problem = |cells\[:200\]\], )"([a-z-]+)"', TEXT))
    given |= set(re.findall(r'"((?:missing|date|no|amount|other|more|unknown|repeated)-[a-z-]+)"', TEXT))
    assert len(given) > 25
    of_no_row = {
        "no-listed-format",
        "no-json-object",
        "no-workbook",
        "unknown-encoding",
        "unknown-letter",
        "missing-here",
        "missing-there",
        "other-sum",
        "other-figures",
        *WORDS["refusal"],
        *WORDS["told"],
    }
    assert given - set(WORDS["reason"]) - of_no_row == set()
    fields_of = {f"{field.replace('_', '-')}-not-valid" for field in ExecutionReported.model_fields}
    renamed = {"number-not-valid", "numbering-year-not-valid", "amount-not-valid", "date-not-valid"}
    assert fields_of - renamed <= set(WORDS["reason"])
