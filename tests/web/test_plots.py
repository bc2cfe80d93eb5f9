"""Plots that the console draws itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from detector.price_comparison import PriceComparison
from service.records import Spread
from web.console.plots import HEIGHT, LEAST, WIDTH, price_plot, spread_bars

FIRST = datetime(2026, 10, 1, tzinfo=UTC)


def test_each_span_with_posts_has_its_bar_where_it_belongs() -> None:
    bars = spread_bars(Spread(FIRST, FIRST + timedelta(hours=3), timedelta(hours=1), (5, 0, 10, 0)))
    assert [(bar.x, bar.y, bar.height) for bar in bars] == [(0.0, HEIGHT / 2, HEIGHT / 2), (WIDTH / 2, 0.0, HEIGHT)]
    assert [bar.title for bar in bars] == ["2026-10-01 00:00: 5", "2026-10-01 02:00: 10"]


def test_few_posts_beside_many_can_still_be_seen() -> None:
    bars = spread_bars(Spread(FIRST, FIRST, timedelta(minutes=1), (1, 100_000)))
    assert bars[0].height == LEAST
    assert all(0 <= bar.y <= HEIGHT and bar.width > 0 for bar in bars)


def test_prices_stand_in_their_order_and_the_band_between_its_ends() -> None:
    plot = price_plot(PriceComparison("LV", "手袋", "bags", 8_000, 64_000, (250, 500, 500, 8_000)))
    xs = [mark.x for mark in plot.asked]
    assert len(xs) == 3, "the same price is one mark"
    assert xs == sorted(xs)
    assert abs((xs[2] - xs[1]) - 4 * (xs[1] - xs[0])) < 1, "500 to 8,000 is four times as often doubled as 250 to 500"
    assert abs(plot.band.x - xs[2]) < 5
    assert xs[0] >= 0
    assert plot.band.x + plot.band.width <= WIDTH


def test_a_band_of_one_price_can_still_be_seen() -> None:
    assert price_plot(PriceComparison("LV", "手袋", "bags", 100, 100, (100,))).band.width > 0
