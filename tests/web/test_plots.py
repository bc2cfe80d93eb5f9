"""Plots that the console draws itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from service.records import Spread
from web.console.plots import HEIGHT, LEAST, WIDTH, spread_bars

FIRST = datetime(2026, 10, 1, tzinfo=UTC)


def test_each_span_with_posts_has_its_bar_where_it_belongs() -> None:
    bars = spread_bars(Spread(FIRST, FIRST + timedelta(hours=3), timedelta(hours=1), (5, 0, 10, 0)))
    assert [(bar.x, bar.y, bar.height) for bar in bars] == [(0.0, HEIGHT / 2, HEIGHT / 2), (WIDTH / 2, 0.0, HEIGHT)]
    assert [bar.title for bar in bars] == ["2026-10-01 00:00: 5", "2026-10-01 02:00: 10"]


def test_few_posts_beside_many_can_still_be_seen() -> None:
    bars = spread_bars(Spread(FIRST, FIRST, timedelta(minutes=1), (1, 100_000)))
    assert bars[0].height == LEAST
    assert all(0 <= bar.y <= HEIGHT and bar.width > 0 for bar in bars)
