"""What the store keeps besides the ledger: plain, immutable rows.

Posts and ledger entries are facts and never change. Targets, cases and jobs are projections and working state:
each change of them is justified by a ledger entry or a decision that is kept for good.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from detector.types import Picture, TargetState, VerdictName
from enforcement.types import Basis

CaseKind = Literal["target", "sanction", "appeal", "notice", "second"]
"""``second`` is a blind second look at a target that was decided."""
CaseState = Literal["open", "decided", "withdrawn"]
Role = Literal["moderator", "senior", "admin", "auditor"]
DeliveryState = Literal["waiting", "delivered", "parked"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class StoredLink(msgspec.Struct, frozen=True):
    """One link of a recorded post, as it was judged then."""

    url: str
    target: str
    verdict: VerdictName
    counterfeit_probability: float


class StoredPost(msgspec.Struct, frozen=True):
    """A recorded post with the answer it got."""

    post_id: str
    revision: int
    account_id: str
    account_type: str
    posted_at: datetime
    recorded_at: datetime
    digest: str
    """SHA-256 of the content, so that the same post sent twice is known."""
    decision_id: str
    verdict: VerdictName
    counterfeit_probability: float
    text: str
    links: tuple[StoredLink, ...]
    answer: bytes
    """The answer as it was sent: JSON."""
    mention: bool = False
    """The text asks, warns or reports rather than offers."""
    amnesty: bool = False
    """Loaded from before the platform used the service, and by the rulebook of then it counts for nothing."""
    reach: int | None = None
    pictures: tuple[Picture, ...] = ()
    """What the platform said of its pictures."""


class RecordedLinks(msgspec.Struct, frozen=True, gc=False):
    """The links of a recorded post, and when it was recorded."""

    recorded_at: datetime
    links: tuple[StoredLink, ...]


class ChallengerScore(msgspec.Struct, frozen=True):
    """What two models said of one link of a recorded post, the one in use and one in shadow."""

    decision_id: str
    """The answer's: of one revision of one post."""
    target: str
    recorded_at: datetime
    """When the post was answered; the challenger scored it within seconds."""
    champion_version: str
    champion_verdict: VerdictName
    """The model's own, whatever people had said of the target."""
    champion_probability: float
    challenger_version: str
    challenger_verdict: VerdictName
    challenger_probability: float


class TargetRecord(msgspec.Struct, frozen=True):
    """What is known of a target."""

    target: str
    url: str
    """A representative URL, as first seen."""
    state: TargetState
    since: datetime | None = None
    """When it came into its state; ``None`` while ``unknown``."""
    by: str | None = None
    """Who decided; ``None`` where nobody did."""
    basis: Basis | None = None
    """What its decision rests on; ``None`` while it is not decided."""
    decision_id: str | None = None
    organised: bool = False
    health_risk: bool = False
    evasion: bool = False
    top_probability: float = 0.0
    """Highest probability that any of its posts was given."""
    page: str | None = None
    """The visit that saw the page by which its posts are judged; ``None`` where none was read."""

    @property
    def confirmed_on(self) -> Basis:
        """What its confirmation rests on; a person where it was not said."""
        return self.basis or "human"


class TargetCounts(msgspec.Struct, frozen=True):
    """How far a target has spread."""

    posts: int
    accounts: int
    first: datetime | None = None
    """When the earliest of the posts was made; ``None`` where there are none."""
    last: datetime | None = None


class Spread(msgspec.Struct, frozen=True):
    """When the posts of a target were made."""

    first: datetime
    last: datetime
    span: timedelta
    """How long each of the counted spans is; at least a minute."""
    counts: tuple[int, ...]
    """Posts in each span from the first on."""


class TargetTouch(msgspec.Struct, frozen=True):
    """A post is about to be recorded that leads to this target."""

    target: str
    url: str
    counterfeit_probability: float
    suspected: bool
    """The verdict was ``review`` or ``hold``: an unknown target becomes suspected."""


class Case(msgspec.Struct, frozen=True):
    """One piece of work for people."""

    case_id: str
    kind: CaseKind
    state: CaseState
    subject: str
    """The target's name, or what the case is about: unique among the open cases of its kind."""
    account_id: str | None
    priority: float
    opened_at: datetime
    version: int
    """Rises with every change, so that two people cannot decide the same thing."""
    body: dict[str, Any]
    claimed_by: str | None = None
    lease_until: datetime | None = None
    decided_at: datetime | None = None
    excluded: str | None = None
    """Who may not decide it; ``None``: nobody is kept from it by name."""
    for_role: str | None = None
    """``senior`` where a moderator's answer is not enough; ``None``: whoever decides such cases."""


class Job(msgspec.Struct, frozen=True):
    """Work that outlives the request that asked for it."""

    job_id: str
    kind: str
    state: JobState
    body: dict[str, Any]
    created_at: datetime
    done: int = 0
    total: int | None = None
    """``None`` until it was counted."""
    cursor: str = ""
    """Where to go on after a crash."""
    error: str | None = None
    run_after: datetime | None = None
    """Not before this; ``None``: at once."""


class Event(msgspec.Struct, frozen=True):
    """Something the platform is to be told; kept in the outbox until it was delivered."""

    event_id: str
    type: str
    account_id: str | None
    occurred_at: datetime
    body: dict[str, Any]


class Ending(msgspec.Struct, frozen=True):
    """An action that ends by itself, and whose end was not told yet."""

    action_id: str
    account_id: str
    ends_at: datetime


class Notifier(msgspec.Struct, frozen=True):
    """Who gave a notice: kept apart from the record, so that name and address can be erased."""

    notice_id: str
    notifier: str
    """Digest of the address: the same person in every notice, without a name."""
    name: str
    email: str
    received_at: datetime
    restore_at: datetime | None = None
    """When its targets are shown again, after a counter-declaration; ``None`` where none runs."""


class Webhook(msgspec.Struct, frozen=True):
    """Where events go. Its secret is handed out only to sign with."""

    webhook_id: str
    url: str
    events: tuple[str, ...]
    """Types that it wants; empty for all."""
    created_at: datetime


class Delivery(msgspec.Struct, frozen=True):
    """One event on its way to one endpoint."""

    seq: int
    """The event's place in the outbox."""
    webhook_id: str
    state: DeliveryState
    attempts: int
    first_at: datetime | None
    """When it was tried first; ``None`` while it was not."""
    next_at: datetime
    event: Event
    error: str | None = None
    """Why the last attempt failed."""


class StreamHead(msgspec.Struct, frozen=True):
    """The last entry of a stream."""

    stream: str
    position: int
    digest: str


class Checkpoint(msgspec.Struct, frozen=True):
    """The whole record at one moment, under a signature."""

    number: int
    """1, 2, 3 …"""
    made_at: datetime
    last_seq: int
    """Everything up to this sequence number is sealed."""
    streams: int
    root: str
    """SHA-256 over the heads of all streams."""
    previous: str
    """Digest of the checkpoint before; 64 zeros for the first."""
    key_id: str
    """Names the key that signed it."""
    signature: str
    """Ed25519, in base64, over all of the above."""


class User(msgspec.Struct, frozen=True):
    """Somebody who reviews."""

    name: str
    role: Role
    password_digest: str
    """Argon2id."""
    created_at: datetime
    session_key: str
    """Part of every session of theirs: another key ends them all."""
    disabled_at: datetime | None = None
    failures: int = 0
    """Wrong passwords since the last right one."""
    locked_until: datetime | None = None


class ApiKey(msgspec.Struct, frozen=True):
    """An API key without its secret."""

    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None


class Registration(msgspec.Struct, frozen=True):
    """What is known of one domain."""

    domain: str
    """Registrable, in ASCII."""
    registered_at: datetime | None
    """``None`` where the registry does not say, or does not know the domain."""
    source: str
    """The registry's server, or ``file`` where an operator loaded it."""
    learned_at: datetime
