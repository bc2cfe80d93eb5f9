"""Measures that end by themselves are told once, and only where nothing else goes on."""

from __future__ import annotations

import pytest
from platform_world import SHOE, Platform

from adapters.sql.store import SqlStore
from service.endings import Endings


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


def tell(platform: Platform) -> None:
    numbers = iter(range(1000))
    endings = Endings(platform.store, platform.clock, lambda: f"end-{platform.clock.now()}-{next(numbers)}")
    while endings.run_next():
        pass


def test_a_hold_nobody_looked_at_ends_after_72_hours(platform: Platform) -> None:
    platform.post("p1")
    platform.at(71)
    tell(platform)
    assert platform.event_types() == ["link.held"]
    platform.at(72)
    tell(platform)
    tell(platform)
    assert platform.event_types() == ["link.held", "link.restored"]
    assert platform.hidden("p1") == [False]
    with platform.store.begin(write=False) as work:
        assert work.events(account_id="a1", limit=1)[0].body["reason"] == "ended"


def test_a_hold_that_was_confirmed_is_not_restored(platform: Platform) -> None:
    platform.post("p1")
    platform.decide("counterfeit")
    platform.at(80)
    tell(platform)
    assert platform.event_types() == ["link.held", "link.blocked", "account.warned"]


def test_a_hold_that_was_cleared_is_told_once(platform: Platform) -> None:
    platform.post("p1")
    platform.decide("genuine")
    platform.at(80)
    tell(platform)
    assert platform.event_types() == ["link.held", "link.restored"]


def test_a_restriction_ends_after_seven_days(platform: Platform) -> None:
    platform.decide("counterfeit")
    platform.decide("counterfeit", SHOE)
    platform.post("p1", type_="promoter")
    assert platform.status.account("a1").state == "restricted"
    platform.at(7 * 24)
    tell(platform)
    assert platform.event_types()[-1] == "account.restored"
    assert platform.status.account("a1").state == "warned"


def test_an_earlier_end_is_not_told_while_a_later_one_runs(platform: Platform) -> None:
    platform.decide("counterfeit")
    platform.decide("counterfeit", SHOE)
    platform.post("p1", type_="promoter")
    platform.at(100)
    platform.post("p2", type_="promoter", links=(SHOE,))
    (case,) = platform.sanction_cases()
    platform.vote(case, "olga")
    assert len([a for a in platform.account_actions() if a.kind == "restrict_links"]) == 2
    platform.at(7 * 24)
    tell(platform)
    assert "account.restored" not in platform.event_types()
    platform.at(100 + 14 * 24)
    tell(platform)
    assert platform.event_types().count("account.restored") == 1
