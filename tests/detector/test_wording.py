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
from detector.wording import LONG, PASSAGE, Pull, Wording, WordingReader, passages_of, stretches_of
from detector.wording_signs import BRAND, MAX_SIGNS, Signs, signs_of

READER = default_reader()
WORDING = Wording(
    stretches=("看相册", "相册", "懂的", "小票", " dm me ", BRAND + "包", "00", "1"),
    weights=(2.0, 1.0, 1.5, -2.0, 1.0, 0.5, 0.25, 9.0),
    rarities=(3.0, 2.0, 2.5, 3.5, 3.0, 1.5, 1.0, 1.0),
)
FINDER = WordingReader(WORDING)


def pull(text: str) -> Pull | None:
    reading = READER.text(text)
    return FINDER.pull(reading.read, reading.classed)


def value(text: str) -> float:
    found = pull(text)
    return 0.0 if found is None else found.value


def by_hand(text: str) -> float:
    """The pull from the definition, with vectors: of the whole text, or of the passage that pulls more."""
    reading = READER.text(text)
    signs = signs_of(reading.read, reading.classed)
    return max(map(by_vector, [signs, *passages_of(signs)]))


def by_vector(signs: str) -> float:
    present = set(stretches_of(signs))
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


@given(st.one_of(st.lists(PIECES, max_size=25), st.lists(PIECES, min_size=100, max_size=400)).map("".join))
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
        assert signs_of(reading.read, reading.classed) == f" {BRAND}包 "
    reading = READER.text("只要298")
    assert signs_of(reading.read, reading.classed) == " 只要000 "


def test_a_text_without_learned_stretches_pulls_nowhere() -> None:
    assert pull("今天下雨") is None
    assert observe(Evidence(wording=None)) == {}


def test_the_pull_is_observed_on_its_side_and_bounded() -> None:
    assert set(observe(Evidence(wording=pull("看相册")))) == {OFFER}
    (seen,) = observe(Evidence(wording=pull("有小票"))).values()
    assert (seen.evidence, seen.value) == ("小票", 2.0)
    assert observe(Evidence(wording=Pull(-99.0, "x", (0, 1))))[ORDINARY].value == MOST_ORDINARY
    assert observe(Evidence(wording=Pull(99.0, "x", (0, 1))))[OFFER].value == MOST_OFFER


def test_harmless_words_around_an_offer_do_not_dilute_it() -> None:
    harmless = "".join(f"小票{chr(0x4E00 + n)}" for n in range(LONG))
    assert value(f"{harmless}看相册，懂的{'今天天气很好' * PASSAGE}{harmless}") > 0.9 * value("看相册，懂的")


def test_a_passage_is_shown_with_its_own_words() -> None:
    found = pull("有小票" + "今天天气很好" * PASSAGE + "懂的看相册" + "今天天气很好" * PASSAGE)
    assert found is not None
    assert found.evidence == "懂的看相册"


@pytest.mark.parametrize("length", [0, 1, LONG, LONG + 1, LONG + PASSAGE // 2, 10 * PASSAGE + 7])
def test_passages_cover_a_long_text_and_overlap_by_half(length: int) -> None:
    signs = "".join(chr(0x4E00 + n % 5000) for n in range(length))
    passages = passages_of(signs)
    assert bool(passages) == (length > LONG)
    assert all(len(passage) == PASSAGE for passage in passages)
    assert set("".join(passages)) == (set(signs) if passages else set())
    for half in range(0, length - PASSAGE // 2 if passages else 0, PASSAGE // 2):
        assert any(signs[half : half + PASSAGE // 2] in passage for passage in passages)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("看 相 册，懂 的", "看相册，懂的"),
        ("包包-看-相册", "包包看相册"),
        ("看\n相\n册", "看相册"),
        ("老花 / 看相册", "老花看相册"),
        ("soooo nice, dm me", "soo nice, dm me"),
    ],
)
def test_what_costs_nothing_to_change_is_left_out(written: str, plain: str) -> None:
    one, other = READER.text(written), READER.text(plain)
    assert signs_of(one.read, one.classed) == signs_of(other.read, other.classed)


def test_repeating_words_adds_nothing() -> None:
    assert math.isclose(value("看相册"), value("看相册" * 50), rel_tol=1e-9)


@pytest.mark.parametrize("text", ["看相册" * 400_000, "a " * 500_000, "\ud800" * 100_000, "lv " * 300_000])
def test_only_the_beginning_of_a_huge_text_is_looked_at(text: str) -> None:
    reading = READER.text(text)
    assert len(Signs(reading.read, reading.classed).text) <= MAX_SIGNS + 2
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
    again = set(stretches_of(signs_of(reading.read, reading.classed)))
    found = reader.pull(reading.read, reading.classed)
    expected = math.sqrt(len(again & counted))
    assert math.isclose(0.0 if found is None else found.value, expected, abs_tol=1e-9)
