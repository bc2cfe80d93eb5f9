"""Golden cases look like any second look, change nothing, and tell how often people are right."""

from __future__ import annotations

import pytest
from platform_world import DOUBTFUL, Platform

from adapters.sql.store import SqlStore
from service.golden_cases import GoldenCases, read_accuracy
from service.refusals import ClashError, NotAllowedError, NotFoundError
from service.review import TargetCases

GOLDEN = "weidian:item:4371293"


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    made = Platform(store)
    numbers = iter(range(10_000))
    made.review._deciders["target"] = TargetCases(lambda: f"g{next(numbers):05}", golden_share=1.0)
    return made


@pytest.fixture
def golden(platform: Platform) -> GoldenCases:
    """Sena, a senior, has marked a target that mia confirmed."""
    cases = GoldenCases(platform.store, platform.clock)
    platform.post("p1", text=DOUBTFUL)
    platform.decide_the_case("target", "mia", "counterfeit")
    cases.mark(GOLDEN, "sena", "The brand bought one and had it examined.")
    return cases


def another_decision(platform: Platform, post_id: str = "q1") -> None:
    """Of any other target: what a golden case is put among the second looks for."""
    platform.post(post_id, text=DOUBTFUL, links=(f"https://{post_id}.example/",))
    platform.decide_the_case("target", "kim", "genuine")


def test_one_is_put_among_the_second_looks_and_cannot_be_told_from_them(
    platform: Platform, golden: GoldenCases
) -> None:
    another_decision(platform)
    (case,) = platform.open_cases("second")
    assert (case.subject, case.body) == (GOLDEN, {})
    after = platform.decide_the_case("second", "kim", "genuine")
    assert after.body == {"decision": "genuine", "decided_by": "kim"}
    assert golden.is_golden(GOLDEN)


def test_the_answer_changes_nothing_but_the_figures(platform: Platform, golden: GoldenCases) -> None:
    another_decision(platform, "q1")
    platform.decide_the_case("second", "kim", "genuine")
    assert platform.open_cases("target") == []
    assert platform.post("p2", text=DOUBTFUL).verdict == "block"
    another_decision(platform, "q2")
    platform.decide_the_case("second", "olga", "counterfeit")
    accuracy = read_accuracy(platform.store)
    assert (accuracy.overall.of, accuracy.overall.value) == (2, 0.5)
    assert {name: found.value for name, found in accuracy.by_person.items()} == {"kim": 0.0, "olga": 1.0}
    assert golden.is_golden(GOLDEN)


def test_who_marked_it_is_not_asked(platform: Platform, golden: GoldenCases) -> None:
    another_decision(platform)
    assert platform.review.claim_next(["second"], "sena") is None
    found = platform.review.claim_next(["second"], "kim")
    assert found is not None
    assert golden.is_golden(found.subject)


def test_it_waits_at_most_once_at_a_time(platform: Platform, golden: GoldenCases) -> None:
    for post_id in ("q1", "q2", "q3"):
        another_decision(platform, post_id)
    assert [case.subject for case in platform.open_cases("second")] == [GOLDEN]
    assert golden.is_golden(GOLDEN)


def test_one_that_was_decided_otherwise_since_is_not_asked_again(platform: Platform, golden: GoldenCases) -> None:
    platform.decide("genuine")
    another_decision(platform)
    assert platform.open_cases("second") == []
    assert golden.is_golden(GOLDEN)


def test_without_the_mark_nobody_is_asked(platform: Platform, golden: GoldenCases) -> None:
    golden.unmark(GOLDEN, "sena")
    another_decision(platform)
    assert platform.open_cases("second") == []
    with pytest.raises(ClashError, match="no golden case"):
        golden.unmark(GOLDEN, "sena")


def test_only_what_people_have_decided_can_be_golden(platform: Platform) -> None:
    cases = GoldenCases(platform.store, platform.clock)
    with pytest.raises(NotFoundError, match="not known"):
        cases.mark("shop:nobody.example", "sena", "sure")
    platform.post("p1", text=DOUBTFUL)
    with pytest.raises(NotAllowedError, match="have decided"):
        cases.mark(GOLDEN, "sena", "sure")
    platform.decide_the_case("target", "mia", "genuine")
    with pytest.raises(NotAllowedError, match="says why"):
        cases.mark(GOLDEN, "sena", "  ")
    cases.mark(GOLDEN, "sena", "sure")
    with pytest.raises(ClashError, match="already"):
        cases.mark(GOLDEN, "sena", "sure")
