"""Taking back an action that should not stand, without an appeal: on a person's own initiative, to the account's good.

It has the effect of an overturned appeal: its points count no longer, every later step is worked out anew, and the
platform is told.
"""

from __future__ import annotations

import msgspec

from enforcement.rulebook import Rulebooks
from enforcement.standing import entry_for_reversal, fold
from service.carry_out import NewId, carry_out, reversal_event
from service.keep import keep_outcome
from service.ports import Clock, Store
from service.refusals import ClashError, NotAllowedError, NotFoundError


class Dismissal(msgspec.Struct, frozen=True):
    """An action to take back."""

    account_id: str
    action_id: str
    actor: str
    note: str
    """Why; the account holder reads it."""


class Dismissals:
    """Takes actions back."""

    def __init__(self, store: Store, books: Rulebooks, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._books = books
        self._clock = clock
        self._new_id = new_id

    def dismiss(self, command: Dismissal) -> None:
        """Take it back; :class:`ClashError` where it was taken back already."""
        if not command.note.strip():
            raise NotAllowedError("Taking an action back needs a `note`: the account holder reads it.", "/note")
        now = self._clock.now()
        with self._store.begin() as work:
            entries = work.entries(f"account:{command.account_id}")
            history = fold(command.account_id, entries)
            action = history.action(command.action_id)
            if action is None:
                raise NotFoundError(f"This account has no action {command.action_id!r}.")
            if action.reversed_at is not None:
                raise ClashError("The action was taken back already.")
            reversal = entry_for_reversal(
                command.account_id, action.action_id, command.note.strip(), now, overturned=True, actor=command.actor
            )
            lines = [reversal]
            keep_outcome(work, carry_out(history, lines, self._books, now, self._new_id), len(entries), now)
            work.emit([reversal_event(action, now, self._new_id)])
