"""The dashboard: plots that are drawn here, as SVG without a script."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from service.dashboard import VERDICTS, Day
from service.drift import BANDS, Drift
from web.console.plots import GAP, HEIGHT, WIDTH, Bar
from web.console.sessions import page
from web.current import services


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
        drift=drift_bars(shown.drift),
        width=WIDTH,
        height=HEIGHT,
    )


def drift_bars(drift: Drift) -> list[Bar]:
    """Two bars for each band of the probability: the share before, and now; the largest share reaches the top."""
    spans = (("before", drift.before), ("now", drift.now))
    shares = {name: [count / max(sum(counts), 1) for count in counts] for name, counts in spans}
    most = max((share for of_span in shares.values() for share in of_span), default=0) or 1
    step = WIDTH / len(BANDS)
    bars = []
    for place, low in enumerate(BANDS):
        for side, (name, of_span) in enumerate(shares.items()):
            height = HEIGHT * of_span[place] / most
            title = f"≥ {low:g}, {name}: {of_span[place]:.1%}"
            x, width = place * step + side * step * 0.4, step * 0.4 - GAP
            bars.append(Bar(round(x, 1), round(HEIGHT - height, 1), round(width, 1), round(height, 1), name, title))
    return bars


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
