"""Bars of the plots that the console draws itself, as SVG without a script. Pure."""

from __future__ import annotations

import msgspec

from service.records import Spread

WIDTH, HEIGHT, GAP = 720, 160, 3
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
