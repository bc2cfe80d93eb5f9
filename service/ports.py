"""What the services ask of the outside. Adapters implement these; only ``bootstrap/`` knows which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from detector.campaigns import Trait
from detector.types import TargetState
from enforcement.types import LedgerEntry, NewEntry
from service.fetch_queue import FetchLease, FetchTask, FetchWish, SeenPage
from service.records import (
    ApiKey,
    Case,
    CaseKind,
    CaseState,
    ChallengerScore,
    Checkpoint,
    Delivery,
    DeliveryState,
    Ending,
    Event,
    Job,
    Notifier,
    RecordedLinks,
    Registration,
    Spread,
    StoredPost,
    StreamHead,
    TargetCounts,
    TargetRecord,
    TargetTouch,
    User,
    Webhook,
)


class StoreError(Exception):
    """The store could not do what was asked."""


class StaleHeadError(StoreError):
    """Somebody else wrote to a stream (or a case, or a post) in between: load again and decide again."""


class UnavailableError(StoreError):
    """The store does not answer now; the same call may succeed later."""


class Clock(Protocol):
    """The service's idea of now."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def witness(self, posted_at: datetime) -> None:
        """A post with this time has come in. The ordinary clock does not care; a replay's clock follows it."""
        ...


class Work(Protocol):
    """One transaction: everything in it is kept, or nothing."""

    # posts
    def post(self, post_id: str) -> StoredPost | None:
        """The post in its highest revision."""
        ...

    def posts_named(self, post_ids: Collection[str]) -> dict[str, StoredPost]:
        """Those of the posts that are there, each in its highest revision."""
        ...

    def add_posts(self, new: Sequence[StoredPost]) -> None:
        """Record posts in their order; :class:`StaleHeadError` where one of the revisions is already there."""
        ...

    def posts_of_target(self, target: str, *, after: int, limit: int) -> list[tuple[int, StoredPost]]:
        """Posts in the order of recording, each with its sequence number, those after ``after`` only."""
        ...

    def posts_of_account(self, target: str, account_id: str) -> list[StoredPost]:
        """All posts of one account that lead to one target, oldest first."""
        ...

    def posts_of_accounts(self, target: str, account_ids: Sequence[str]) -> dict[str, list[StoredPost]]:
        """The same for many accounts; those that never shared it are left out."""
        ...

    def accounts_of_target(self, target: str, *, after: str, limit: int) -> list[str]:
        """Accounts that ever shared the target, also in a revision since replaced, in the order of their ids."""
        ...

    def count_posts(self) -> int:
        """How many are recorded, every revision counted."""
        ...

    # targets
    def touch_targets(self, touches: Sequence[TargetTouch], now: datetime) -> dict[str, TargetRecord]:
        """Note that a post leads to these targets and lock them until the end; what is known of each."""
        ...

    def target(self, target: str) -> TargetRecord | None:
        """What is known of a target; ``None`` where it was never seen."""
        ...

    def targets(self, targets: Iterable[str]) -> dict[str, TargetRecord]:
        """The same for many; those never seen are left out."""
        ...

    def put_target(self, record: TargetRecord) -> None:
        """Replace what is known of a target."""
        ...

    def drop_target(self, target: str) -> None:
        """Forget a target that nothing in the record tells of."""
        ...

    def hold_projections(self) -> None:
        """Nobody else writes to what can be told from the record until the transaction ends."""
        ...

    def every_target(self) -> Iterable[TargetRecord]:
        """All targets, in no order."""
        ...

    def target_counts(self, target: str) -> TargetCounts:
        """How many posts and accounts lead to it, and from when to when."""
        ...

    def spread_of_target(self, target: str, spans: int) -> tuple[TargetCounts, Spread | None]:
        """The counts, and when the posts were made, in so many spans at most; ``None`` where there are none."""
        ...

    # ledger
    def entries(self, stream: str, *, since: int = 0) -> list[LedgerEntry]:
        """A stream from that position on."""
        ...

    def entries_of_streams(self, streams: Sequence[str]) -> dict[str, list[LedgerEntry]]:
        """Many streams from their beginnings; empty ones are left out."""
        ...

    def append(self, entries: Sequence[NewEntry], *, heads: Mapping[str, int], now: datetime) -> list[LedgerEntry]:
        """Append; ``heads`` is each stream's expected length. :class:`StaleHeadError` where one has grown."""
        ...

    def entries_between(
        self, kinds: Sequence[str], *, after: int, upto: int, since: datetime | None, limit: int
    ) -> list[tuple[int, LedgerEntry]]:
        """Entries of these kinds in the order of recording, each with its sequence number.

        Those after ``after`` up to ``upto``, and recorded at ``since`` or later where it is given.
        """
        ...

    def changed_targets(self, *, after: int, upto: int, limit: int) -> list[tuple[str, int]]:
        """Targets decided between two sequence numbers, each with that of its last decision, in the order of these."""
        ...

    def targets_in_state(self, state: TargetState) -> list[str]:
        """Names of all targets in a state."""
        ...

    # domains
    def registrations(self, domains: Sequence[str]) -> dict[str, Registration]:
        """Those of the domains that are known, by domain."""
        ...

    def put_registrations(self, found: Sequence[Registration]) -> None:
        """Keep what was learned; the last word on a domain counts."""
        ...

    # landing pages
    def want_fetch(self, wish: FetchWish, now: datetime) -> None:
        """Queue a page, or raise the worth of one that is queued."""
        ...

    def lease_fetches(self, lease: FetchLease, limit: int) -> list[FetchTask]:
        """Pages that are due, the most worthwhile first and one for each host that is free; leased, the hosts taken."""
        ...

    def put_fetch(self, task: FetchTask, due_at: datetime) -> None:
        """When to visit again; the lease ends, and what it was worth counts from nothing."""
        ...

    def fetch_is_due(self, now: datetime) -> bool:
        """Whether any page is due."""
        ...

    def fetch_backlog(self, now: datetime) -> int:
        """How many pages are due."""
        ...

    def page(self, target: str) -> SeenPage | None:
        """The page behind a target as it was seen last."""
        ...

    def pages_seen(self, targets: Iterable[str]) -> dict[str, str]:
        """Of those targets whose page was read, the visit that read it."""
        ...

    def put_page(self, page: SeenPage) -> None:
        """Replace it."""
        ...

    # campaigns
    def cursor(self, name: str) -> int:
        """How far a reader has come; 0 before it began."""
        ...

    def put_cursor(self, name: str, seq: int) -> None:
        """How far it is now."""
        ...

    def posts_after(self, seq: int, *, until: datetime, limit: int) -> list[tuple[int, StoredPost]]:
        """Posts recorded by an instant, in the order of recording, each with its sequence number."""
        ...

    def add_traits(self, subject: str, traits: Sequence[Trait]) -> None:
        """Note what a target or an account has; what is noted already stays."""
        ...

    def traits_of(self, subjects: Sequence[str]) -> list[tuple[str, Trait]]:
        """What they have, each with its subject."""
        ...

    def sharing(self, names: Sequence[str], prefix: str, limit: int) -> list[tuple[str, Trait]]:
        """Subjects of one kind that have any of these traits, each with the trait."""
        ...

    def join_campaign(self, target: str, names: Sequence[str], new_id: str) -> str:
        """The campaign of a target with these traits: those it ties are one from now on, under the earliest id."""
        ...

    def campaign_of(self, targets: Sequence[str]) -> dict[str, str]:
        """Campaigns of targets that have one."""
        ...

    def campaign_targets(self, campaign: str, limit: int) -> list[str]:
        """Targets of a campaign, by name."""
        ...

    # cases
    def case(self, case_id: str) -> Case | None:
        """One case."""
        ...

    def open_case_about(self, kind: CaseKind, subject: str) -> Case | None:
        """The open case on a subject, where there is one."""
        ...

    def cases(self, *, kind: CaseKind | None, state: CaseState | None, limit: int, offset: int) -> list[Case]:
        """The queue in its order: what waiting harms most comes first."""
        ...

    def count_cases(self, *, kind: CaseKind | None, state: CaseState | None) -> int:
        """How many there are."""
        ...

    def count_open_cases(self) -> dict[CaseKind, int]:
        """How many are open of each kind that has any."""
        ...

    def next_case(
        self, kinds: Sequence[CaseKind], now: datetime, *, actor: str = "", senior: bool = True
    ) -> Case | None:
        """The open case for a person that nobody holds and that waiting harms most, locked where the database can."""
        ...

    def count_decided(self, since: datetime) -> int:
        """How many cases people have decided since then."""
        ...

    def oldest_open_case(self) -> datetime | None:
        """When the case was opened that waits longest; ``None`` where none waits."""
        ...

    def add_case(self, case: Case) -> None:
        """Open a case."""
        ...

    def want_target_case(self, case_id: str, target: str, harm: float, now: datetime) -> None:
        """Open a case on a target, or raise the priority of the one that is open, which stays the same case."""
        ...

    def put_case(self, case: Case) -> None:
        """Replace a case, its priority excepted, at ``case.version - 1``; else :class:`StaleHeadError`."""
        ...

    # jobs and events
    def add_job(self, job: Job) -> None:
        """Queue a job; one that has its id already stays as it is."""
        ...

    def job(self, job_id: str) -> Job | None:
        """One job."""
        ...

    def next_job(self, now: datetime, *, kinds: Sequence[str]) -> Job | None:
        """The oldest job of these kinds that is due and not finished, locked until the end where the database can."""
        ...

    def put_job(self, job: Job) -> None:
        """Replace a job."""
        ...

    def emit(self, events: Sequence[Event]) -> None:
        """Put events into the outbox."""
        ...

    def events(self, *, account_id: str | None, limit: int) -> list[Event]:
        """The newest events of the outbox."""
        ...

    # measures that end by themselves
    def add_ending(self, ending: Ending) -> None:
        """Note when an action ends."""
        ...

    def due_endings(self, now: datetime, limit: int) -> list[Ending]:
        """Those that have ended, earliest first; locked until the end of the transaction where the database can."""
        ...

    def endings_after(self, now: datetime) -> list[Ending]:
        """Those that are not due yet."""
        ...

    def drop_ending(self, action_id: str) -> None:
        """Its end was told, or it was taken back before."""
        ...

    # rights holders
    def add_notifier(self, notifier: Notifier) -> None:
        """Keep who gave a notice."""
        ...

    def notifier(self, notice_id: str) -> Notifier | None:
        """Who gave a notice."""
        ...

    def put_notifier(self, notifier: Notifier) -> None:
        """Replace it."""
        ...

    def notifier_to_restore(self, now: datetime) -> Notifier | None:
        """One whose targets are to be shown again by now, locked until the end where the database can."""
        ...

    # webhooks
    def add_webhook(self, webhook: Webhook, secret: str) -> None:
        """Keep an endpoint; events that are put into the outbox from now on go there."""
        ...

    def webhooks(self) -> list[Webhook]:
        """Those that were not removed, oldest first."""
        ...

    def webhook_secret(self, webhook_id: str) -> str:
        """What its messages are signed with."""
        ...

    def remove_webhook(self, webhook_id: str, now: datetime) -> bool:
        """Whether there was such an endpoint to remove; what waited for it is given up."""
        ...

    def lease_deliveries(self, now: datetime, until: datetime, limit: int) -> list[Delivery]:
        """Deliveries that are due, each the earliest that waits for its endpoint and account; leased until a time."""
        ...

    def put_delivery(self, delivery: Delivery, now: datetime) -> None:
        """What became of an attempt; the lease ends."""
        ...

    def deliveries(self, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """The newest, of one state or of any."""
        ...

    def count_deliveries(self) -> dict[DeliveryState, int]:
        """How many there are of each state."""
        ...

    def replay_deliveries(self, event_id: str | None, now: datetime) -> int:
        """Send again: one event wherever it goes, or everything that is parked where it is ``None``; how many."""
        ...

    # checkpoints
    def last_checkpoint(self) -> Checkpoint | None:
        """The newest; ``None`` where there is none."""
        ...

    def checkpoints(self) -> list[Checkpoint]:
        """All, oldest first."""
        ...

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep one; :class:`StaleHeadError` where its number is taken."""
        ...

    def heads_between(self, after: int, upto: int) -> list[StreamHead]:
        """The last entry of each stream that was written to between two sequence numbers."""
        ...

    def put_checkpoint_heads(self, heads: Sequence[StreamHead]) -> None:
        """Replace those of these streams."""
        ...

    def checkpoint_heads(self) -> Iterable[StreamHead]:
        """The head of every stream at the last checkpoint, in the order of the bytes of their names."""
        ...

    def broken_heads(self) -> list[StreamHead]:
        """Those whose entry is gone from the ledger, or is another one."""
        ...

    # a model in shadow
    def add_challenger_scores(self, scores: Sequence[ChallengerScore]) -> None:
        """Record them; those that are there already are left as they are."""
        ...

    def challenger_scores(self, target: str) -> list[ChallengerScore]:
        """All of a target, in the order of recording."""
        ...

    # figures
    def verdicts_by_day(self, since: datetime) -> list[tuple[datetime, str, int]]:
        """Posts made since then: the beginning of the day (UTC), the verdict, how many."""
        ...

    def bands(self, edges: Sequence[float], since: datetime, until: datetime) -> tuple[int, ...]:
        """Posts made in a span by the band of their probability; ``edges`` are the bands' lower ends, rising from 0."""
        ...

    def sample_of_posts(self, since: datetime, until: datetime, most: int) -> list[StoredPost]:
        """Posts made in a span, evenly from the order in which they were recorded; all of them where there are few."""
        ...

    def judged_holds(self, since: datetime) -> tuple[int, int]:
        """Of the targets that a hold hid in posts made since then and people decided: confirmed, and all."""
        ...

    # people
    def add_user(self, user: User) -> None:
        """Add a person who reviews; :class:`StaleHeadError` where the name is taken."""
        ...

    def user(self, name: str) -> User | None:
        """The one with this name."""
        ...

    def users(self) -> list[User]:
        """All, oldest first."""
        ...

    def put_user(self, user: User) -> None:
        """Replace one."""
        ...

    # keys
    def add_key(self, key: ApiKey, secret_digest: str) -> None:
        """Keep a key; the secret itself is never stored."""
        ...

    def key_by_digest(self, secret_digest: str) -> ApiKey | None:
        """The key with this secret, revoked or not."""
        ...

    def keys(self) -> list[ApiKey]:
        """All keys, oldest first."""
        ...

    def revoke_key(self, name: str, now: datetime) -> bool:
        """Whether there was such a key to revoke."""
        ...

    def latest_post_time(self) -> datetime | None:
        """The latest ``posted_at`` recorded; ``None`` in an empty store."""
        ...


class Store(Protocol):
    """The database."""

    def begin(self, *, write: bool = True) -> AbstractContextManager[Work]:
        """Begin a transaction; it commits where the block ends well."""
        ...

    def ping(self) -> None:
        """Answer, or raise :class:`UnavailableError`."""
        ...

    def settled(self) -> int:
        """The last sequence number of the ledger below which nothing is still to be committed; 0 while it is empty.

        Whoever reads by a cursor reads up to here, so that nothing is passed over.
        """
        ...

    def ledger_entries(self, *, batch: int = 1000) -> Iterable[LedgerEntry]:
        """Every entry of every stream, stream by stream in order."""
        ...

    def entries_of(self, kinds: Sequence[str]) -> Iterable[LedgerEntry]:
        """Entries of these kinds, stream by stream in order."""
        ...

    def recorded_posts(self, since: datetime | None = None, *, after: int = 0) -> Iterable[tuple[int, StoredPost]]:
        """Every post in every revision, in the order of recording, each with its sequence number.

        Only those made since then, and those recorded after the sequence number ``after``.
        """
        ...

    def recorded_links(self) -> Iterable[RecordedLinks]:
        """The links of every post in every revision, in the order of recording."""
        ...
