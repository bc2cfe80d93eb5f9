"""The queue: what waits for people, in the order of the harm that waiting does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec
from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.answers import CaseAnswer
from service.records import CaseKind, CaseState
from service.review import PAGE
from web.console.sessions import DECIDES, deciders_only, is_senior, page, say
from web.current import services

KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
STATES: tuple[CaseState, ...] = get_args(CaseState)


def add_to(bp: Blueprint) -> None:
    """The routes."""
    bp.get("/review/")(index)
    bp.post("/review/next")(next_case)


def index() -> AnyResponse:
    """A page of the queue; filters and place are in the address."""
    kind = request.args.get("kind")
    state = request.args.get("state", "open")
    offset = max(0, request.args.get("offset", 0, int)) % 1_000_000_000
    chosen = next((known for known in KINDS if known == kind), None)
    wanted = next((known for known in STATES if known == state), None)
    found, counts = services().review.queue(chosen, wanted, offset)
    folded = _fold(found.cases) if wanted == "open" else [Row(case) for case in found.cases]
    return page(
        "queue.html",
        rows=folded,
        total=found.total,
        counts=counts,
        workload=services().review.workload(),
        capacity=services().books.latest().limits.people_per_day,
        kind=chosen,
        state=wanted,
        offset=offset,
        size=PAGE,
        kinds=KINDS,
        states=STATES,
    )


class Row(msgspec.Struct):
    """A line of the queue: a case, and those of its campaign that stand behind it on the page."""

    case: CaseAnswer
    campaign: str | None = None
    behind: int = 0


def _fold(cases: Sequence[CaseAnswer]) -> list[Row]:
    """One row for each campaign, at the place of its most urgent case."""
    targets = [case.subject for case in cases if case.kind == "target"]
    campaigns = services().review.campaigns_of(targets) if targets else {}
    rows: list[Row] = []
    first: dict[str, Row] = {}
    for case in cases:
        campaign = campaigns.get(case.subject) if case.kind == "target" else None
        if campaign is not None and campaign in first:
            first[campaign].behind += 1
            continue
        rows.append(Row(case, campaign))
        if campaign is not None:
            first[campaign] = rows[-1]
    return rows


@deciders_only
def next_case() -> Any:
    """Take the case that waiting harms most and that nobody holds."""
    kinds = [kind for kind in KINDS if kind in DECIDES[g.user.role]]
    case = services().review.claim_next(kinds, g.user.name, senior=is_senior())
    if case is None:
        flash(say()["no_next"])
        return redirect(url_for("console.index"), 303)
    return redirect(url_for("console.show_case", case_id=case.case_id), 303)
