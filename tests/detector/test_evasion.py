"""The evasion suite: transforms that keep their promises, a fixed set that is fixed, and figures that can be wrong."""

from __future__ import annotations

import unicodedata
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.artefact import load_model, newest_model
from detector.evaluation.deletion import cited, judge_deletion, without_spans
from detector.evaluation.outcomes import outcomes_of
from detector.evasion.suite import (
    FAMILIES,
    MOST_OF_A_CLASS,
    fixed_set,
    run_suite,
    suite_steps,
    transformed,
)
from detector.evasion.transform import MOST_SIGNS, STRENGTHS, TRANSFORMS, Strength, Words, transform
from detector.examples import Example, sample_examples
from detector.links import read_link
from detector.samples import load_samples
from detector.score import Detector
from detector.types import Post, Reason

DETECTOR = Detector(load_model(newest_model()))
OFFER = "LV包包298元 专柜品质 加微信 lv8888 看图"
ITEM = "https://weidian.com/item.html?itemID=4810925731"


def applied(name: str, strength: Strength, text: str, *links: str, seed: int = 1) -> Words:
    return TRANSFORMS[name].apply(Words(text, links), strength, Random(seed))  # noqa: S311


def test_there_are_enough_transforms_each_told_in_both_languages() -> None:
    assert len(FAMILIES) == 4
    assert len(TRANSFORMS) >= 24
    assert suite_steps() == len(TRANSFORMS) * 3
    for one in TRANSFORMS.values():
        assert one.zh
        assert one.en
        assert one.imitates


def test_two_transforms_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="blanks is registered twice"):
        transform("blanks", "一", "one", "pattern")(lambda words, _s, _c: words)


TEXTS = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(["LV", "包", "298", "\ud800", "ß", "İ", " "])).map("".join)
)
LINKS = st.lists(st.one_of(st.just(ITEM), st.text(max_size=20)), max_size=3).map(tuple)


@settings(max_examples=60, deadline=None)
@given(TEXTS, LINKS, st.integers(0, 99))
@pytest.mark.parametrize("name", TRANSFORMS)
def test_never_raises_and_chance_is_only_the_seed(name: str, text: str, links: tuple[str, ...], seed: int) -> None:
    for strength in STRENGTHS:
        found = applied(name, strength, text, *links, seed=seed)
        assert found == applied(name, strength, text, *links, seed=seed)
        assert len(found.text) <= min(MOST_SIGNS, 12 * len(text) + 1_000)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_text_never_grows_beyond_a_post(name: str) -> None:
    assert len(applied(name, "heavy", "LV包298 " * 20_000, ITEM).text) <= MOST_SIGNS


@pytest.mark.parametrize("name", TRANSFORMS)
def test_does_something_to_an_offer(name: str) -> None:
    text = OFFER + " Gucci bag, real leather, dm for price"
    assert applied(name, "heavy", text, ITEM) != Words(text, (ITEM,))


@pytest.mark.parametrize("name", ["blanks", "invisible", "separators", "line_breaks", "bidi", "combining"])
def test_signs_that_are_put_in_leave_the_words_in_order(name: str) -> None:
    kept = iter(applied(name, "heavy", OFFER).text)
    assert all(sign in kept for sign in OFFER)


@pytest.mark.parametrize("name", ["full_width", "maths_letters", "enclosed"])
def test_other_forms_of_signs_are_those_signs(name: str) -> None:
    found = applied(name, "heavy", "Gucci 298").text
    assert unicodedata.normalize("NFKC", found) == "Gucci 298"
    assert found != "Gucci 298"


@pytest.mark.parametrize("name", ["padding_before", "padding_after", "padding_around", "hashtags", "denial", "quoting"])
def test_padding_leaves_the_offer_whole(name: str) -> None:
    for strength in STRENGTHS:
        assert OFFER in applied(name, strength, OFFER).text


@pytest.mark.parametrize("name", ["tracking", "redirector"])
def test_links_still_lead_where_they_led(name: str) -> None:
    for strength in STRENGTHS:
        (link,) = applied(name, strength, OFFER, ITEM).links
        assert read_link(link).target == read_link(ITEM).target


def test_decoys_stand_beside_the_link() -> None:
    found = applied("decoys", "heavy", OFFER, ITEM).links
    assert found[0] == ITEM
    assert len(set(found)) == 9


def test_a_heavier_hand_changes_more() -> None:
    changed = [
        sum(one != other for one, other in zip(OFFER * 9, applied("full_width", s, OFFER * 9).text, strict=True))
        for s in STRENGTHS
    ]
    assert changed[0] < changed[1] < changed[2]


# The suite


def example(number: int, *, counterfeit: bool, source: str = "s") -> Example:
    text = f"{OFFER} {number}" if counterfeit else f"今天去公园走了走，看见{number}只鸟"
    return Example(counterfeit, source, "x", str(number), "test", text=text, url=ITEM, links=(ITEM,), synthetic=True)


def test_the_fixed_set_is_fixed_and_no_source_fills_it() -> None:
    many = [example(n, counterfeit=False, source="big") for n in range(2_000)]
    few = [example(n, counterfeit=False, source="small") for n in range(50)]
    outcomes = outcomes_of(DETECTOR, many + few)
    _, honest = fixed_set(outcomes)
    assert honest == fixed_set(outcomes)[1]
    assert len(honest) == MOST_OF_A_CLASS
    assert sum(e.source == "small" for e in honest) == 50


def test_counterfeit_posts_that_are_allowed_anyway_are_not_in_the_set() -> None:
    missed = msgspec.structs.replace(example(0, counterfeit=True), text="今天去公园走了走")
    assert fixed_set(outcomes_of(DETECTOR, [missed, example(1, counterfeit=True)]))[0] == [example(1, counterfeit=True)]


def test_what_chance_decides_depends_on_the_post_alone() -> None:
    one = example(1, counterfeit=True)
    assert transformed(one, "invisible", "heavy", 7) == transformed(one, "invisible", "heavy", 7)
    assert transformed(one, "invisible", "heavy", 7) != transformed(one, "invisible", "heavy", 8)


def test_counts_what_is_kept_and_who_is_hurt() -> None:
    posts = [example(n, counterfeit=n % 2 == 0) for n in range(12)]
    ticks: list[int] = []
    report = run_suite(DETECTOR, outcomes_of(DETECTOR, posts), lambda: ticks.append(1))
    assert (report.counterfeit, report.honest, report.synthetic) == (6, 6, 12)
    assert len(report.under) == len(ticks) == suite_steps()
    assert report.honest_held_before.events == 0
    tracked = [u for u in report.under if u.name == "tracking"]
    assert [(u.recall_kept.share, u.changed, u.shift) for u in tracked] == [(1.0, 6, 0.0)] * 3


def test_a_model_that_disguise_fools_fails() -> None:
    """One that knows the price alone, against posts without one."""
    blind = msgspec.structs.replace(
        DETECTOR.model, weights={"price.far_below_reference": 4.0, "price.bare_far_below_reference": 4.0}, wording=None
    )
    posts = [example(n, counterfeit=True) for n in range(6)]
    report = run_suite(Detector(blind, DETECTOR.reader), outcomes_of(Detector(blind, DETECTOR.reader), posts))
    heavy = next(u for u in report.under if (u.name, u.strength) == ("no_price", "heavy"))
    assert heavy.recall_kept.share <= 0.5
    assert heavy in report.failures


# Deletion


def reason(start: int, end: int, weight: float = 1.0) -> Reason:
    return Reason("claim.replica", "", "", "", (start, end), weight)


def test_cited_places_are_joined_and_honest_ones_left_out() -> None:
    assert cited([reason(3, 6), reason(5, 8), reason(1, 2, -1.0), reason(10, 11)]) == [(3, 8), (10, 11)]


def test_what_is_taken_out_leaves_a_blank() -> None:
    post = Post("p", "a", "LV包包298元好")
    assert without_spans(post, [(0, 2), (4, 8)]).text == " 包包 好"


def test_taking_out_what_reasons_cite_lowers_held_sample_posts() -> None:
    held = [o for o in outcomes_of(DETECTOR, sample_examples(load_samples())) if o.verdict == "hold" and o.example.text]
    report = judge_deletion(DETECTOR, held)
    assert report.posts > 20
    # Not every one: without the cited words the rest of a text is weighed anew, since its length is normalised away.
    assert report.falls.share > 0.9
    assert report.mean_drop > 3 * report.mean_drop_of_chance


def test_reasons_that_are_not_the_reasons_are_found_out() -> None:
    """Citing the first sign of each post, whatever it says."""
    posts = [example(n, counterfeit=True) for n in range(10)]
    lying = [
        msgspec.structs.replace(o, reasons=(reason(len(OFFER) - 1, len(OFFER)),)) for o in outcomes_of(DETECTOR, posts)
    ]
    assert judge_deletion(DETECTOR, lying).mean_drop < judge_deletion(DETECTOR, outcomes_of(DETECTOR, posts)).mean_drop
