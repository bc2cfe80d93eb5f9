"""The dashboard counts what was recorded, and says how sure its shares are."""

from __future__ import annotations

import math

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


def test_drift_is_told_by_the_spread_of_scores(store: SqlStore) -> None:
    platform = Platform(store)
    for number in range(120):
        platform.post(f"b{number}", f"b{number}", text=DOUBTFUL if number % 4 == 0 else FINE)
    platform.at(24 * 20)
    for number in range(120):
        platform.post(f"n{number}", f"n{number}", text=DOUBTFUL if number % 4 == 0 else FINE)
    platform.at(24 * 20 + 1)
    same = Dashboards(store, platform.clock).show().drift
    assert (same.before, same.now) == ((0, 90, 0, 0, 30, 0, 0), (0, 90, 0, 0, 30, 0, 0))
    assert same.index == pytest.approx(0)
    for number in range(240):
        platform.post(f"m{number}", f"m{number}", text=DOUBTFUL)
    platform.at(24 * 20 + 2)
    changed = Dashboards(store, platform.clock).show().drift
    assert changed.now == (0, 90, 0, 0, 270, 0, 0)
    # By hand, without the half posts: (0.25 - 0.75) ln(0.25 / 0.75) + (0.75 - 0.25) ln(0.75 / 0.25) = ln 3.
    assert changed.index == pytest.approx(math.log(3), abs=0.02)


def test_few_posts_tell_no_drift(store: SqlStore) -> None:
    platform = Platform(store)
    platform.post("p1")
    assert Dashboards(store, platform.clock).show().drift.index is None
