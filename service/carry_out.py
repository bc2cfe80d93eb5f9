"""From a decision of the rules to lines for the record: what to append, whom to tell, which cases to open. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from enforcement.decide import decide
from enforcement.rulebook import Rulebooks
from enforcement.standing import (
    AccountHistory,
    entry_for_action,
    entry_for_case_opened,
    entry_for_case_withdrawn,
    entry_for_delivery,
    entry_for_reversal,
    fold_new,
)
from enforcement.types import Action, ActionKind, Decision, NewEntry, Order, Proposal
from service.records import Case, Event

NewId = Callable[[], str]
EndReason = Literal["taken_back", "ended"]
"""Why an action counts no longer: it lost its ground, or its time was over."""

_EVENT_OF: dict[ActionKind, str] = {
    "warn": "account.warned",
    "restrict_links": "account.restricted",
    "suspend": "account.suspended",
    "ban": "account.banned",
}


class Outcome(msgspec.Struct, frozen=True):
    """What one account's record becomes, and what follows from it."""

    entries: tuple[NewEntry, ...]
    history: AccountHistory
    """The account's history with the entries folded in."""
    actions: tuple[Action, ...]
    """Newly ordered."""
    reversed_ids: tuple[str, ...]
    cases: tuple[Case, ...]
    """To be opened."""
    withdrawn: tuple[str, ...]
    """Subjects of open cases that no longer have a ground."""
    events: tuple[Event, ...]


def carry_out(
    history: AccountHistory, new: Sequence[NewEntry], books: Rulebooks, now: datetime, new_id: NewId
) -> Outcome:
    """Fold what is new into an account's history, ask the rules, and put their answer into lines."""
    entries = list(new)
    history = fold_new(history, new, now)
    decision = decide(history, books, now)
    actions = tuple(_action(order, now, new_id) for order in decision.orders)
    cases = tuple(_case(proposal, now, new_id) for proposal in decision.proposals)
    following = [entry_for_action(action) for action in actions]
    following += [entry_for_reversal(history.account_id, r.action_id, r.reason, now) for r in decision.reversals]
    following += [entry_for_case_withdrawn(history.account_id, key, now) for key in decision.withdrawn]
    following += [
        entry_for_case_opened(case.case_id, p, now) for case, p in zip(cases, decision.proposals, strict=True)
    ]
    entries += following
    return Outcome(
        entries=tuple(entries),
        history=fold_new(history, following, now),
        actions=actions,
        reversed_ids=tuple(r.action_id for r in decision.reversals),
        cases=cases,
        withdrawn=decision.withdrawn,
        events=tuple(_events(history, decision, actions, now, new_id)),
    )


def untold_actions(history: AccountHistory) -> list[Action]:
    """Standing actions that the account was not told of."""
    return [a for a in history.actions if a.delivered_at is None and a.reversed_at is None]


def deliver(outcome: Outcome, untold: Sequence[Action], now: datetime) -> tuple[Outcome, tuple[Action, ...]]:
    """An answer is about to carry what the account was not told yet; returns the earlier actions among it."""
    if not untold:
        return outcome, ()
    entry = entry_for_delivery(outcome.history.account_id, tuple(a.action_id for a in untold), now)
    told = msgspec.structs.replace(
        outcome, entries=(*outcome.entries, entry), history=fold_new(outcome.history, [entry], now)
    )
    fresh = {a.action_id for a in outcome.actions}
    return told, tuple(a for a in untold if a.action_id not in fresh)


def _action(order: Order, now: datetime, new_id: NewId) -> Action:
    return Action(action_id=new_id(), statement_id=new_id(), ordered_at=now, order=order)


def _case(proposal: Proposal, now: datetime, new_id: NewId) -> Case:
    return Case(
        case_id=new_id(),
        kind="sanction",
        state="open",
        subject=proposal.key,
        account_id=proposal.account_id,
        priority=float(proposal.step),
        opened_at=now,
        version=1,
        body=msgspec.to_builtins(proposal),
    )


def _events(
    history: AccountHistory, decision: Decision, actions: Sequence[Action], now: datetime, new_id: NewId
) -> list[Event]:
    events = [order_event(action, now, new_id) for action in actions]
    known = {action.action_id: action for action in history.actions}
    events += [reversal_event(known[reversal.action_id], now, new_id) for reversal in decision.reversals]
    return events


def order_event(action: Action, now: datetime, new_id: NewId) -> Event:
    """The event that tells the platform of an order, whoever gave it."""
    return _event(event_type(action.order), action, now, new_id)


def reversal_event(action: Action, now: datetime, new_id: NewId, reason: EndReason = "taken_back") -> Event:
    """The event that tells the platform that an action counts no longer."""
    kind = "link.restored" if action.order.kind == "disable_link" else "account.restored"
    return _event(kind, action, now, new_id, reason)


def event_type(order: Order) -> str:
    """The type of the event that tells of an order."""
    if order.kind == "disable_link":
        return "link.held" if order.basis == "model" else "link.blocked"
    return _EVENT_OF[order.kind]


def _event(kind: str, action: Action, now: datetime, new_id: NewId, reason: EndReason | None = None) -> Event:
    body = {
        "action_id": action.action_id,
        "statement_id": action.statement_id,
        "account_id": action.order.account_id,
        "target": action.order.target,
        "post_ids": list(action.order.post_ids),
        "rule": action.order.rule,
        "rulebook_version": action.order.rulebook_version,
        "until": action.order.until,
    }
    if reason is not None:
        body["reason"] = reason
    return Event(event_id=new_id(), type=kind, account_id=action.order.account_id, occurred_at=now, body=body)
