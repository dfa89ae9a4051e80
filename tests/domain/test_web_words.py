"""Sentences in two languages: half a sentence is refused on loading, a missing one raises, fields are written as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from backbone.web.words import Words, WordsMissing, WordsWrong, load, parse

WORDS = Words(
    parse(
        """
        [page.list]
        found = { zh = "找到 {n} 个项目", en = "{n} projects found", en_one = "{n} project found" }
        [refusal.BudgetNotPositive]
        zh = "项目 {project} 的预算是 {budget:yuan}（{day:day}，{period:month}）：{parts:list}"
        en = "The budget of {project} is {budget:yuan} ({day:day}, {period:month}): {parts:list}"
        [level]
        stop = { zh = "建议停止", en = "Stop" }
        [told]
        level = { zh = "程度：{level:say.level}", en = "Level: {level:say.level}" }
        """
    )
)


def test_a_sentence_is_said_in_both_languages_with_its_fields() -> None:
    fields = {
        "project": "CS-1",
        "budget": -480_000_000,
        "day": date(2026, 7, 11),
        "period": "2026-07",
        "parts": ("产出", "效益"),
    }
    assert WORDS.both("refusal.BudgetNotPositive", **fields) == {
        "zh": "项目 CS-1 的预算是 −4,800,000.00 元（2026年7月11日，2026年7月）：产出、效益",
        "en": "The budget of CS-1 is CNY −4,800,000.00 (11 July 2026, July 2026): 产出, 效益",
    }


def test_english_has_a_word_for_one() -> None:
    assert WORDS.say("page.list.found", "en", n=1) == "1 project found"
    assert WORDS.say("page.list.found", "en", n=2) == "2 projects found"
    assert WORDS.say("page.list.found", "zh", n=1) == "找到 1 个项目"


def test_a_value_is_said_by_its_table() -> None:
    assert WORDS.say("told.level", "zh", level="stop") == "程度：建议停止"
    with pytest.raises(WordsMissing):
        WORDS.say("told.level", "zh", level="other")


def test_nothing_is_said_as_nothing() -> None:
    said = Words(parse('a = { zh = "{x}；{y}", en = "{x}; {y}" }'))
    assert said.both("a", x=None, y=()) == {"zh": "无；无", "en": "none; none"}


def test_a_missing_sentence_and_a_missing_field_raise() -> None:
    with pytest.raises(WordsMissing):
        WORDS.say("page.list.lost", "zh")
    with pytest.raises(KeyError):
        WORDS.say("page.list.found", "zh")


def test_every_fault_of_a_file_is_named_at_once() -> None:
    with pytest.raises(WordsWrong) as wrong:
        parse(
            """
            half = { zh = "只有中文" }
            empty = { zh = " ", en = "x" }
            uneven = { zh = "{a}", en = "{b}" }
            strange = { zh = "一", en = "one", fr = "un" }
            plural = { zh = "{n}", en = "{n}", en_one = "{m}" }
            bare = "no table"
            """
        )
    assert len(wrong.value.problems) == 6
    with pytest.raises(WordsWrong, match=r"words\.toml"):
        parse("not toml")


def test_a_services_words_stand_over_those_of_all() -> None:
    words = load("services.publishing")
    assert words.has("refusal.NotPermitted")
    assert words.has("refusal.NothingHeld")
    assert all(key.startswith("grade.") for key in words.keys("grade"))
    assert set(load("backbone.web").keys()) < set(words.keys())
