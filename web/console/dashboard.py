"""The dashboard: plots that are drawn here, as SVG without a script."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from service.dashboard import VERDICTS, Day
from web.console.sessions import page
from web.current import services

WIDTH, HEIGHT, GAP = 720, 160, 3


class Bar(msgspec.Struct, frozen=True):
    """One piece of a day's bar, in the picture's units."""

    x: float
    y: float
    width: float
    height: float
    verdict: str
    title: str


def add_to(bp: Blueprint) -> None:
    """The route."""
    bp.get("/review/dashboard")(dashboard)


def dashboard() -> AnyResponse:
    """The page."""
    shown = services().dashboards.show()
    return page(
        "dashboard.html",
        board=shown,
        bars=bars_of(shown.days),
        most=max((sum(day.counts.values()) for day in shown.days), default=0),
        totals={verdict: sum(day.counts.get(verdict, 0) for day in shown.days) for verdict in VERDICTS},
        width=WIDTH,
        height=HEIGHT,
    )


def bars_of(days: Sequence[Day]) -> list[Bar]:
    """Stacked bars, one for each day; the highest day reaches the top."""
    most = max((sum(day.counts.values()) for day in days), default=0) or 1
    step = WIDTH / max(len(days), 1)
    bars = []
    for place, day in enumerate(days):
        y = float(HEIGHT)
        for verdict in VERDICTS:
            count = day.counts.get(verdict, 0)
            height = HEIGHT * count / most
            y -= height
            if count:
                title = f"{day.begins:%Y-%m-%d} {verdict}: {count}"
                bars.append(
                    Bar(round(place * step, 1), round(y, 1), round(step - GAP, 1), round(height, 1), verdict, title)
                )
    return bars
