"""Two models on decided targets: counts, differences in pairs, intervals and tests."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.artefact import load_model, newest_model
from detector.decided_posts import DecidedPost, JudgedTarget
from detector.evaluation.decided import compare_decided, judge_again, matched_interval
from detector.score import Detector, default_reader
from detector.types import LinkVerdict, Post, VerdictName

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def judged(
    champion: VerdictName, challenger: VerdictName, count: int = 1, *, counterfeit: bool = True, weight: float = 1.0
):
    return [JudgedTarget(f"t{n}", counterfeit, weight, champion, challenger) for n in range(count)]


def difference(found, question: str, *, counterfeit: bool = True):
    return next(d for d in found.differences if (d.question, d.counterfeit) == (question, counterfeit))


def test_counts_by_model_and_label():
    targets = judged("hold", "review", 3) + judged("allow", "hold", 2) + judged("review", "allow", 4, counterfeit=False)
    found = compare_decided("a", "b", targets)
    assert (found.champion.version, found.challenger.version, found.targets) == ("a", "b", 9)
    ours, theirs = found.champion, found.challenger
    assert [v.events for v in (ours.counterfeit.held, ours.counterfeit.reviewed, ours.counterfeit.allowed)] == [3, 0, 2]
    assert [v.events for v in (theirs.counterfeit.held, theirs.counterfeit.reviewed, theirs.counterfeit.allowed)] == [
        2,
        3,
        0,
    ]
    assert (ours.honest.reviewed.events, theirs.honest.allowed.events) == (4, 4)


def test_differences_are_paired_and_tested():
    found = compare_decided(
        "a", "b", judged("hold", "review", 6) + judged("allow", "hold", 1) + judged("hold", "hold", 3)
    )
    held, flagged = difference(found, "held"), difference(found, "flagged")
    assert (held.only_champion, held.only_challenger, held.targets, held.difference) == (6, 1, 10, -0.5)
    assert held.p_value == pytest.approx(2 * (1 + 7) / 2**7)
    assert (flagged.only_champion, flagged.only_challenger, flagged.difference) == (0, 1, 0.1)


def test_a_target_that_few_would_have_looked_at_weighs_more():
    targets = judged("hold", "allow", 9) + judged("allow", "hold", 1, weight=90.0)
    found = difference(compare_decided("a", "b", targets), "held")
    assert found.difference == -0.8
    assert found.weighted_difference == pytest.approx((90 - 9) / 99, abs=1e-4)


def test_of_a_label_that_nobody_gave_nothing_is_known():
    found = difference(compare_decided("a", "b", judged("hold", "hold")), "held", counterfeit=False)
    assert (found.targets, found.difference, found.weighted_difference, found.p_value) == (0, 0.0, 0.0, 1.0)
    assert (found.low, found.high) == (-0.98, 0.98)


def test_the_interval_is_agresti_and_mins():
    """By hand: (5.5 − 10.5) / 102 ± 1.96 √(16 − 25 / 102) / 102."""
    low, high = matched_interval(10, 5, 100)
    assert math.isclose(low, -0.0490 - 0.0763, abs_tol=2e-4)
    assert math.isclose(high, -0.0490 + 0.0763, abs_tol=2e-4)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 1_000))
def test_the_interval_lies_around_the_difference_and_turns_with_the_models(one, other, same):
    pairs = one + other + same
    low, high = matched_interval(one, other, pairs)
    assert -1 <= low <= high <= 1
    assert matched_interval(other, one, pairs) == pytest.approx((-high, -low))


VERDICTS = st.sampled_from(["allow", "review", "hold"])


@given(st.lists(st.builds(JudgedTarget, st.text(max_size=3), st.booleans(), st.floats(1, 100), VERDICTS, VERDICTS)))
def test_models_that_change_places_change_signs(targets):
    there = compare_decided("a", "b", targets)
    turned = [JudgedTarget(t.target, t.counterfeit, t.weight, t.challenger, t.champion) for t in targets]
    back = compare_decided("b", "a", turned)
    assert (there.champion, there.challenger) == (back.challenger, back.champion)
    for one, other in zip(there.differences, back.differences, strict=True):
        assert (one.only_champion, one.difference) == (other.only_challenger, -other.difference)
        assert one.p_value == pytest.approx(other.p_value)
        assert -1 <= one.weighted_difference <= 1


class ByWord(Detector):
    """Holds links of posts that say a word; other links of them are allowed."""

    def __init__(self, word: str, target: str) -> None:
        super().__init__(load_model(newest_model()), default_reader())
        self.word, self.target = word, target

    def score(self, post: Post) -> list[LinkVerdict]:
        verdicts = [
            (x, "hold" if self.word in post.text and x.target == self.target else "allow") for x in self.links_of(post)
        ]
        return [LinkVerdict(x, verdict, 0.5, ()) for x, verdict in verdicts]


def post(number: int, text: str, target: str = "weidian:item:1") -> DecidedPost:
    url = f"https://weidian.com/item.html?itemID={target.rpartition(':')[2]}"
    return DecidedPost(
        target=target, counterfeit=True, decided_at=NOW, look="held", weight=2.0, post_id=f"p{number}", account_id="a",
        posted_at=NOW, text=text, url=url, links=(url, "https://weidian.com/item.html?itemID=99"), n_links=2,
    )  # fmt: skip


def test_a_target_scored_anew_gets_the_gravest_verdict_on_its_own_link():
    targets = [
        [post(1, "晚安"), post(2, "高仿")],
        [post(3, "高仿", "weidian:item:2")],
        [],
    ]
    one, other = ByWord("高仿", "weidian:item:1"), ByWord("晚安", "weidian:item:99")
    assert judge_again(targets, one, other) == [
        JudgedTarget("weidian:item:1", counterfeit=True, weight=2.0, champion="hold", challenger="allow"),
        JudgedTarget("weidian:item:2", counterfeit=True, weight=2.0, champion="allow", challenger="allow"),
    ]
