"""Letting a measure end sooner, without an appeal: on a person's own initiative, to the account's good.

The points stand, and with them the steps that follow; who finds the finding itself wrong takes the action back instead
(:mod:`service.dismissals`). A ban that ends is a suspension.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from enforcement.entries import ActionShortened
from enforcement.rulebook import Rulebooks
from enforcement.standing import AccountHistory, entry_for_shortening, fold
from enforcement.types import Action
from service.carry_out import NewId, carry_out, order_event, reversal_event
from service.keep import keep_actions, keep_outcome
from service.ports import Clock, Store
from service.refusals import ClashError, NotAllowedError, NotFoundError

MEASURES = frozenset({"restrict_links", "suspend", "ban"})
MAX_DAYS = 3_650


class Shortening(msgspec.Struct, frozen=True):
    """A measure and when it shall end."""

    account_id: str
    action_id: str
    days: int
    """From now; 0 ends it at once."""
    actor: str
    note: str
    """Why; the account holder reads it."""


class Shortenings:
    """Lets measures end sooner."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._books = books
        self._clock = clock
        self._new_id = new_id

    def shorten(self, command: Shortening) -> None:
        """Let it end sooner; :class:`ClashError` where it has ended, or would end sooner anyway."""
        _check(command)
        now = self._clock.now()
        until = now + timedelta(days=command.days)
        with self._store.begin() as work:
            entries = work.entries(f"account:{command.account_id}")
            history = fold(command.account_id, entries)
            action = _running(history, command.action_id, until)
            shortened = ActionShortened(action.action_id, until, command.note.strip(), command.actor)
            line = entry_for_shortening(command.account_id, shortened, now)
            outcome = carry_out(history, [line], self._books, now, self._new_id)
            keep_outcome(work, outcome, len(entries), now)
            shorter = outcome.history.action(action.action_id) or action
            work.drop_ending(action.action_id)
            if until > now:
                keep_actions(work, [shorter])
                work.emit([order_event(shorter, now, self._new_id)])
            else:
                work.emit([reversal_event(shorter, now, self._new_id, "ended")])


def _check(command: Shortening) -> None:
    if not command.note.strip():
        raise NotAllowedError("Shortening a measure needs a `note`: the account holder reads it.", "/note")
    if not 0 <= command.days <= MAX_DAYS:
        raise NotAllowedError(f"A measure ends in 0 to {MAX_DAYS:,} days from now.", "/days")


def _running(history: AccountHistory, action_id: str, until: datetime) -> Action:
    """The action, where it is a measure that would go on beyond then."""
    action = history.action(action_id)
    if action is None:
        raise NotFoundError(f"This account has no action {action_id!r}.")
    if action.order.kind not in MEASURES:
        raise NotAllowedError("Only a restriction, a suspension or a ban has an end that can be moved.", "/action_id")
    if action.reversed_at is not None:
        raise ClashError("The action was taken back already.")
    if action.order.until is not None and action.order.until <= until:
        raise ClashError("The measure ends no later than that anyway.")
    return action
