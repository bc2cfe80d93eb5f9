"""The report of a rescan: one HTML file that needs nothing else. Names in it come from the input, and are escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from commands.report import plots
from commands.report.template import environment, style, trusted
from service.rescan_totals import REST, HeldTarget, Totals

if TYPE_CHECKING:
    from markupsafe import Markup

SHOWN = 25
VERDICTS = ("hold", "review", "allow")
_MONTH = re.compile(r"\d{4}-\d{2}")
_MOST_MONTHS = 120


class Names(NamedTuple):
    """The rows of the heaviest names of a group."""

    title: str
    rows: list[tuple[str, dict[str, int], int]]
    """Name, rows by verdict, rows in all."""
    most: int
    """Rows of the heaviest, which the bars are measured by."""
    left_out: int


def page_of(
    totals: Totals, inputs: str, model_version: str, brand_names: Mapping[str, str], made_at: datetime | None = None
) -> str:
    """The whole page; ``inputs`` says what was judged, ``brand_names`` names the brands' ids."""
    return (
        environment()
        .get_template("rescan.html.jinja")
        .render(
            t=totals,
            inputs=inputs,
            model_version=model_version,
            made_at=made_at or datetime.now(UTC),
            style=style(),
            verdicts=[(v, totals.verdicts.get(v, 0)) for v in VERDICTS],
            months=_months(totals),
            groups=[_names(totals, "brand", "Brands", brand_names), _names(totals, "host", "Hosts", {})],
            moves=_moves(totals),
            held=_worst(totals.held),
        )
    )


def _names(totals: Totals, group: str, title: str, called: Mapping[str, str]) -> Names:
    """What is held most stands first: that is what somebody has to look at."""
    found = {name: counts for name, counts in totals.groups.get(group, {}).items() if name != REST}
    rows = [(called.get(name, name), counts, sum(counts.values())) for name, counts in found.items()]
    rows.sort(key=lambda row: (-row[1].get("hold", 0), -row[1].get("review", 0), -row[2], row[0]))
    return Names(title, rows[:SHOWN], max((n for _, _, n in rows[:SHOWN]), default=0), len(rows[SHOWN:]))


def _months(totals: Totals) -> Markup | None:
    found = sorted((m, c) for m, c in totals.groups.get("month", {}).items() if _MONTH.fullmatch(m))
    return trusted(plots.months_plot(found[-_MOST_MONTHS:])) if found else None


def _moves(totals: Totals) -> list[tuple[str, list[tuple[str, int]]]]:
    """From each earlier verdict how many rows went to each of now; empty where no earlier ones were told."""
    if not totals.moves:
        return []
    earlier = [v for v in ("block", *VERDICTS) if any(move.startswith(f"{v}>") for move in totals.moves)]
    return [(old, [(new, totals.moves.get(f"{old}>{new}", 0)) for new in VERDICTS]) for old in earlier]


def _worst(held: Mapping[str, HeldTarget]) -> list[tuple[str, HeldTarget]]:
    named = [(target, count) for target, count in held.items() if target != REST]
    return sorted(named, key=lambda item: (-item[1].reach, -item[1].rows, item[0]))[:SHOWN]
