"""The wording of texts: stretches, pulls that are exact, evidence that stands where it says, no input that harms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.features import observe
from detector.features.wording import MOST_OFFER, MOST_ORDINARY, OFFER, ORDINARY
from detector.reading import Evidence
from detector.score import default_reader
from detector.wording import (
    BRAND,
    MAX_SIGNS,
    Pull,
    Signs,
    Wording,
    WordingReader,
    signs_of,
    stretches_of,
)

READER = default_reader()
WORDING = Wording(
    stretches=("看相册", "相册", "懂的", "小票", " dm me ", BRAND + "包", "00", "1"),
    weights=(2.0, 1.0, 1.5, -2.0, 1.0, 0.5, 0.25, 9.0),
    rarities=(3.0, 2.0, 2.5, 3.5, 3.0, 1.5, 1.0, 1.0),
)
FINDER = WordingReader(WORDING)


def pull(text: str) -> Pull | None:
    reading = READER.text(text)
    return FINDER.pull(reading.read, reading.mentions)


def value(text: str) -> float:
    found = pull(text)
    return 0.0 if found is None else found.value


def by_hand(text: str) -> float:
    """The pull from the definition, with vectors."""
    reading = READER.text(text)
    present = set(stretches_of(signs_of(reading.read, reading.mentions)))
    x = np.array([r * (s in present) for s, r in zip(WORDING.stretches, WORDING.rarities, strict=True)])
    return float(np.array(WORDING.weights) @ x / max(np.linalg.norm(x), 1e-12))


PIECES = st.sampled_from(
    [
        "看相册",
        "相册",
        "懂的",
        "小票",
        " dm me ",
        "lv",
        "包",
        "gucci",
        "298",
        " ",
        "\n",
        "\u200b",
        "，",
        "\ud800",
        BRAND,
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_the_pull_is_what_the_definition_says(text: str) -> None:
    assert math.isclose(value(text), by_hand(text), abs_tol=1e-9)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join)))
def test_evidence_stands_in_the_text_as_sent(text: str) -> None:
    found = pull(text)
    if found is not None:
        start, end = found.span
        assert 0 <= start <= end <= len(text)
        assert found.evidence == text[start:end]


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("懂的都懂，喜欢的看相册哦", "看相册"),
        ("G U C C I 和 louis vuitton 都有，看\u200b相\u200b册", "看\u200b相\u200b册"),
        ("有小票的，可以看", "小票"),
        ("Cheap, dm me now", "dm me"),
        ("lv包", "lv包"),
        ("298", "298"),
    ],
)
def test_shows_the_strongest_words_whole(text: str, evidence: str) -> None:
    found = pull(text)
    assert found is not None
    assert found.evidence == evidence


def test_digits_are_one_class_and_brands_too() -> None:
    assert value("298") == value("777") != 0.0
    for text in ("lv包", "gucci包"):
        reading = READER.text(text)
        assert signs_of(reading.read, reading.mentions) == f" {BRAND}包 "
    reading = READER.text("只要298")
    assert signs_of(reading.read, reading.mentions) == " 只要000 "


def test_a_text_without_learned_stretches_pulls_nowhere() -> None:
    assert pull("今天下雨") is None
    assert observe(Evidence(wording=None)) == {}


def test_the_pull_is_observed_on_its_side_and_bounded() -> None:
    assert set(observe(Evidence(wording=pull("看相册")))) == {OFFER}
    (seen,) = observe(Evidence(wording=pull("有小票"))).values()
    assert (seen.evidence, seen.value) == ("小票", 2.0)
    assert observe(Evidence(wording=Pull(-99.0, "x", (0, 1))))[ORDINARY].value == MOST_ORDINARY
    assert observe(Evidence(wording=Pull(99.0, "x", (0, 1))))[OFFER].value == MOST_OFFER


def test_repeating_words_adds_nothing() -> None:
    assert math.isclose(value("看相册"), value("看相册" * 50), rel_tol=1e-9)


@pytest.mark.parametrize("text", ["看相册" * 400_000, "a " * 500_000, "\ud800" * 100_000, "lv " * 300_000])
def test_only_the_beginning_of_a_huge_text_is_looked_at(text: str) -> None:
    reading = READER.text(text)
    assert len(Signs(reading.read, reading.mentions).text) <= MAX_SIGNS + 2
    pull(text)


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (" ab ", {" ", "a", "b", " a", "ab", "b ", " ab", "ab ", " ab "}),
        (" dm me ", {" dm me "}),
        (" hello, you ", {" hello, ", " hello, you ", " you "}),
        ("", set()),
    ],
)
def test_stretches_are_signs_and_words(signs: str, expected: set[str]) -> None:
    assert expected <= set(stretches_of(signs))
    assert len(set(stretches_of(" ab "))) == 9


@given(st.text(alphabet="ab 老花0" + BRAND, max_size=40))
def test_the_automaton_finds_what_was_counted(signs: str) -> None:
    """Learning and finding must agree on what a stretch is."""
    counted = set(stretches_of(f" {signs} "))
    reader = WordingReader(Wording(tuple(sorted(counted)), (1.0,) * len(counted), (1.0,) * len(counted)))
    reading = READER.text(signs)
    again = set(stretches_of(signs_of(reading.read, reading.mentions)))
    found = reader.pull(reading.read, reading.mentions)
    expected = math.sqrt(len(again & counted))
    assert math.isclose(0.0 if found is None else found.value, expected, abs_tol=1e-9)
