"""The dashboard counts what was recorded, and says how sure its shares are."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_world import BAG, DOUBTFUL, FINE, SHOE, Platform, shipped_model

from adapters.sql.store import SqlStore
from detector.model import Model
from detector.reference import Looks, Reference
from detector.score import Detector
from service.dashboard import DAYS, LOOKED_AT, Dashboard, Dashboards, share
from service.drift import Shown, feature_drift, stability

REFERENCE = Reference(
    prevalence=0.01,
    honest=Looks(100, (80, 10, 5, 5, 0, 0, 0), {"brand.many": 1}),
    counterfeit=Looks(50, (0, 0, 0, 10, 10, 10, 20), {"brand.many": 40, "contact.off_platform": 25}),
)


def board_of(platform: Platform, reference: Reference | None = None, model: Model | None = None) -> Dashboard:
    detector = Detector(model or shipped_model())
    return Dashboards(platform.store, platform.clock, detector, reference).show()


@pytest.fixture
def platform(store: SqlStore) -> Platform:
    return Platform(store)


def test_posts_are_counted_by_day_and_verdict(platform: Platform) -> None:
    platform.post("p1")
    platform.post("p2", "a2", text=FINE)
    platform.at(24)
    platform.post("p3", "a3", text=DOUBTFUL)
    board = board_of(platform)
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
    precision = board_of(platform).hold_precision
    assert (precision.of, precision.value) == (2, 0.5), "one waits, and one was never held"


def test_an_old_post_is_no_longer_counted(platform: Platform) -> None:
    platform.post("p1")
    platform.decide("counterfeit")
    platform.at(24 * 40)
    board = board_of(platform)
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
    same = board_of(platform).drift
    assert (same.before, same.now) == ((0, 90, 0, 0, 30, 0, 0), (0, 90, 0, 0, 30, 0, 0))
    assert same.index == pytest.approx(0)
    for number in range(240):
        platform.post(f"m{number}", f"m{number}", text=DOUBTFUL)
    platform.at(24 * 20 + 2)
    changed = board_of(platform).drift
    assert changed.now == (0, 90, 0, 0, 270, 0, 0)
    # By hand, without the half posts: (0.25 - 0.75) ln(0.25 / 0.75) + (0.75 - 0.25) ln(0.75 / 0.25) = ln 3.
    assert changed.index == pytest.approx(math.log(3), abs=0.02)


def test_few_posts_tell_no_drift(store: SqlStore) -> None:
    platform = Platform(store)
    platform.post("p1")
    assert board_of(platform).drift.index is None


def test_the_card_says_what_is_expected_at_the_platform_s_prevalence(platform: Platform) -> None:
    for number in range(100):
        platform.post(f"p{number}", f"p{number}", text=FINE)
    drift = board_of(platform, REFERENCE, shipped_model().shifted(0.1)).drift
    assert drift.card == pytest.approx((0.72, 0.09, 0.045, 0.065, 0.02, 0.02, 0.04))
    assert drift.now == (0, 0, 0, 0, 0, 0, 0), "what is posted this very instant is not counted yet"
    platform.at(1)
    drift = board_of(platform, REFERENCE, shipped_model().shifted(0.1)).drift
    # Eleven times the odds: 0.01 by the card is 0.1 on this platform, and all posts have 0.01.
    assert drift.edges[1] == pytest.approx(0.1)
    assert drift.now == (100, 0, 0, 0, 0, 0, 0)
    assert drift.index_of_card is not None
    assert drift.index_of_card > 0.25
    assert board_of(platform).drift.index_of_card is None


def test_what_changed_most_in_the_posts_comes_first(platform: Platform) -> None:
    said = "晚安 加微信 lv8888"
    for number in range(150):
        platform.post(f"b{number}", f"b{number}", text=FINE)
    platform.at(24 * 20)
    for number in range(150):
        platform.post(f"n{number}", f"n{number}", text=said if number % 2 else FINE)
    platform.at(24 * 20 + 1)
    features = board_of(platform, REFERENCE).features
    assert features is not None
    first = {found.name: found for found in features}["contact.off_platform"]
    assert (first.before, first.now, first.card) == (0, 0.5, pytest.approx(0.005))
    assert first.index > 1
    assert [found.index for found in features] == sorted((found.index for found in features), reverse=True)


def test_features_of_a_few_posts_tell_nothing(platform: Platform) -> None:
    platform.post("p1")
    assert board_of(platform).features is None


def test_a_sample_is_even_over_the_span(platform: Platform) -> None:
    for number in range(LOOKED_AT + 100):
        platform.post(f"p{number}", f"p{number}", text=FINE)
    platform.at(1)
    end = platform.clock.now()
    with platform.store.begin(write=False) as work:
        some = work.sample_of_posts(end - timedelta(days=1), end, 50)
        every = work.sample_of_posts(end - timedelta(days=1), end, 1_000)
        none = work.sample_of_posts(end, end + timedelta(days=1), 50)
    assert [post.post_id for post in some] == [f"p{number}" for number in range(0, LOOKED_AT + 100, 10)]
    assert len(every) == LOOKED_AT + 100
    assert none == []


def test_features_that_nothing_shows_and_spans_that_are_alike_have_no_drift() -> None:
    alike = Shown(200, {"brand.many": 20})
    found = feature_drift(alike, alike, None)
    assert found is not None
    assert [(drift.name, drift.card, drift.index) for drift in found] == [("brand.many", None, 0)]
    assert feature_drift(Shown(99, {}), alike, None) is None


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=8), st.lists(st.floats(0.01, 1), min_size=8, max_size=8))
def test_the_index_is_never_negative_and_the_same_both_ways(one: list[float], other: list[float]) -> None:
    other = other[: len(one)]
    now, before = ([part / sum(parts) for part in parts] for parts in (one, other))
    assert stability(now, before) >= 0
    assert stability(now, before) == pytest.approx(stability(before, now))
    assert stability(now, now) == 0
