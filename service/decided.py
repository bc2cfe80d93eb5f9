"""What people have said of targets: the last word on each, folded from the ledger. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from enforcement.history import AccountHistory
from enforcement.types import Basis, LedgerEntry
from service.audit import TARGET_SAMPLED

TARGET_DECIDED, TARGET_LIFTED, ACTION_REVERSED = "target_decided", "target_lifted", "action_reversed"
_PEOPLE: dict[str, Basis] = {"human": "human", "rights_holder": "rights_holder"}
"""Whose decisions are labels. What the model alone decided never becomes one: it would learn from itself."""


class DecidedTarget(msgspec.Struct, frozen=True):
    """A target that people have decided."""

    target: str
    counterfeit: bool
    """By the last decision."""
    decided_at: datetime
    """When that was recorded."""
    first_at: datetime
    """When the first decision was: what the model said before is why people looked."""
    first_basis: Basis


class Overturned(msgspec.Struct, frozen=True):
    """A person took back the order that hid a post's link to a target."""

    post_id: str
    target: str
    at: datetime


def fold_decisions(entries: Iterable[LedgerEntry]) -> dict[str, DecidedTarget]:
    """The last word on each target; ``entries`` come stream by stream, in order. Others than decisions are passed over.

    A decision needs somebody who took it: an ``actor``, and a basis that is people's (a person's own look where none is
    named).
    """
    found: dict[str, DecidedTarget] = {}
    for entry in entries:
        if entry.kind == TARGET_LIFTED:
            # A confirmation that was answered and not defended says nothing of the goods, neither way.
            found.pop(entry.stream.removeprefix("target:"), None)
            continue
        basis = _PEOPLE.get(entry.body.get("basis", "human")) if entry.kind == TARGET_DECIDED else None
        if basis is None or not _is_decision(entry.body):
            continue
        target = entry.stream.removeprefix("target:")
        first = found.get(target)
        found[target] = DecidedTarget(
            target=target,
            counterfeit=entry.body["decision"] == "counterfeit",
            decided_at=entry.recorded_at,
            first_at=first.first_at if first else entry.recorded_at,
            first_basis=first.first_basis if first else basis,
        )
    return found


def _is_decision(body: dict[str, Any]) -> bool:
    actor = body.get("actor")
    return body.get("decision") in {"counterfeit", "genuine"} and isinstance(actor, str) and bool(actor.strip())


def fold_samples(entries: Iterable[LedgerEntry]) -> dict[str, float]:
    """Targets that were drawn at random for people to look at, each with the share of targets that was drawn then."""
    drawn = {}
    for entry in entries:
        share = entry.body.get("share") if entry.kind == TARGET_SAMPLED else None
        if isinstance(share, int | float) and 0 < share <= 1:
            drawn[entry.stream.removeprefix("target:")] = float(share)
    return drawn


def accounts_with_overturned(entries: Iterable[LedgerEntry]) -> list[str]:
    """Accounts of which an action was taken back by a person, each once."""
    streams = (e.stream for e in entries if e.kind == ACTION_REVERSED and e.body.get("overturned") is True)
    return [stream.removeprefix("account:") for stream in dict.fromkeys(streams)]


def overturned_links(history: AccountHistory) -> list[Overturned]:
    """Links of an account's posts that a person has shown again. Sanctions taken back say nothing of a link."""
    return [
        Overturned(post_id, action.order.target, action.reversed_at)
        for action in history.actions
        if action.action_id in history.overturned and action.order.kind == "disable_link"
        if action.order.target is not None and action.reversed_at is not None
        for post_id in action.order.post_ids
    ]
