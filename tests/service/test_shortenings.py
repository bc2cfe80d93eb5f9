"""A person lets a measure end sooner: its points stand, the account and the platform are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from platform_world import Platform

from adapters.sql.store import SqlStore
from service.answers import ActionAnswer
from service.endings import Endings
from service.refusals import ClashError, NotAllowedError, NotFoundError
from service.shortenings import Shortening, Shortenings


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    """A promoter who posts what people have confirmed may not post links for seven days."""
    made = Platform(store)
    made.decide("counterfeit")
    made.at(1)
    made.post("p1", type_="promoter")
    return made


def restriction(platform: Platform) -> ActionAnswer:
    return next(a for a in platform.account_actions() if a.kind == "restrict_links")


def shorten(platform: Platform, action_id: str, days: int, *, account: str = "a1", note: str = "first offence") -> None:
    numbers = iter(range(1_000))
    service = Shortenings(platform.store, platform.books, platform.clock, lambda: f"y{next(numbers):04}")
    service.shorten(Shortening(account, action_id, days, "olga", note))


def test_it_ends_sooner_and_its_points_stand(platform: Platform) -> None:
    measure, before = restriction(platform), platform.status.account("a1")
    assert before.until is not None
    shorten(platform, measure.action_id, 1)
    after = platform.status.account("a1")
    assert (after.state, after.points) == (before.state, before.points)
    assert after.until == platform.clock.now() + timedelta(days=1) < before.until
    told = next(a for a in after.history if a.action_id == measure.action_id)
    assert (told.shortening_reason, told.reversed_at) == ("first offence", None)
    assert platform.event_types()[-1] == "account.restricted"
    with platform.store.begin(write=False) as work:
        line = work.entries("account:a1")[-1]
    assert (line.kind, line.body["actor"]) == ("action_shortened", "olga")


def test_the_platform_is_told_of_the_end_once_and_then(platform: Platform) -> None:
    shorten(platform, restriction(platform).action_id, 1)
    endings = Endings(platform.store, platform.clock, lambda: "ending1")
    assert not endings.run_next()
    platform.clock.time += timedelta(days=1, seconds=1)
    assert endings.run_next()
    assert platform.event_types()[-1] == "account.restored"
    assert platform.status.account("a1").state == "warned"
    platform.clock.time += timedelta(days=30)
    assert not endings.run_next()


def test_it_can_end_at_once(platform: Platform) -> None:
    points = platform.status.account("a1").points
    shorten(platform, restriction(platform).action_id, 0)
    assert platform.event_types()[-1] == "account.restored"
    assert (platform.status.account("a1").state, platform.status.account("a1").points) == ("warned", points)


def test_the_rules_do_not_order_it_again(platform: Platform) -> None:
    before = len(platform.account_actions())
    shorten(platform, restriction(platform).action_id, 0)
    platform.decide("counterfeit")
    assert len(platform.account_actions()) == before


def test_only_a_running_measure_can_be_shortened_and_only_to_a_sooner_end(platform: Platform) -> None:
    measure = restriction(platform)
    link = platform.link_actions()[0]
    with pytest.raises(NotFoundError):
        shorten(platform, "nobody", 1)
    with pytest.raises(NotAllowedError, match="has an end"):
        shorten(platform, link.action_id, 1)
    with pytest.raises(NotAllowedError, match="note"):
        shorten(platform, measure.action_id, 1, note=" ")
    for days in (-1, 3_651):
        with pytest.raises(NotAllowedError, match="3,650"):
            shorten(platform, measure.action_id, days)
    with pytest.raises(ClashError, match="anyway"):
        shorten(platform, measure.action_id, 3_000)
    shorten(platform, measure.action_id, 0)
    with pytest.raises(ClashError, match="anyway"):
        shorten(platform, measure.action_id, 0)
