"""Bars of the plots that the console draws itself, as SVG without a script. Pure."""

from __future__ import annotations

from math import log

import msgspec

from detector.price_comparison import PriceComparison
from service.records import Spread

WIDTH, HEIGHT, GAP = 720, 160, 3
PRICE_HEIGHT, MARK = 40, 4
LEAST = 2.0
"""Height of a bar that would be too low to be seen."""


class Bar(msgspec.Struct, frozen=True):
    """One piece of a bar, in the picture's units."""

    x: float
    y: float
    width: float
    height: float
    verdict: str
    title: str


class PricePlot(msgspec.Struct, frozen=True):
    """Prices on one line, where each step to the right is twice as much as another."""

    band: Bar
    """From the lowest to the highest price new."""
    asked: list[Bar]
    width: int = WIDTH
    height: int = PRICE_HEIGHT


def price_plot(found: PriceComparison) -> PricePlot:
    """What is asked, beside what such goods cost new."""
    least, most = min(found.low, found.asked[0]) / 1.5, max(found.high, found.asked[-1]) * 1.5

    def place(price: float) -> float:
        return round(WIDTH * log(price / least) / log(most / least), 1)

    wide = max(place(found.high) - place(found.low), MARK)
    band = Bar(
        place(found.low), PRICE_HEIGHT / 4, round(wide, 1), PRICE_HEIGHT / 2, "allow", _yuan(found.low, found.high)
    )
    marks = [Bar(place(price) - MARK / 2, 0, MARK, PRICE_HEIGHT, "block", _yuan(price)) for price in set(found.asked)]
    return PricePlot(band, sorted(marks, key=lambda mark: mark.x))


def _yuan(*prices: float) -> str:
    return "CNY " + "–".join(f"{price:,.0f}" for price in prices)


class Plot(msgspec.Struct, frozen=True):
    """Bars with what stands under them."""

    bars: list[Bar]
    most: int
    """Posts in the fullest span."""
    minutes: int
    """How long a span is."""
    width: int = WIDTH
    height: int = HEIGHT


def spread_plot(spread: Spread) -> Plot:
    """How a target spread over time."""
    return Plot(spread_bars(spread), max(spread.counts), round(spread.span.total_seconds() / 60))


def spread_bars(spread: Spread) -> list[Bar]:
    """One bar for each span in which there were posts; the highest reaches the top."""
    most, step = max(spread.counts), WIDTH / len(spread.counts)
    bars = []
    for place, count in enumerate(spread.counts):
        if count:
            height = max(LEAST, HEIGHT * count / most)
            title = f"{spread.first + place * spread.span:%Y-%m-%d %H:%M}: {count}"
            x, width = round(place * step, 1), round(max(step - GAP, 1.0), 1)
            bars.append(Bar(x, round(HEIGHT - height, 1), width, round(height, 1), "hold", title))
    return bars
