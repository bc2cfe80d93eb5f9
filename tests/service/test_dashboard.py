"""The dashboard counts what was recorded, and says how sure its shares are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_world import BAG, DOUBTFUL, FINE, SHOE, Platform

from adapters.sql.store import SqlStore
from service.dashboard import DAYS, Dashboards, share


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


def test_posts_are_counted_by_day_and_verdict(platform: Platform) -> None:
    platform.post("p1")
    platform.post("p2", "a2", text=FINE)
    platform.at(24)
    platform.post("p3", "a3", text=DOUBTFUL)
    board = Dashboards(platform.store, platform.clock).show()
    assert len(board.days) == DAYS
    assert [day.counts for day in board.days[-2:]] == [{"hold": 1, "allow": 1}, {"review": 1}]
    assert board.queue == {"target": 1, "sanction": 0, "appeal": 0, "notice": 0, "second": 0}


def test_the_precision_of_holds_is_what_people_said_of_held_targets(platform: Platform) -> None:
    platform.post("p1", links=(BAG,))
    platform.post("p2", "a2", links=(SHOE,))
    platform.post("p3", "a3", links=(f"{BAG}7",))
    platform.post("p4", "a4", links=(f"{BAG}8",), text=DOUBTFUL)
    for url, decision in ((BAG, "counterfeit"), (SHOE, "genuine"), (f"{BAG}8", "genuine")):
        platform.decide(decision, url)
    precision = Dashboards(platform.store, platform.clock).show().hold_precision
    assert (precision.of, precision.value) == (2, 0.5), "one waits, and one was never held"


def test_an_old_post_is_no_longer_counted(platform: Platform) -> None:
    platform.post("p1")
    platform.decide("counterfeit")
    platform.at(24 * 40)
    board = Dashboards(platform.store, platform.clock).show()
    assert not any(day.counts for day in board.days)
    assert board.hold_precision.value is None


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_share_and_narrows(part: int, whole: int) -> None:
    part = min(part, whole)
    one, ten = share(part, whole), share(10 * part, 10 * whole)
    assert one.low is not None
    assert one.high is not None
    assert one.value is not None
    assert 0 <= one.low <= one.value + 1e-9
    assert one.value - 1e-9 <= one.high <= 1
    assert ten.high is not None
    assert ten.low is not None
    assert ten.high - ten.low < one.high - one.low
