"""The lines of an account's stream: what each kind holds, and how to write it. ``history.py`` reads them back.

Bodies are plain JSON: times are text, tuples are lists. A kind's struct is its documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from enforcement.types import Action, Finding, NewEntry, Proposal


class AccountSeen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``account_seen``: the platform said what kind of account it is."""

    type: str


class FindingRecorded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``finding_recorded``: a post carries a held or confirmed target. ``occurred_at`` is the time of the post."""

    finding: Finding


class FindingWithdrawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``finding_withdrawn``: what was found of this post and target until now no longer counts."""

    post_id: str
    target: str
    reason: str


class ActionOrdered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``action_ordered``."""

    action: Action


class ActionReversed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``action_reversed``: the action no longer counts."""

    action_id: str
    reason: str
    overturned: bool = False
    """A person decided so: the rules do not order it again for the same findings."""
    actor: str | None = None
    """Who took it back on their own initiative; ``None`` for an appeal, whose own line names its reviewer."""


class ActionShortened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``action_shortened``: a person let a measure end sooner. Its points stand."""

    action_id: str
    until: datetime
    reason: str
    actor: str


class NoticeDelivered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``notice_delivered``: the account was told of these actions."""

    action_ids: tuple[str, ...]


class PostRemoved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``post_removed``: by its author."""

    post_id: str


class CaseOpened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``case_opened``: people are asked to decide a step."""

    case_id: str
    proposal: Proposal


class CaseDecided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``case_decided``: they did."""

    case_id: str
    key: str
    """The proposal's."""
    outcome: str
    """``impose`` or ``dismiss``."""
    action_id: str | None
    """``None`` unless imposed."""
    people: tuple[str, ...]
    factors: dict[str, Any]
    """What each of them wrote of number, proportion, gravity and intent."""


class CaseWithdrawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``case_withdrawn``: the proposal lost its ground before it was decided; it may be made again."""

    key: str


class AppealFiled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``appeal_filed``: the account disputes an action."""

    appeal_id: str
    action_id: str
    text: str
    deadline: datetime


class AppealAnswered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``appeal_message``: either side adds something."""

    appeal_id: str
    author: Literal["account", "reviewer"]
    actor: str | None
    text: str


class AppealDecided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``appeal_decided``: another person decided."""

    appeal_id: str
    outcome: Literal["upheld", "overturned"]
    actor: str
    note: str
    cleared: tuple[str, ...] = ()
    """Targets that were cleared with it."""


Body = (
    AccountSeen
    | FindingRecorded
    | FindingWithdrawn
    | ActionOrdered
    | ActionReversed
    | ActionShortened
    | NoticeDelivered
    | PostRemoved
    | CaseOpened
    | CaseDecided
    | CaseWithdrawn
    | AppealFiled
    | AppealAnswered
    | AppealDecided
)

KINDS: dict[str, type[Body]] = {
    "account_seen": AccountSeen,
    "finding_recorded": FindingRecorded,
    "finding_withdrawn": FindingWithdrawn,
    "action_ordered": ActionOrdered,
    "action_reversed": ActionReversed,
    "action_shortened": ActionShortened,
    "notice_delivered": NoticeDelivered,
    "post_removed": PostRemoved,
    "case_opened": CaseOpened,
    "case_decided": CaseDecided,
    "case_withdrawn": CaseWithdrawn,
    "appeal_filed": AppealFiled,
    "appeal_message": AppealAnswered,
    "appeal_decided": AppealDecided,
}
_KIND_OF = {body: kind for kind, body in KINDS.items()}


def _entry(account_id: str, occurred_at: datetime, body: Body) -> NewEntry:
    return NewEntry(f"account:{account_id}", _KIND_OF[type(body)], occurred_at, msgspec.to_builtins(body))


def entry_for_account(account_id: str, account_type: str, at: datetime) -> NewEntry:
    """The platform says what kind of account it is."""
    return _entry(account_id, at, AccountSeen(account_type))


def entry_for_finding(finding: Finding) -> NewEntry:
    """A finding, at the time of its post."""
    return _entry(finding.account_id, finding.posted_at, FindingRecorded(finding))


def entry_for_withdrawal(account_id: str, post_id: str, target: str, reason: str, at: datetime) -> NewEntry:
    """What was found of this post and target no longer counts."""
    return _entry(account_id, at, FindingWithdrawn(post_id, target, reason))


def entry_for_action(action: Action) -> NewEntry:
    """An action was ordered."""
    return _entry(action.order.account_id, action.ordered_at, ActionOrdered(action))


def entry_for_reversal(
    account_id: str, action_id: str, reason: str, at: datetime, *, overturned: bool = False, actor: str | None = None
) -> NewEntry:
    """An action lost its ground, or (``overturned``) a person took it back."""
    return _entry(account_id, at, ActionReversed(action_id, reason, overturned, actor))


def entry_for_shortening(account_id: str, shortened: ActionShortened, at: datetime) -> NewEntry:
    """A person lets a measure end sooner."""
    return _entry(account_id, at, shortened)


def entry_for_delivery(account_id: str, action_ids: tuple[str, ...], at: datetime) -> NewEntry:
    """The account was told of these actions."""
    return _entry(account_id, at, NoticeDelivered(action_ids))


def entry_for_removal(account_id: str, post_id: str, at: datetime) -> NewEntry:
    """The author removed the post."""
    return _entry(account_id, at, PostRemoved(post_id))


def entry_for_case_opened(case_id: str, proposal: Proposal, at: datetime) -> NewEntry:
    """People are asked to decide a step."""
    return _entry(proposal.account_id, at, CaseOpened(case_id, proposal))


def entry_for_case_decided(  # noqa: PLR0917 - one argument for each field of the line
    account_id: str,
    case_id: str,
    key: str,
    outcome: str,
    action_id: str | None,
    people: tuple[str, ...],
    factors: Mapping[str, Any],
    at: datetime,
) -> NewEntry:
    """They decided."""
    return _entry(account_id, at, CaseDecided(case_id, key, outcome, action_id, people, dict(factors)))


def entry_for_case_withdrawn(account_id: str, key: str, at: datetime) -> NewEntry:
    """The proposal with this key lost its ground before anybody decided."""
    return _entry(account_id, at, CaseWithdrawn(key))


def entry_for_appeal(account_id: str, filed: AppealFiled, at: datetime) -> NewEntry:
    """The account disputes an action."""
    return _entry(account_id, at, filed)


def entry_for_appeal_message(account_id: str, message: AppealAnswered, at: datetime) -> NewEntry:
    """Either side adds something to an appeal."""
    return _entry(account_id, at, message)


def entry_for_appeal_decided(account_id: str, decided: AppealDecided, at: datetime) -> NewEntry:
    """Another person decided an appeal."""
    return _entry(account_id, at, decided)
