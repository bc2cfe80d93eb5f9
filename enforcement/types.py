"""What the rulebook's rooms hand to one another: plain, immutable data.

Commands order, events remember: an :class:`Order` is what the rules ask for, an :class:`Action` is an order that was
recorded and has an id. Times are aware and in UTC. ``None`` means "none" only where the field says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

Basis = Literal["model", "human", "rights_holder"]
ActionKind = Literal["disable_link", "warn", "restrict_links", "suspend", "ban"]
State = Literal["good", "warned", "restricted", "suspended", "banned"]
Stream = str
"""``account:<id>``, ``target:<name>`` or ``rulebook``: each is one hash chain of the ledger."""


class Finding(msgspec.Struct, frozen=True):
    """One post of one account carried a target that is, by now, held or confirmed."""

    account_id: str
    post_id: str
    target: str
    posted_at: datetime
    basis: Basis
    found_at: datetime
    """When this finding was recorded."""
    confirmed_at: datetime | None = None
    """When the target was confirmed; ``None`` for ``basis == "model"``: nobody has looked yet."""
    decision_id: str | None = None
    """The person's decision on the target; ``None`` for ``model``."""
    confirmed_by: str | None = None
    organised: bool = False
    """A person found organised selling behind the target (class E)."""
    health_risk: bool = False
    """A person found goods that endanger health or safety (class E)."""
    disguised: bool = False
    """The link was dressed otherwise after the same account's link to the target had been disabled (class D)."""
    mention: bool = False
    """The post asks, warns or reports rather than offers: its link is hidden, and it counts for nothing else."""
    amnesty: bool = False
    """The post was loaded from before the platform used the service, and the rulebook lets such posts go: its link is
    hidden, and it counts for nothing else."""
    evasion: bool = False
    """A person found cloaking, or another account of somebody who was sanctioned, behind the target (class D)."""
    account_type: str = "private"
    evidence: tuple[str, ...] = ()
    """Reason codes and quoted words that the statement shows."""
    removed_at: datetime | None = None
    """When the author removed the post; ``None`` where it stands."""


class Incident(msgspec.Struct, frozen=True):
    """All confirmed findings against one account that the rulebook counts as one."""

    incident_id: str
    account_id: str
    findings: tuple[Finding, ...]
    opened_at: datetime
    """Time of the first post."""
    grade: str
    """The gravest class, ``A`` to ``E``."""
    rule: str
    """The rule that decided the class, for example ``C2``."""
    points: int
    lapses_at: datetime | None
    """When the points lapse; ``None`` where there are none."""
    rulebook_version: str


class Order(msgspec.Struct, frozen=True):
    """What the rules ask for, before it is recorded."""

    kind: ActionKind
    account_id: str
    rule: str
    rulebook_version: str
    key: str
    """Identity for comparing with what was already done: ``link:<post>:<target>``, ``incident:<id>:<class>``."""
    target: str | None = None
    post_ids: tuple[str, ...] = ()
    points: int = 0
    until: datetime | None = None
    """End of the measure; ``None`` where it has none."""
    basis: Basis = "human"
    incident_id: str | None = None
    grade: str | None = None
    automated: bool = True
    """``False`` where a person decided the sanction itself."""
    evidence: tuple[str, ...] = ()
    step: int = 0
    """Points of the step of the ladder that this imposes; 0 where it imposes none."""
    lapses_at: datetime | None = None
    """When the points lapse, or the warning where there are none; ``None`` for links."""


class Action(msgspec.Struct, frozen=True):
    """An order that was recorded."""

    action_id: str
    statement_id: str
    ordered_at: datetime
    order: Order
    reversed_at: datetime | None = None
    reversal_reason: str | None = None
    delivered_at: datetime | None = None
    """When the account was told; ``None`` while it has not been."""
    shortened_at: datetime | None = None
    """When a person let it end sooner; the order then names the new end."""
    shortening_reason: str | None = None


class AppealMessage(msgspec.Struct, frozen=True):
    """One message in an appeal."""

    at: datetime
    author: Literal["account", "reviewer"]
    text: str
    actor: str | None = None
    """The reviewer's name; ``None`` for the account."""


class Appeal(msgspec.Struct, frozen=True):
    """An account disputes an action."""

    appeal_id: str
    action_id: str
    text: str
    filed_at: datetime
    deadline: datetime
    """When the account should have its answer."""
    messages: tuple[AppealMessage, ...] = ()
    """After the first text, oldest first."""
    outcome: Literal["upheld", "overturned"] | None = None
    """What became of the action: it stands, or it was taken back. ``None`` while nobody decided."""
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str | None = None
    """Why, in the words that the account reads."""


class Reversal(msgspec.Struct, frozen=True):
    """An earlier action that no longer has a ground."""

    action_id: str
    reason: str


class Proposal(msgspec.Struct, frozen=True):
    """A step that the rulebook reserves for people: it becomes a case."""

    key: str
    account_id: str
    step: int
    """Points of the step: 24, 36 or 48."""
    kind: ActionKind
    duration_days: int | None
    people: int
    """How many people must agree: 1 or 2."""
    points: int
    """Points that stand against the account."""
    incident_id: str
    rule: str
    rulebook_version: str
    excluded: tuple[str, ...] = ()
    """Those who confirmed the targets and so may not decide (where the step says so)."""


class Decision(msgspec.Struct, frozen=True):
    """What must be recorded so that the record agrees with the rules. Empty where it already does."""

    orders: tuple[Order, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    withdrawn: tuple[str, ...] = ()
    """Keys of open proposals that no longer have a ground."""


class Lapse(msgspec.Struct, frozen=True):
    """Points and when they lapse."""

    points: int
    at: datetime


class Standing(msgspec.Struct, frozen=True):
    """Where an account stands at one instant."""

    account_id: str
    state: State
    until: datetime | None
    points: int
    lapses: tuple[Lapse, ...]
    history: tuple[Action, ...]
    """Newest first, reversed ones included and marked."""
    links_blocked_until: datetime | None = None


class LedgerEntry(msgspec.Struct, frozen=True):
    """One line of the record. Never changed, never deleted; a reversal is another line."""

    stream: Stream
    position: int
    """0, 1, 2 … within its stream."""
    kind: str
    occurred_at: datetime
    """When it happened in the world (for a post: when it was made)."""
    recorded_at: datetime
    """When we learned of it."""
    body: dict[str, Any]
    previous: str
    """Digest of the entry before it in the stream; 64 zeros for the first."""
    digest: str
    """SHA-256 over the canonical JSON of everything above and ``previous``."""


class NewEntry(msgspec.Struct, frozen=True):
    """A line that is about to be recorded; the ledger gives it its place and digest."""

    stream: Stream
    kind: str
    occurred_at: datetime
    body: dict[str, Any]
