"""The dashboard: plots that are drawn here, as SVG without a script."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from service.dashboard import VERDICTS, Day
from service.drift import Drift, FeatureDrift
from web.console.plots import GAP, HEIGHT, LEAST, MARK, WIDTH, Bar
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
        features=None if shown.features is None else [(found, feature_marks(found)) for found in shown.features],
        width=WIDTH,
        height=HEIGHT,
    )


def drift_bars(drift: Drift) -> list[Bar]:
    """A bar for each span in each band of the probability; the largest share reaches the top."""
    spans = {"card": drift.card or (), "before": drift.before, "now": drift.now}
    shares = {name: [part / (sum(parts) or 1) for part in parts] for name, parts in spans.items() if parts}
    most = max((share for of_span in shares.values() for share in of_span), default=0) or 1
    step = WIDTH / len(drift.edges)
    wide = step * 0.8 / len(shares)
    bars = []
    for place, low in enumerate(drift.edges):
        for side, (name, of_span) in enumerate(shares.items()):
            height = HEIGHT * of_span[place] / most
            title = f"≥ {low:.2g}, {name}: {of_span[place]:.1%}"
            x = place * step + side * wide
            bars.append(
                Bar(round(x, 1), round(HEIGHT - height, 1), round(wide - GAP, 1), round(height, 1), name, title)
            )
    return bars


def feature_marks(found: FeatureDrift) -> list[Bar]:
    """A mark for each span on a line from no post to the largest of the shares."""
    shares = {"card": found.card or 0.0, "before": found.before, "now": found.now}
    known = {name: share for name, share in shares.items() if name != "card" or found.card is not None}
    wide = MARK * LEAST
    step = (WIDTH - wide) / (max(known.values()) or 1)
    return [Bar(round(step * x, 1), 0, wide, HEIGHT, name, f"{name}: {x:.1%}") for name, x in known.items()]


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
