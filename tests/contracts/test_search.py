"""Two Chinese characters find a project; width and case do not matter; what is found has every word as written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contracts.search import normal, terms, words_of

TEXT = "高标准农田灌溉渠改造 CS-2026-007 department-03 民生"


def found(query: str, text: str = TEXT) -> bool:
    """What views/projects.sql asks: every term of the query in the index, every word in the text."""
    words = words_of(query)
    return set(terms(" ".join(words))) <= set(terms(text)) and all(word in normal(text) for word in words)


def test_two_characters_are_enough() -> None:
    assert found("灌溉")
    assert found("农田 改造")
    assert not found("水库")


def test_one_character_and_a_piece_of_a_code_find_too() -> None:
    assert found("渠")
    assert found("2026-007")
    assert found("ＣＳ－２０２６")


def test_pairs_out_of_order_are_no_word() -> None:
    assert not found("溉灌")
    assert set(terms("准标")) - set(terms(TEXT)) == {"准标"}
    assert not found("农灌溉")


def test_an_empty_query_finds_everything() -> None:
    assert words_of("  ") == ()
    assert found("")


def test_a_query_has_at_most_eight_words() -> None:
    assert len(words_of(" ".join("甲乙丙丁戊己庚辛壬癸"))) == 8


@given(st.text(min_size=1, max_size=30), st.data())
def test_every_piece_of_a_text_finds_it(text: str, data: st.DataObject) -> None:
    plain = normal(text)
    start = data.draw(st.integers(0, len(plain)))
    piece = plain[start : data.draw(st.integers(start, len(plain)))]
    assert found(piece, text)
