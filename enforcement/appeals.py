"""Whether an appeal can be taken, until when it should be answered, and what the action rests on. Pure.

Digital Services Act, art. 20: complaints are open for at least six months, and not decided by automation alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from enforcement.history import AccountHistory
from enforcement.rulebook import Rulebooks
from enforcement.standing import standing_at
from enforcement.types import Action, Appeal


class AppealError(ValueError):
    """An appeal that cannot be taken; the message says why."""


def open_until(action: Action, books: Rulebooks, now: datetime) -> datetime:
    """Until when an action may be disputed: the window begins when the account was told, and not before."""
    days = books.version(action.order.rulebook_version).appeals.window_days
    return (action.delivered_at or now) + timedelta(days=days)


def require_open(history: AccountHistory, action: Action, books: Rulebooks, now: datetime) -> None:
    """:class:`AppealError` where the action was taken back already, disputed before, or the window is over."""
    if action.reversed_at is not None:
        raise AppealError("The action was taken back already; there is nothing left to appeal against.")
    earlier = appeal_against(history, action.action_id)
    if earlier is not None:
        state = "is being looked at" if earlier.outcome is None else "was decided"
        raise AppealError(f"The appeal {earlier.appeal_id} against this action {state}.")
    until = open_until(action, books, now)
    if now > until:
        raise AppealError(f"An appeal against this action was possible until {until:%Y-%m-%d %H:%M} UTC.")


def appeal_against(history: AccountHistory, action_id: str) -> Appeal | None:
    """The appeal against an action, decided or not."""
    return next((appeal for appeal in history.appeals if appeal.action_id == action_id), None)


def deadline(history: AccountHistory, action: Action, books: Rulebooks, now: datetime) -> datetime:
    """When the account should have its answer: sooner while it is shut out."""
    appeals = books.version(action.order.rulebook_version).appeals
    if standing_at(history, books, now).state in {"suspended", "banned"}:
        return now + timedelta(hours=appeals.deadline_hours_suspended)
    return now + timedelta(days=appeals.deadline_days)


def targets_of(history: AccountHistory, action: Action) -> tuple[str, ...]:
    """Targets that an action rests on, in the order of the findings."""
    if action.order.target is not None:
        return (action.order.target,)
    posts = set(action.order.post_ids)
    return tuple(dict.fromkeys(f.target for f in history.findings if f.post_id in posts and f.basis != "model"))


def imposed_by(history: AccountHistory, action: Action) -> tuple[str, ...]:
    """People who imposed the action itself; none where the rules did."""
    return next((case.people for case in history.cases if case.action_id == action.action_id), ())
