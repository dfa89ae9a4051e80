"""Every refusal has its sentence in both languages, filled by the refusal's own fields; no sentence is left over."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from importlib import import_module
from string import Formatter
from typing import Any

import pytest

from tests.shape.house import ROOT, SERVICES, files, relative
from tests.shape.test_laws import refusals

EVERY_SERVICE = pytest.mark.parametrize("service", SERVICES)
LANGUAGES = ("zh", "en")


@EVERY_SERVICE
def test_every_refusal_is_worded_in_both_languages(service: str) -> None:
    said = sentences(service)
    missing = [
        f"{refusal.__name__}.{lang}"
        for refusal in refusals(service)
        for lang in LANGUAGES
        if not said.get(f"refusal.{refusal.__name__}", {}).get(lang)
    ]
    assert missing == []


@EVERY_SERVICE
def test_a_refusals_sentence_says_only_what_the_refusal_knows(service: str) -> None:
    wrong = []
    for refusal in refusals(service):
        known = {field.name for field in fields(refusal)}
        for lang in LANGUAGES:
            named = names(sentences(service).get(f"refusal.{refusal.__name__}", {}).get(lang, ""))
            if named - known:
                wrong.append(f"{refusal.__name__}.{lang}: {sorted(named - known)}")
    assert wrong == []


@EVERY_SERVICE
def test_both_languages_of_every_sentence_mention_the_same(service: str) -> None:
    uneven = [key for key, leaf in sentences(service).items() if names(leaf["zh"]) != names(leaf["en"])]
    assert uneven == []


@EVERY_SERVICE
def test_no_refusal_is_worded_that_does_not_exist(service: str) -> None:
    known = {f"refusal.{refusal.__name__}" for refusal in refusals(service)}
    assert [key for key in sentences(service) if key.startswith("refusal.") and key not in known] == []


@EVERY_SERVICE
def test_every_sentence_is_said_somewhere(service: str) -> None:
    """A key is said whole, with a value in it (`event.{name}.title`), or by its table where the last word is a value."""
    places = (f"services/{service}/", "backbone/web/")
    text = "\n".join(path.read_text("utf-8") for path in files() if relative(path).startswith(places))
    said = re.compile(
        "|".join(sorted({_pattern(literal) for literal in re.findall(r"[\"']([\w.{}\[\]-]+)[\"']", text)}))
    )
    tables = set(re.findall(r"say\.([\w.]+)\}", text)) | set(re.findall(r"[\"']([\w.]+?)\.?[\"']", text))
    unsaid = [
        key
        for key in sentences(service)
        if not (key.startswith("refusal.") or said.fullmatch(key) or key.rpartition(".")[0] in tables)
    ]
    assert unsaid == []


def _pattern(literal: str) -> str:
    """A string of the code as a pattern of keys: what stands in braces is any word."""
    return re.sub(r"\\\{.*?\\\}", r"[\\w-]+", re.escape(literal))


def sentences(service: str) -> dict[str, dict[str, str]]:
    """The leaves of a service's words.toml by dotted key."""
    import_module(f"services.{service}")
    return dict(_leaves(tomllib.loads((ROOT / "services" / service / "words.toml").read_text("utf-8")), ""))


def names(sentence: str) -> set[str]:
    """The fields that a sentence fills."""
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(sentence) if name}


def _leaves(table: dict[str, Any], prefix: str) -> Any:
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict) and not {"zh", "en"} <= set(value):
            yield from _leaves(value, key)
        else:
            yield key, value
