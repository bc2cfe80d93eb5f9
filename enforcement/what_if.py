"""What a rulebook would do with an account that shares counterfeit links: for readers of the rules. Pure.

The very functions that judge accounts judge an invented one, so that nothing is said here that would not happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from enforcement.book import Rulebook
from enforcement.entries import entry_for_finding, entry_for_removal
from enforcement.history import AccountHistory
from enforcement.incidents import Judged, judge
from enforcement.simulate import as_if_always, moments_of, replay
from enforcement.standing import standing_at
from enforcement.types import ActionKind, Finding, LedgerEntry, NewEntry, State

ACCOUNT = "you"
_FIRST = datetime(2026, 1, 1, 4, tzinfo=UTC)
_REMOVED_AFTER = timedelta(hours=1)
_LOOKED_AT_AFTER = timedelta(hours=2)


class Occasion(msgspec.Struct, frozen=True):
    """Posts that lead to targets which people had confirmed before."""

    day: int
    """Days after the first of all, from 0."""
    posts: int = 1
    targets: int = 1
    """Different ones among the posts; of more than there are posts only so many count."""
    disguised: bool = False
    """The links were dressed otherwise after they had been hidden."""
    health_risk: bool = False
    removed: bool = False
    """The account removed the posts an hour after it was told."""


class Measure(msgspec.Struct, frozen=True):
    """What is done to the account."""

    kind: ActionKind
    days: int | None
    """``None``: it has no end, or is a warning, which blocks nothing."""
    people: int
    """How many people must agree first; 0: the service imposes it alone."""


class Consequence(msgspec.Struct, frozen=True):
    """What an occasion leads to."""

    grade: str
    """The class that it is judged by."""
    rule: str
    points: int
    together: int
    """Points that stand against the account then, earlier ones that have not lapsed included."""
    measures: tuple[Measure, ...]
    state: State
    """How the account stands then; what people would have to decide is not done yet."""
    goes_on: bool
    """It is one incident with the occasion before, counted once."""


def what_if(book: Rulebook, occasions: Sequence[Occasion], account_type: str = "private") -> list[Consequence]:
    """The consequence of each occasion as it happens, in the order of their days."""
    ordered = sorted(occasions, key=lambda occasion: occasion.day)
    return [_consequence(book, ordered[: number + 1], account_type) for number in range(len(ordered))]


def _consequence(book: Rulebook, occasions: Sequence[Occasion], account_type: str) -> Consequence:
    """Of the last one."""
    books, last = as_if_always(book), len(occasions) - 1
    begins = _moment(occasions[last], last)
    now = begins + _LOOKED_AT_AFTER
    history = replay(ACCOUNT, moments_of(_facts(occasions, account_type)), books)
    incidents = judge(history, books, now).incidents
    # Its first post is in exactly one incident: the posts of an occasion are made at one moment.
    judged = next(j for j in incidents if any(f.post_id == _post_id(last, 0) for f in j.incident.findings))
    standing = standing_at(history, books, now)
    return Consequence(
        grade=judged.incident.grade,
        rule=judged.incident.rule,
        points=judged.incident.points,
        together=standing.points,
        measures=(*_imposed(judged, begins), *_proposed(history)),
        state=standing.state,
        goes_on=any(f.posted_at < begins for f in judged.incident.findings),
    )


def _imposed(judged: Judged, since: datetime) -> Iterator[Measure]:
    for action in judged.live:
        order = action.order
        if action.ordered_at >= since:
            days = None if order.until is None else round((order.until - action.ordered_at) / timedelta(days=1))
            yield Measure(order.kind, days, 0)


def _proposed(history: AccountHistory) -> Iterator[Measure]:
    for case in history.cases:
        if case.outcome is None:
            yield Measure(case.proposal.kind, case.proposal.duration_days, case.proposal.people)


# the invented record


def _moment(occasion: Occasion, number: int) -> datetime:
    """Those of one day come one after the other."""
    return _FIRST + timedelta(days=occasion.day, minutes=number)


def _post_id(occasion: int, post: int) -> str:
    return f"{occasion}-{post}"


def _facts(occasions: Sequence[Occasion], account_type: str) -> list[LedgerEntry]:
    lines: list[tuple[datetime, NewEntry]] = []
    for number, occasion in enumerate(occasions):
        at = _moment(occasion, number)
        for post in range(occasion.posts):
            lines.append((at, entry_for_finding(_finding(occasion, number, post, account_type))))
            if occasion.removed:
                removed = at + _REMOVED_AFTER
                lines.append((removed, entry_for_removal(ACCOUNT, _post_id(number, post), removed)))
    lines.sort(key=lambda line: line[0])
    return [_line(place, at, new) for place, (at, new) in enumerate(lines)]


def _finding(occasion: Occasion, number: int, post: int, account_type: str) -> Finding:
    at = _moment(occasion, number)
    return Finding(
        account_id=ACCOUNT,
        post_id=_post_id(number, post),
        target=f"{number}-{post % max(1, occasion.targets)}",
        posted_at=at,
        basis="human",
        found_at=at,
        confirmed_at=_FIRST - timedelta(days=1),
        disguised=occasion.disguised,
        health_risk=occasion.health_risk,
        account_type=account_type,
    )


def _line(place: int, at: datetime, new: NewEntry) -> LedgerEntry:
    return LedgerEntry(new.stream, place, new.kind, new.occurred_at, at, new.body, "", "")
