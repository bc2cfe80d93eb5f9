"""Writing an outcome down: ledger entries, cases opened and withdrawn, events. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from enforcement.types import Action
from service.carry_out import Outcome
from service.ports import Work
from service.records import Ending


def keep_outcome(work: Work, outcome: Outcome, head: int, now: datetime) -> None:
    """Record what one account's record becomes, and tell of it; ``head`` is the length of its stream as it was read."""
    keep_record(work, outcome, head, now)
    work.emit(outcome.events)


def keep_record(work: Work, outcome: Outcome, head: int, now: datetime) -> None:
    """The same for who tells of many outcomes at once."""
    if outcome.entries:
        work.append(outcome.entries, heads={f"account:{outcome.history.account_id}": head}, now=now)
    for case in outcome.cases:
        work.add_case(case)
    for subject in outcome.withdrawn:
        found = work.open_case_about("sanction", subject)
        if found is not None:
            work.put_case(msgspec.structs.replace(found, state="withdrawn", decided_at=now, version=found.version + 1))
    keep_actions(work, outcome.actions)


def keep_actions(work: Work, actions: Iterable[Action]) -> None:
    """Note when measures end by themselves, so that the platform is told then."""
    for action in actions:
        if action.order.until is not None:
            work.add_ending(Ending(action.action_id, action.order.account_id, action.order.until))
