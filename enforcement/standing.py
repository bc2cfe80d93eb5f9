"""Where an account stands at an instant; and, for its users' convenience, how the record is written and read."""

from __future__ import annotations

from datetime import datetime

from enforcement.entries import (
    entry_for_account,
    entry_for_action,
    entry_for_case_decided,
    entry_for_case_opened,
    entry_for_case_withdrawn,
    entry_for_delivery,
    entry_for_finding,
    entry_for_removal,
    entry_for_reversal,
    entry_for_shortening,
    entry_for_withdrawal,
)
from enforcement.history import AccountHistory, HistoryError, SanctionCase, fold, fold_new
from enforcement.incidents import Judgement, is_account_order, judge
from enforcement.rulebook import Rulebooks
from enforcement.types import Action, ActionKind, Lapse, Standing, State

_STATE_OF: dict[ActionKind, State] = {"suspend": "suspended", "ban": "banned", "restrict_links": "restricted"}
_GRAVITY: dict[State, int] = {"good": 0, "warned": 1, "restricted": 2, "suspended": 3, "banned": 4}


def standing_at(
    history: AccountHistory, books: Rulebooks, instant: datetime, judgement: Judgement | None = None
) -> Standing:
    """The standing now or later; to look at the past, fold the record up to then.

    ``judgement`` is that of the instant, where the caller has it already.
    """
    if not history.actions and not history.findings:
        return Standing(history.account_id, "good", None, 0, (), ())
    lapses = _lapses(judgement or judge(history, books, instant), instant)
    active = [a for a in history.actions if is_account_order(a) and a.reversed_at is None]
    states = [_state(action, instant) for action in active]
    state: State = max((s for s, _ in states), key=_GRAVITY.__getitem__, default="good")
    ends = [end for s, end in states if s == state]
    return Standing(
        account_id=history.account_id,
        state=state,
        until=None if state in {"good", "banned"} or None in ends else max(e for e in ends if e is not None),
        points=sum(lapse.points for lapse in lapses),
        lapses=lapses,
        history=tuple(sorted(history.actions, key=lambda a: a.ordered_at)[::-1]),
        links_blocked_until=max(
            (end for s, end in states if s in {"restricted", "suspended"} and end is not None), default=None
        ),
    )


def _lapses(judgement: Judgement, instant: datetime) -> tuple[Lapse, ...]:
    incidents = (judged.incident for judged in judgement.incidents)
    found = [
        Lapse(i.points, i.lapses_at)
        for i in incidents
        if i.points and i.lapses_at is not None and i.opened_at <= instant < i.lapses_at
    ]
    return tuple(sorted(found, key=lambda lapse: lapse.at))


def _state(action: Action, instant: datetime) -> tuple[State, datetime | None]:
    """What the action does at the instant, and when that ends. After a measure has ended, its warning goes on."""
    order = action.order
    if order.kind in _STATE_OF and (order.until is None or order.until > instant):
        return _STATE_OF[order.kind], order.until
    if order.lapses_at is None or order.lapses_at > instant:
        return "warned", order.lapses_at
    return "good", None


__all__ = [
    "AccountHistory",
    "HistoryError",
    "SanctionCase",
    "entry_for_account",
    "entry_for_action",
    "entry_for_case_decided",
    "entry_for_case_opened",
    "entry_for_case_withdrawn",
    "entry_for_delivery",
    "entry_for_finding",
    "entry_for_removal",
    "entry_for_reversal",
    "entry_for_shortening",
    "entry_for_withdrawal",
    "fold",
    "fold_new",
    "standing_at",
]
