"""Every sentence of a service in both languages: its `words.toml` over the ones that all services share.

    words = load("services.goals")
    words.say("refusal.GoalNotApproved", "zh", project="CS-1", year=2026)

A leaf of the file is a table with `zh` and `en` (and `en_one` where English has another form for one). A file with half a leaf,
or with fields that differ between the languages, is refused on loading with every problem named; a key that nobody wrote raises.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any, Literal

from backbone.web import notation

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class WordsMissing(LookupError):
    """A sentence was asked for that no words.toml has."""


class WordsWrong(ValueError):
    """A words.toml that can't be used; `problems` names every fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Words:
    """Sentences by key, such as `page.overview.title`; fields are filled in with `str.format`.

    Beside Python's own formats a field takes `:yuan` (fen as yuan with unit), `:day`, `:month`, `:moment`, `:list`, and `:say.KEY`, which
    says the sentence `KEY.VALUE` (`{level:say.level}`).
    """

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        self._sentences = sentences
        self._formatters: dict[Language, _Fields] = {lang: _Fields(self, lang) for lang in LANGUAGES}

    def say(self, key: str, lang: Language, /, **fields: object) -> str:
        """The sentence `key` in `lang`; WordsMissing where there is none, KeyError where a field is not given."""
        sentence = self._sentences.get(key)
        if sentence is None:
            raise WordsMissing(f"no words.toml has a sentence {key!r}")
        text = sentence["en_one"] if lang == "en" and fields.get("n") == 1 and "en_one" in sentence else sentence[lang]
        return self._formatters[lang].vformat(text, (), fields)

    def both(self, key: str, /, **fields: object) -> dict[str, str]:
        """The sentence in every language, by language."""
        return {lang: self.say(key, lang, **fields) for lang in LANGUAGES}

    def has(self, key: str) -> bool:
        """Whether there is a sentence `key`."""
        return key in self._sentences

    def keys(self, under: str = "") -> tuple[str, ...]:
        """All keys, or those under a table such as `refusal`."""
        return tuple(key for key in self._sentences if not under or key.startswith(f"{under}."))


@cache
def load(package: str) -> Words:
    """The words of a service's package (`services.goals`) over backbone's own; its package may have no words.toml yet."""
    sentences = _sentences("backbone.web")
    if package != "backbone.web":
        sentences = {**sentences, **_sentences(package)}
    return Words(sentences)


def parse(text: str, where: str = "words.toml") -> dict[str, dict[str, str]]:
    """The sentences of a words.toml by dotted key; WordsWrong names every fault."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WordsWrong([f"{where}: {error}"]) from None
    found = dict(_leaves(tree, ""))
    problems = [f"{where}: {problem}" for key, leaf in found.items() for problem in _faults(key, leaf)]
    if problems:
        raise WordsWrong(problems)
    return found


def _sentences(package: str) -> dict[str, dict[str, str]]:
    file = resources.files(package) / "words.toml"
    return parse(file.read_text("utf-8"), f"{package}/words.toml") if file.is_file() else {}


def _leaves(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, str]]]:
    for name, value in tree.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
            yield from _leaves(value, key)
        else:
            yield key, value


def _faults(key: str, leaf: Any) -> Iterator[str]:
    if not isinstance(leaf, dict):
        yield f"{key} is no table with zh and en"
        return
    for lang in LANGUAGES:
        if not isinstance(leaf.get(lang), str) or not leaf[lang].strip():
            yield f"{key} has no {lang}"
    for name in sorted(set(leaf) - {"zh", "en", "en_one"}):
        yield f"{key} has {name}, which is no language"
    texts = {name: _field_names(text) for name, text in leaf.items() if isinstance(text, str)}
    if "zh" in texts and "en" in texts and texts["zh"] != texts["en"]:
        yield f"{key} fills {sorted(texts['zh'])} in zh and {sorted(texts['en'])} in en"
    if not texts.get("en_one", set()) <= texts.get("en", set()) | {"n"}:
        yield f"{key} fills other fields in en_one than in en"


def _field_names(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(text) if name}


class _Fields(Formatter):
    """Fills a sentence's fields in one language."""

    def __init__(self, words: Words, lang: Language) -> None:
        super().__init__()
        self._words = words
        self._lang: Language = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith("say."):
            return self._words.say(f"{format_spec[4:]}.{value}", self._lang)
        match format_spec:
            case "yuan":
                return notation.yuan(value, self._lang)
            case "day":
                return notation.day(value, self._lang)
            case "month":
                return notation.month(value, self._lang)
            case "moment":
                return notation.moment(value, self._lang)
            case "" | "list":
                return self._plain(value)
            case _:
                return super().format_field(value, format_spec)

    def _plain(self, value: Any) -> str:
        if isinstance(value, tuple | list | set | frozenset):
            between = "、" if self._lang == "zh" else ", "
            return between.join(self._plain(part) for part in value) or ("无" if self._lang == "zh" else "none")
        if value is None:
            return "无" if self._lang == "zh" else "none"
        return notation.day(value, self._lang) if isinstance(value, date) else str(value)
