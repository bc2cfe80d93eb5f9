"""What recorded findings would have come to under other rulebooks: replayed line by line, as if they came in now. Pure.

Every order counts as told at once, as an answer of the API tells it. Steps that the rulebook reserves for people are
proposed and not imposed, so that a simulation says how many cases they would get and never guesses what they decide.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from enforcement.book import Rulebook
from enforcement.decide import decide
from enforcement.entries import ActionOrdered, ActionReversed, Body, CaseOpened, CaseWithdrawn, NoticeDelivered
from enforcement.history import AccountHistory, fold_read, read_line
from enforcement.incidents import is_account_order, judge
from enforcement.rulebook import Rulebooks
from enforcement.standing import standing_at
from enforcement.types import Action, Decision, LedgerEntry, State

FACTS = frozenset({"account_seen", "finding_recorded", "finding_withdrawn", "post_removed"})
"""Kinds of lines that say what happened; all others say what was made of it."""
Moment = tuple[datetime, list[tuple[Body, datetime]]]
"""When lines were recorded, and what each says with when that occurred."""
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


class Stand(msgspec.Struct, frozen=True):
    """Where an account would stand."""

    state: State = "good"
    points: int = 0
    grades: tuple[str, ...] = ()
    """Classes of its incidents that cost points or brought a warning, in their order."""
    steps: tuple[int, ...] = ()
    """Steps that the rules imposed by themselves and that were not taken back, by points."""
    proposed: tuple[int, ...] = ()
    """Steps that would wait for people, by points."""


class AccountFacts(msgspec.Struct, frozen=True):
    """What happened to one account."""

    account_id: str
    facts: tuple[LedgerEntry, ...]
    """Lines of the kinds in ``FACTS``, in their order."""


class Difference(msgspec.Struct, frozen=True):
    """An account under two rulebooks."""

    account_id: str
    before: Stand
    after: Stand


def as_if_always(book: Rulebook) -> Rulebooks:
    """A book as if it had been in force throughout."""
    return Rulebooks([replace(book, published_at=_ALWAYS, effective_from=_ALWAYS)])


def accounts_of(entries: Iterable[LedgerEntry]) -> Iterator[AccountFacts]:
    """Each account with a confirmed finding; ``entries`` come stream by stream, in order."""
    for stream, lines in itertools.groupby(entries, key=lambda entry: entry.stream):
        if stream.startswith("account:"):
            facts = tuple(line for line in lines if line.kind in FACTS)
            if any(_is_confirmed(line) for line in facts):
                yield AccountFacts(stream.removeprefix("account:"), facts)


def compare(accounts: Iterable[AccountFacts], before: Rulebooks, after: Rulebooks, until: datetime) -> list[Difference]:
    """Each account under both. A function of its arguments alone, so that processes can share the accounts."""
    return [_difference(account, before, after, until) for account in accounts]


def _difference(account: AccountFacts, before: Rulebooks, after: Rulebooks, until: datetime) -> Difference:
    moments = moments_of(account.facts)
    stands = (stand(replay(account.account_id, moments, books), books, until) for books in (before, after))
    return Difference(account.account_id, *stands)


def _is_confirmed(line: LedgerEntry) -> bool:
    return line.kind == "finding_recorded" and line.body["finding"]["basis"] != "model"


def moments_of(facts: Iterable[LedgerEntry]) -> list[Moment]:
    """Facts in their order, read once for all the rulebooks that they are replayed under."""
    by_moment = itertools.groupby(facts, key=lambda line: line.recorded_at)
    return [(now, [read_line(line) for line in lines]) for now, lines in by_moment]


def replay(account_id: str, moments: Iterable[Moment], books: Rulebooks) -> AccountHistory:
    """The history that the facts would have led to; what was recorded at one instant is judged at once."""
    history = AccountHistory(account_id)
    numbers = itertools.count()
    for now, lines in moments:
        history = fold_read(history, lines)
        bodies = _consequences(decide(history, books, now), numbers, now)
        history = fold_read(history, ((body, now) for body in bodies))
    return history


def _consequences(decision: Decision, numbers: Iterator[int], now: datetime) -> list[Body]:
    actions = [Action(f"s{next(numbers)}", f"s{next(numbers)}", now, order) for order in decision.orders]
    bodies: list[Body] = [ActionOrdered(action) for action in actions]
    bodies += [ActionReversed(reversal.action_id, reversal.reason) for reversal in decision.reversals]
    bodies += [CaseWithdrawn(key) for key in decision.withdrawn]
    bodies += [CaseOpened(f"s{next(numbers)}", proposal) for proposal in decision.proposals]
    if actions:
        bodies.append(NoticeDelivered(tuple(action.action_id for action in actions)))
    return bodies


def stand(history: AccountHistory, books: Rulebooks, until: datetime) -> Stand:
    """Where a history leaves the account."""
    judgement = judge(history, books, until)
    standing = standing_at(history, books, until, judgement)
    live = [action for action in history.actions if is_account_order(action) and action.reversed_at is None]
    return Stand(
        state=standing.state,
        points=standing.points,
        grades=tuple(judged.incident.grade for judged in judgement.incidents if judged.live),
        steps=tuple(action.order.step for action in live if action.order.step),
        proposed=tuple(case.proposal.step for case in history.cases if case.outcome is None),
    )
