"""Measures that end by themselves: a hold nobody looked at, a restriction, a suspension. The platform is told then.

Where an account stands follows from the record and the time alone; nothing has to be lifted in it.
"""

from __future__ import annotations

from datetime import datetime

from enforcement.standing import AccountHistory, fold
from enforcement.types import Action
from service.carry_out import NewId, reversal_event
from service.ports import Clock, Store
from service.records import Event

BATCH = 50


class Endings:
    """Tells of what has ended."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def run_next(self) -> bool:
        """Tell of a few that have ended; whether there were any."""
        now = self._clock.now()
        with self._store.begin(write=False) as work:
            if not work.due_endings(now, 1):
                return False
        with self._store.begin() as work:
            due = work.due_endings(now, BATCH)
            histories = {a: fold(a, work.entries(f"account:{a}")) for a in {ending.account_id for ending in due}}
            for ending in due:
                work.emit(self._told(histories[ending.account_id], ending.action_id, now))
                work.drop_ending(ending.action_id)
        return bool(due)

    def _told(self, history: AccountHistory, action_id: str, now: datetime) -> list[Event]:
        action = history.action(action_id)
        if action is None or action.reversed_at is not None or _goes_on(history, action, now):
            return []
        return [reversal_event(action, now, self._new_id, "ended")]


def _goes_on(history: AccountHistory, action: Action, now: datetime) -> bool:
    """Whether another order keeps the link hidden, or the account shut out, for longer."""
    order = action.order
    if order.kind == "disable_link":
        return any(history.is_hidden(post_id, order.target or "", now) for post_id in order.post_ids)
    return any(
        other.order.kind == order.kind
        and other.reversed_at is None
        and (other.order.until is None or other.order.until > now)
        for other in history.actions
        if other.action_id != action.action_id
    )
