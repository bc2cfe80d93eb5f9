"""A decision at the console can be taken back within seconds, before it is told; what came in since is repaired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from platform_world import BAG, DOUBTFUL, FAKE, Platform

from adapters.sql.store import SqlStore
from service.answers import CaseAnswer
from service.blocklist import Blocklist, prefix
from service.rebuild import Rebuilding
from service.refusals import ClashError
from service.review import CaseDecision, TargetCases

TARGET = "weidian:item:4371293"
UNDO = timedelta(seconds=30)


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    made = Platform(store)
    numbers = iter(range(10_000))
    made.review._deciders["target"] = TargetCases(lambda: f"u{next(numbers):05}", UNDO)
    return made


def wait(platform: Platform, seconds: float) -> None:
    platform.clock.time += timedelta(seconds=seconds)
    platform.propagation.drain()


def decide(platform: Platform, decision: str = "counterfeit", *, undoable: bool = True) -> CaseAnswer:
    (case,) = platform.review.cases("target", "open", 0).cases
    return platform.review.decide_case(case.case_id, CaseDecision(actor="mia", decision=decision, undoable=undoable))


def state(platform: Platform) -> str:
    with platform.store.begin(write=False) as work:
        record = work.target(TARGET)
    assert record is not None
    return record.state


def test_nothing_is_told_until_the_time_is_over(platform: Platform) -> None:
    platform.post("p1", text=DOUBTFUL)
    decide(platform)
    wait(platform, 29)
    assert platform.event_types() == []
    assert platform.post("p2", "a2", text=DOUBTFUL).verdict == "block", "new posts are blocked at once"
    wait(platform, 1)
    assert platform.event_types() == ["link.blocked", "account.warned"]


@pytest.mark.parametrize("decision", ["counterfeit", "genuine"])
def test_what_was_taken_back_is_as_before(platform: Platform, decision: str) -> None:
    platform.post("p1", text=FAKE)
    before = (platform.event_types(), platform.hidden("p1"))
    case = decide(platform, decision)
    wait(platform, 10)
    again = platform.review.undo(case.case_id, "mia")
    assert (again.state, again.claimed_by, state(platform)) == ("open", "mia", "suspected")
    wait(platform, 100)
    assert (platform.event_types(), platform.hidden("p1")) == before
    assert platform.account_actions() == []
    assert Rebuilding(platform.store, platform.clock).run(repair=False) == []
    assert decide(platform, "counterfeit").state == "decided"


def test_posts_that_came_in_meanwhile_are_repaired(platform: Platform) -> None:
    platform.post("p1", text=DOUBTFUL)
    case = decide(platform)
    platform.post("p2", "a2", text=DOUBTFUL)
    assert platform.event_types("a2") == ["link.blocked", "account.warned"]
    platform.review.undo(case.case_id, "mia")
    wait(platform, 60)
    assert sorted(platform.event_types("a2")) == ["account.restored", "account.warned", "link.blocked", "link.restored"]
    assert platform.status.account("a2").points == 0
    assert platform.event_types() == []


def test_the_blocklist_takes_it_out_again(platform: Platform) -> None:
    platform.post("p1", text=DOUBTFUL)
    case = decide(platform)
    listed = Blocklist(platform.store)
    version = listed.full().version
    assert listed.full().added == (prefix(TARGET),)
    platform.review.undo(case.case_id, "mia")
    assert listed.since(version).removed == (prefix(TARGET),)


def test_who_may_and_until_when(platform: Platform) -> None:
    platform.post("p1", text=DOUBTFUL)
    case = decide(platform)
    with pytest.raises(ClashError, match="Only who has decided"):
        platform.review.undo(case.case_id, "olga")
    platform.clock.time += UNDO
    with pytest.raises(ClashError, match="being carried out"):
        platform.review.undo(case.case_id, "mia")
    assert state(platform) == "counterfeit"


def test_it_is_taken_back_once(platform: Platform) -> None:
    platform.post("p1", text=DOUBTFUL)
    case = decide(platform)
    platform.review.undo(case.case_id, "mia")
    with pytest.raises(ClashError, match="only once"):
        platform.review.undo(case.case_id, "mia")


def test_a_decision_by_the_api_is_carried_at_once_and_stays(platform: Platform) -> None:
    platform.post("p1", text=DOUBTFUL)
    case = decide(platform, undoable=False)
    with pytest.raises(ClashError):
        platform.review.undo(case.case_id, "mia")
    platform.propagation.drain()
    assert platform.event_types() == ["link.blocked", "account.warned"]


def test_what_was_decided_before_is_not_taken_back_by_a_key(platform: Platform) -> None:
    platform.post("p1", text=DOUBTFUL)
    platform.decide("genuine")
    with platform.store.begin() as work:
        work.want_target_case("again", TARGET, 1.0, platform.clock.now())
    case = decide(platform)
    with pytest.raises(ClashError):
        platform.review.undo(case.case_id, "mia")
    platform.propagation.drain()
    assert platform.event_types() == ["link.blocked", "account.warned"]
    assert platform.post("p2", links=(BAG,)).verdict == "block"
