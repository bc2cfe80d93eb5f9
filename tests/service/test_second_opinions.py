"""A second person judges without being told what the first one said; where they differ, a senior decides."""

from __future__ import annotations

import pytest
from platform_world import DOUBTFUL, Platform

from adapters.sql.store import SqlStore
from service.answers import CaseAnswer
from service.refusals import NotAllowedError
from service.review import CaseDecision, TargetCases
from service.second_opinions import is_drawn, read_quality

TARGET = "weidian:item:4371293"


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    made = Platform(store)
    numbers = iter(range(10_000))
    made.review._deciders["target"] = TargetCases(lambda: f"s{next(numbers):05}", second_share=1.0)
    return made


@pytest.fixture
def asked(platform: Platform) -> CaseAnswer:
    """Mia has confirmed a target, and a second opinion is asked for."""
    platform.post("p1", text=DOUBTFUL)
    platform.decide_the_case("target", "mia", "counterfeit")
    (case,) = platform.open_cases("second")
    return case


def test_the_first_answer_is_not_told(asked: CaseAnswer) -> None:
    assert (asked.subject, asked.body) == (TARGET, {})
    assert "mia" not in repr(asked)


def test_who_decided_first_gives_no_second_opinion(platform: Platform, asked: CaseAnswer) -> None:
    assert platform.review.claim_next(["second"], "mia") is None
    for forbidden in (
        platform.review.claim,
        lambda i, a: platform.review.decide_case(i, CaseDecision(actor=a, decision="genuine")),
    ):
        with pytest.raises(NotAllowedError, match="no second opinion"):
            forbidden(asked.case_id, "mia")
    found = platform.review.claim_next(["second"], "olga")
    assert found is not None
    assert found.case_id == asked.case_id


def test_where_both_agree_nothing_follows(platform: Platform, asked: CaseAnswer) -> None:
    entries = platform.ledger_length()
    after = platform.decide_the_case("second", "olga", "counterfeit")
    assert (after.state, after.body["first_by"]) == ("decided", "mia")
    assert platform.open_cases("target") == []
    assert platform.ledger_length() == entries + 1
    assert asked.state == "open"


def test_where_they_differ_a_senior_decides_and_the_target_stays_until_then(
    platform: Platform, asked: CaseAnswer
) -> None:
    platform.decide_the_case("second", "olga", "genuine")
    (disputed,) = platform.open_cases("target")
    assert (disputed.for_role, disputed.body) == ("senior", {"disputed": True})
    assert platform.post("p2", text=DOUBTFUL).verdict == "block"
    assert platform.review.claim_next(["target"], "kim", senior=False) is None
    assert platform.review.claim_next(["target"], "lee") is not None
    assert asked.subject == disputed.subject


def test_agreement_is_told_by_person_and_by_the_models_band(platform: Platform, asked: CaseAnswer) -> None:
    platform.decide_the_case("second", "olga", "counterfeit")
    platform.post("q1", text=DOUBTFUL, links=("https://other.example/",))
    platform.decide_the_case("target", "kim", "genuine")
    platform.decide_the_case("second", "olga", "counterfeit")
    quality = read_quality(platform.store)
    assert (quality.overall.n, quality.overall.agreed, quality.overall.value) == (2, 1, 0.0)
    assert {name: (k.n, k.agreed) for name, k in quality.by_person.items()} == {"kim": (1, 0), "mia": (1, 1)}
    assert [(low, k.n) for low, k in quality.by_band] == [(0.5, 2)]
    assert asked.kind == "second"


def test_unsure_hands_a_case_to_a_senior(store: SqlStore) -> None:
    platform = Platform(store)
    platform.post("p1", text=DOUBTFUL)
    after = platform.decide_the_case("target", "mia", "unsure")
    assert (after.state, after.for_role, after.claimed_by) == ("open", "senior", None)
    assert platform.review.claim_next(["target"], "kim", senior=False) is None
    found = platform.review.claim_next(["target"], "olga")
    assert found is not None
    assert platform.decide_the_case("target", "olga", "counterfeit").state == "decided"


def test_a_share_is_drawn() -> None:
    drawn = [is_drawn(f"case{n}", 0.05) for n in range(20_000)]
    assert 0.04 < sum(drawn) / len(drawn) < 0.06
    assert not any(is_drawn(f"case{n}", 0.0) for n in range(1_000))
