"""The store on SQLAlchemy Core: one ``SqlStore`` for SQLite and PostgreSQL.

Who races whom is settled by the database: a ledger position or a post's revision exists once (unique keys), a target's
row is locked by the transaction that touches it, and a case is replaced only at the version that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.sql.dml import ReturningInsert

from adapters.sql import chain
from adapters.sql.campaigns import CampaignWork
from adapters.sql.checkpoints import CheckpointWork
from adapters.sql.fetching import FetchingWork
from adapters.sql.figures import FigureWork
from adapters.sql.notifiers import NotifierWork
from adapters.sql.people import PeopleWork
from adapters.sql.tables import (
    api_keys,
    cases,
    challenger_scores,
    instant_of,
    jobs,
    ledger,
    post_links,
    posts,
    targets,
)
from adapters.sql.telling import TellingWork
from adapters.sql.turns import Turns
from detector.types import TargetState
from enforcement.types import LedgerEntry, NewEntry
from service.ports import StaleHeadError, UnavailableError
from service.records import (
    ApiKey,
    Case,
    CaseKind,
    CaseState,
    ChallengerScore,
    Job,
    RecordedLinks,
    Spread,
    StoredLink,
    StoredPost,
    TargetCounts,
    TargetRecord,
    TargetTouch,
    Webhook,
)

_T = TypeVar("_T")
_MINUTE, _MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)
_APPENDING = 0x64616A6961
"""PostgreSQL's advisory lock that every transaction shares that appends to the ledger."""
TARGET_KINDS = ("target_decided", "target_lifted")
"""Kinds of entries that change what is known of a target."""
_LINKS = msgspec.json.Decoder(tuple[StoredLink, ...])
_JSON = msgspec.json.Encoder()
_BODY = msgspec.json.Decoder()

# Built once: SQLAlchemy then finds its compiled form by identity instead of walking the statement each time.
_POST = sa.select(posts).where(posts.c.post_id == sa.bindparam("id")).order_by(posts.c.revision.desc()).limit(1)
_POSTS = sa.select(posts).where(posts.c.post_id.in_(sa.bindparam("ids", expanding=True))).order_by(posts.c.revision)
_ADD_POSTS = sa.insert(posts).returning(posts.c.seq, sort_by_parameter_order=True)
_ADD_LINKS = sa.insert(post_links)
_ENTRIES = (
    sa.select(ledger)
    .where(ledger.c.stream == sa.bindparam("stream_name"), ledger.c.position >= sa.bindparam("since"))
    .order_by(ledger.c.position)
)
_LAST_DIGEST = (
    sa.select(ledger.c.position, ledger.c.digest)
    .where(ledger.c.stream == sa.bindparam("stream_name"))
    .order_by(ledger.c.position.desc())
    .limit(1)
)
_newer = posts.alias("newer")
_IS_LATEST = ~sa.exists().where(_newer.c.post_id == posts.c.post_id, _newer.c.revision > posts.c.revision)
"""What an author edited away no longer leads anywhere: only the highest revision of a post counts."""
_POSTS_OF_ACCOUNT = (
    sa.select(posts)
    .join(post_links, post_links.c.post_seq == posts.c.seq)
    .where(
        post_links.c.target == sa.bindparam("target_name"),
        post_links.c.account_id == sa.bindparam("account"),
        _IS_LATEST,
    )
    .order_by(posts.c.posted_at, posts.c.seq)
)
_ADD_ENTRIES = sa.insert(ledger)
_TARGET = sa.select(targets).where(targets.c.target == sa.bindparam("name"))


def _of_target(columns: Any, target: str) -> Any:
    """The same of the posts that lead to a target."""
    joined = columns.select_from(post_links).join(posts, post_links.c.post_seq == posts.c.seq)
    return joined.where(post_links.c.target == target, _IS_LATEST)


def _spread_statement(target: str, spans: int) -> sa.Select[Any]:
    """One row for each span that has posts, with what is told of all of them. Reads the posts once."""
    made = sa.type_coerce(posts.c.posted_at, sa.BigInteger).label("made")
    found = _of_target(sa.select(post_links.c.account_id, made), target).cte("found")
    first, last = sa.func.min(found.c.made), sa.func.max(found.c.made)
    an_even_share = (last - first) // spans + 1
    minute = _MINUTE // _MICROSECOND
    together = sa.select(
        sa.func.count().label("posts"),
        sa.func.count(sa.distinct(found.c.account_id)).label("accounts"),
        first.label("first"),
        last.label("last"),
        sa.case((an_even_share > minute, an_even_share), else_=minute).label("length"),
    ).cte("together")
    span = ((found.c.made - together.c.first) // together.c.length).label("span")
    columns = (*together.c, span)
    counted = sa.select(*columns, sa.func.count().label("made_then"))
    return counted.join_from(found, together, sa.true()).group_by(*columns)


@lru_cache
def _touch_statement(dialect: str) -> ReturningInsert[Any]:
    """Insert a target or raise what is known of it; either way its row is locked and returned."""
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(targets)
    offered = statement.excluded
    becomes_suspected = sa.and_(targets.c.state == "unknown", offered.state == "suspected")
    is_higher = offered.top_probability > targets.c.top_probability
    return statement.on_conflict_do_update(
        index_elements=[targets.c.target],
        set_={
            "state": sa.case((becomes_suspected, "suspected"), else_=targets.c.state),
            "since": sa.case((becomes_suspected, offered.since), else_=targets.c.since),
            "top_probability": sa.case((is_higher, offered.top_probability), else_=targets.c.top_probability),
        },
    ).returning(*targets.c)


class SqlStore:
    """A database that holds everything the services keep."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._reader = engine.execution_options(dajia_write=False)
        is_file = engine.dialect.name == "sqlite" and engine.url.database
        self._turns = Turns(Path(engine.url.database or "")) if is_file else None

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[SqlWork]:
        """Begin a transaction; it commits where the block ends well."""
        engine = self.engine if write else self._reader
        turn = self._turns.turn() if write and self._turns is not None else nullcontext()
        try:
            with turn, engine.begin() as connection:
                yield SqlWork(connection)
        except (IntegrityError, OperationalError) as error:
            if _lost_a_race(error):
                raise StaleHeadError("Somebody else wrote this first; load again and decide again.") from error
            if isinstance(error, IntegrityError):
                raise  # an empty column or a missing post: a mistake of ours, which trying again does not cure
            raise UnavailableError(f"The database does not answer: {type(error.orig).__name__}.") from error
        except PoolTimeoutError as error:
            raise UnavailableError("All connections to the database are busy.") from error

    def close(self) -> None:
        """Give back all connections; a later call opens new ones."""
        self.engine.dispose()
        if self._turns is not None:
            self._turns.close()

    def ping(self) -> None:
        """Answer, or raise :class:`UnavailableError`."""
        with self.begin(write=False) as work:
            work.connection.execute(sa.text("SELECT 1"))

    def settled(self) -> int:
        """The last sequence number of the ledger below which nothing is still to be committed; 0 while it is empty."""
        with self.begin(write=False) as work:
            if self.engine.dialect.name == "postgresql":
                # Granted once nobody is between taking a number and committing it; on SQLite a writer is alone anyway.
                work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_APPENDING)))
            return int(work.connection.execute(sa.select(sa.func.max(ledger.c.seq))).scalar() or 0)

    def ledger_entries(self, *, batch: int = 1000) -> Generator[LedgerEntry, None, None]:
        """Every entry of every stream, stream by stream in order."""
        statement = sa.select(ledger).order_by(ledger.c.stream, ledger.c.position)
        return self._stream(statement, _entry, batch)

    def entries_of(self, kinds: Sequence[str], *, batch: int = 1000) -> Generator[LedgerEntry, None, None]:
        """Entries of these kinds, stream by stream in order."""
        statement = sa.select(ledger).where(ledger.c.kind.in_(kinds)).order_by(ledger.c.stream, ledger.c.position)
        return self._stream(statement, _entry, batch)

    def recorded_posts(
        self, since: datetime | None = None, *, after: int = 0, batch: int = 1000
    ) -> Generator[tuple[int, StoredPost], None, None]:
        """Every post in every revision, in the order of recording, each with its sequence number.

        Only those made since then, and those recorded after the sequence number ``after``.
        """
        statement = sa.select(posts).where(posts.c.seq > after).order_by(posts.c.seq)
        if since is not None:
            statement = statement.where(posts.c.posted_at >= since)
        return self._stream(statement, lambda row: (row.seq, _post(row)), batch)

    def recorded_links(self, *, batch: int = 1000) -> Generator[RecordedLinks, None, None]:
        """The links of every post in every revision, in the order of recording."""
        statement = sa.select(posts.c.recorded_at, posts.c.links).order_by(posts.c.seq)
        return self._stream(statement, _recorded_links, batch)

    def _stream(
        self, statement: sa.Select[Any], read: Callable[[sa.Row[Any]], _T], batch: int
    ) -> Generator[_T, None, None]:
        """Rows as they come, never all in memory."""
        # The result is closed here also where the caller stops early: a server-side cursor would stay open.
        with self.begin(write=False) as work:
            connection = work.connection.execution_options(yield_per=batch)
            with connection.execute(statement) as rows:
                for row in rows:
                    yield read(row)


class SqlWork(TellingWork, NotifierWork, CheckpointWork, PeopleWork, FigureWork, FetchingWork, CampaignWork):
    """One transaction; see :class:`service.ports.Work` for what each method promises."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._webhooks: list[Webhook] | None = None
        self._tails: dict[str, tuple[int, str]] = {}
        """Each stream's length and last digest, where it was read or written in this transaction."""
        self._insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert

    # posts

    def post(self, post_id: str) -> StoredPost | None:
        """The post in its highest revision."""
        row = self.connection.execute(_POST, {"id": post_id}).first()
        return None if row is None else _post(row)

    def posts_named(self, post_ids: Collection[str]) -> dict[str, StoredPost]:
        """Those of the posts that are there, each in its highest revision."""
        rows = self.connection.execute(_POSTS, {"ids": list(post_ids)})
        return {row.post_id: _post(row) for row in rows}

    def add_posts(self, new: Sequence[StoredPost]) -> None:
        """Record posts in their order; :class:`StaleHeadError` where one of the revisions is already there."""
        if not new:
            return
        values = [msgspec.structs.asdict(post) | {"links": _JSON.encode(post.links)} for post in new]
        numbered = zip(self.connection.execute(_ADD_POSTS, values).scalars(), new, strict=True)
        links = [
            {"target": name, "account_id": post.account_id, "post_seq": seq}
            for seq, post in numbered
            for name in dict.fromkeys(link.target for link in post.links)
        ]
        if links:
            self.connection.execute(_ADD_LINKS, links)

    def posts_of_target(self, target: str, *, after: int, limit: int) -> list[tuple[int, StoredPost]]:
        """Posts in the order of recording, each with its sequence number, those after ``after`` only."""
        statement = (
            sa.select(posts)
            .join(post_links, post_links.c.post_seq == posts.c.seq)
            .where(post_links.c.target == target, post_links.c.post_seq > after, _IS_LATEST)
            .order_by(post_links.c.post_seq)
            .limit(limit)
        )
        return [(row.seq, _post(row)) for row in self.connection.execute(statement)]

    def posts_of_account(self, target: str, account_id: str) -> list[StoredPost]:
        """All posts of one account that lead to one target, oldest first."""
        rows = self.connection.execute(_POSTS_OF_ACCOUNT, {"target_name": target, "account": account_id})
        return [_post(row) for row in rows]

    def posts_of_accounts(self, target: str, account_ids: Sequence[str]) -> dict[str, list[StoredPost]]:
        """The same for many accounts; those that never shared it are left out."""
        statement = (
            sa.select(posts)
            .join(post_links, post_links.c.post_seq == posts.c.seq)
            .where(post_links.c.target == target, post_links.c.account_id.in_(account_ids))
            .order_by(posts.c.seq)
        )
        found: dict[str, list[StoredPost]] = {}
        for row in self.connection.execute(statement):
            found.setdefault(row.account_id, []).append(_post(row))
        return found

    def accounts_of_target(self, target: str, *, after: str, limit: int) -> list[str]:
        """Accounts that ever shared the target, in the order of their ids, those after ``after`` only."""
        statement = (
            sa.select(post_links.c.account_id)
            .distinct()
            .where(post_links.c.target == target, post_links.c.account_id > after)
            .order_by(post_links.c.account_id)
            .limit(limit)
        )
        return list(self.connection.execute(statement).scalars())

    # targets

    def posts_after(self, seq: int, *, until: datetime, limit: int) -> list[tuple[int, StoredPost]]:
        """Posts recorded by an instant, in the order of recording, each with its sequence number."""
        statement = sa.select(posts).where(posts.c.seq > seq, posts.c.recorded_at <= until)
        return [(row.seq, _post(row)) for row in self.connection.execute(statement.order_by(posts.c.seq).limit(limit))]

    def count_posts(self) -> int:
        """How many are recorded, every revision counted."""
        return int(self.connection.execute(sa.select(sa.func.count()).select_from(posts)).scalar_one())

    def touch_targets(self, touches: Sequence[TargetTouch], now: datetime) -> dict[str, TargetRecord]:
        """Note that a post leads to these targets and lock them until the end; what is known of each."""
        # In the order of names, so that two posts with the same links cannot wait for one another.
        return {t.target: self._touch(t, now) for t in sorted(touches, key=lambda touch: touch.target)}

    def _touch(self, touch: TargetTouch, now: datetime) -> TargetRecord:
        values = {
            "target": touch.target,
            "url": touch.url,
            "state": "suspected" if touch.suspected else "unknown",
            "since": now if touch.suspected else None,
            "organised": False,
            "health_risk": False,
            "evasion": False,
            "top_probability": touch.counterfeit_probability,
        }
        return _target(self.connection.execute(_touch_statement(self.connection.dialect.name), values).one())

    def target(self, target: str) -> TargetRecord | None:
        """What is known of a target; ``None`` where it was never seen."""
        row = self.connection.execute(_TARGET, {"name": target}).first()
        return None if row is None else _target(row)

    def targets(self, names: Iterable[str]) -> dict[str, TargetRecord]:
        """The same for many; those never seen are left out."""
        found = ((name, self.target(name)) for name in dict.fromkeys(names))
        return {name: record for name, record in found if record is not None}

    def put_target(self, record: TargetRecord) -> None:
        """Replace what is known of a target."""
        values = msgspec.structs.asdict(record)
        values["decided_by"] = values.pop("by")
        statement = self._insert(targets).values(**values)
        rest = {name: value for name, value in values.items() if name != "target"}
        self.connection.execute(statement.on_conflict_do_update(index_elements=[targets.c.target], set_=rest))

    def drop_target(self, target: str) -> None:
        """Forget a target that nothing in the record tells of."""
        self.connection.execute(sa.delete(targets).where(targets.c.target == target))

    def hold_projections(self) -> None:
        """Nobody else writes to what can be told from the record until the transaction ends."""
        if self.connection.dialect.name == "postgresql":  # on SQLite there is one writer at a time anyway
            self.connection.exec_driver_sql("LOCK TABLE targets, endings IN SHARE ROW EXCLUSIVE MODE")

    def every_target(self) -> Iterator[TargetRecord]:
        """All targets, in no order."""
        with self.connection.execute(sa.select(targets), execution_options={"yield_per": 1000}) as rows:
            yield from map(_target, rows)

    def target_counts(self, target: str) -> TargetCounts:
        """How many posts and accounts lead to it, and from when to when."""
        accounts = sa.func.count(sa.distinct(post_links.c.account_id))
        first, last = sa.func.min(posts.c.posted_at), sa.func.max(posts.c.posted_at)
        statement = _of_target(sa.select(sa.func.count(), accounts, first, last), target)
        return TargetCounts(*self.connection.execute(statement).one())

    def spread_of_target(self, target: str, spans: int) -> tuple[TargetCounts, Spread | None]:
        """The counts, and when the posts were made, in so many spans at most; ``None`` where there are none."""
        rows = self.connection.execute(_spread_statement(target, spans)).all()
        if not rows:
            return TargetCounts(0, 0), None
        counts = TargetCounts(rows[0].posts, rows[0].accounts, instant_of(rows[0].first), instant_of(rows[0].last))
        length = timedelta(microseconds=rows[0].length)
        found = {row.span: row.made_then for row in rows}
        made_then = tuple(found.get(number, 0) for number in range(max(found) + 1))
        return counts, Spread(instant_of(rows[0].first), instant_of(rows[0].last), length, made_then)

    # ledger

    def entries(self, stream: str, *, since: int = 0) -> list[LedgerEntry]:
        """A stream from that position on."""
        asked = {"stream_name": stream, "since": since}
        found = [_entry(row) for row in self.connection.execute(_ENTRIES, asked)]
        if found:
            self._tails[stream] = (found[-1].position + 1, found[-1].digest)
        elif not since:
            self._tails[stream] = (0, chain.GENESIS)
        return found

    def entries_of_streams(self, streams: Sequence[str]) -> dict[str, list[LedgerEntry]]:
        """Many streams from their beginnings; empty ones are left out."""
        statement = sa.select(ledger).where(ledger.c.stream.in_(streams)).order_by(ledger.c.stream, ledger.c.position)
        found: dict[str, list[LedgerEntry]] = {}
        for row in self.connection.execute(statement):
            found.setdefault(row.stream, []).append(_entry(row))
        return found

    def append(self, entries: Sequence[NewEntry], *, heads: Mapping[str, int], now: datetime) -> list[LedgerEntry]:
        """Append; ``heads`` is each stream's expected length. :class:`StaleHeadError` where one has grown."""
        if self.connection.dialect.name == "postgresql":
            # Shared with other writers; whoever waits for all of them takes it alone.
            self.connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_APPENDING)))
        tails = {stream: self._tail(stream, heads[stream]) for stream in dict.fromkeys(e.stream for e in entries)}
        linked: list[LedgerEntry] = []
        for entry in entries:
            position, previous = tails[entry.stream]
            linked.append(chain.link(entry, position, previous, now))
            tails[entry.stream] = self._tails[entry.stream] = (position + 1, linked[-1].digest)
        if linked:
            rows = [msgspec.structs.asdict(e) | {"body": chain.canonical_json(e.body)} for e in linked]
            self.connection.execute(_ADD_ENTRIES, rows)
        return linked

    def entries_between(
        self, kinds: Sequence[str], *, after: int, upto: int, since: datetime | None, limit: int
    ) -> list[tuple[int, LedgerEntry]]:
        """Entries of these kinds in the order of recording, each with its sequence number."""
        statement = sa.select(ledger).where(ledger.c.kind.in_(kinds), ledger.c.seq > after, ledger.c.seq <= upto)
        if since is not None:
            statement = statement.where(ledger.c.recorded_at >= since)
        return [(r.seq, _entry(r)) for r in self.connection.execute(statement.order_by(ledger.c.seq).limit(limit))]

    def changed_targets(self, *, after: int, upto: int, limit: int) -> list[tuple[str, int]]:
        """Targets decided between two sequence numbers, each with that of its last decision, in the order of these."""
        last = sa.func.max(ledger.c.seq).label("last")
        statement = (
            sa.select(ledger.c.stream, last)
            .where(ledger.c.kind.in_(TARGET_KINDS), ledger.c.seq > after, ledger.c.seq <= upto)
            .group_by(ledger.c.stream)
            .order_by(last)
            .limit(limit)
        )
        return [(row.stream.removeprefix("target:"), row.last) for row in self.connection.execute(statement)]

    def targets_in_state(self, state: TargetState) -> list[str]:
        """Names of all targets in a state."""
        return list(self.connection.execute(sa.select(targets.c.target).where(targets.c.state == state)).scalars())

    def _tail(self, stream: str, expected: int) -> tuple[int, str]:
        # What was read in this transaction need not be asked again: if another has written since, no line can take the
        # same place in the stream.
        position, previous = self._tails.get(stream) or self._read_tail(stream)
        if position != expected:
            raise StaleHeadError(f"{stream} has {position} entries, {expected} were expected.")
        return position, previous

    def _read_tail(self, stream: str) -> tuple[int, str]:
        row = self.connection.execute(_LAST_DIGEST, {"stream_name": stream}).first()
        return (0, chain.GENESIS) if row is None else (row.position + 1, row.digest)

    # cases

    def case(self, case_id: str) -> Case | None:
        """One case."""
        row = self.connection.execute(sa.select(cases).where(cases.c.case_id == case_id)).first()
        return None if row is None else _case(row)

    def open_case_about(self, kind: CaseKind, subject: str) -> Case | None:
        """The open case on a subject, where there is one."""
        statement = sa.select(cases).where(cases.c.kind == kind, cases.c.subject == subject, cases.c.state == "open")
        row = self.connection.execute(statement).first()
        return None if row is None else _case(row)

    def cases(self, *, kind: CaseKind | None, state: CaseState | None, limit: int, offset: int) -> list[Case]:
        """The queue in its order: what waiting harms most comes first."""
        statement = _filtered(sa.select(cases), kind, state)
        statement = statement.order_by(cases.c.priority.desc(), cases.c.opened_at, cases.c.case_id)
        return [_case(row) for row in self.connection.execute(statement.limit(limit).offset(offset))]

    def count_cases(self, *, kind: CaseKind | None, state: CaseState | None) -> int:
        """How many there are."""
        statement = _filtered(sa.select(sa.func.count()).select_from(cases), kind, state)
        return int(self.connection.execute(statement).scalar_one())

    def count_open_cases(self) -> dict[CaseKind, int]:
        """How many are open of each kind that has any."""
        statement = sa.select(cases.c.kind, sa.func.count()).where(cases.c.state == "open").group_by(cases.c.kind)
        return {row[0]: row[1] for row in self.connection.execute(statement)}

    def next_case(
        self, kinds: Sequence[CaseKind], now: datetime, *, actor: str = "", senior: bool = True
    ) -> Case | None:
        """The open case for a person that nobody holds and that waiting harms most, locked where the database can."""
        free = sa.or_(cases.c.lease_until.is_(None), cases.c.lease_until <= now)
        theirs = sa.or_(cases.c.excluded.is_(None), cases.c.excluded != actor)
        statement = sa.select(cases).where(cases.c.state == "open", cases.c.kind.in_(kinds), free, theirs)
        if not senior:
            statement = statement.where(cases.c.for_role.is_(None))
        statement = statement.order_by(cases.c.priority.desc(), cases.c.opened_at, cases.c.case_id).limit(1)
        row = self.connection.execute(statement.with_for_update(skip_locked=True)).first()
        return None if row is None else _case(row)

    def oldest_open_case(self) -> datetime | None:
        """When the case was opened that waits longest; ``None`` where none waits."""
        statement = sa.select(sa.func.min(cases.c.opened_at)).where(cases.c.state == "open")
        found: datetime | None = self.connection.execute(statement).scalar()
        return found

    def add_case(self, case: Case) -> None:
        """Open a case."""
        self.connection.execute(sa.insert(cases), _case_values(case))

    def want_target_case(self, case_id: str, target: str, harm: float, now: datetime) -> None:
        """Open a case on a target, or raise the priority of the one that is open, which stays the same case."""
        about = sa.and_(cases.c.kind == "target", cases.c.subject == target, cases.c.state == "open")
        raised = sa.update(cases).where(about).values(priority=cases.c.priority + harm)
        # The target's row is locked by this transaction, so nobody else opens a case on it in between.
        if self.connection.execute(raised).rowcount == 0:
            self.add_case(Case(case_id, "target", "open", target, None, harm, now, 1, {}))

    def put_case(self, case: Case) -> None:
        """Replace a case, all but its priority, at the version ``case.version - 1``; else :class:`StaleHeadError`."""
        statement = sa.update(cases).where(cases.c.case_id == case.case_id, cases.c.version == case.version - 1)
        values = _case_values(case)
        # Posts that come in meanwhile raise the priority without a new version; what was read of it may be old.
        del values["priority"]
        if self.connection.execute(statement.values(**values)).rowcount != 1:
            raise StaleHeadError(f"The case {case.case_id} was changed in between.")

    # jobs

    def add_job(self, job: Job) -> None:
        """Queue a job; one that has its id already stays as it is."""
        self.connection.execute(self._insert(jobs).on_conflict_do_nothing(), _job_values(job))

    def job(self, job_id: str) -> Job | None:
        """One job."""
        row = self.connection.execute(sa.select(jobs).where(jobs.c.job_id == job_id)).first()
        return None if row is None else _job(row)

    def next_job(self, now: datetime, *, kinds: Sequence[str]) -> Job | None:
        """The oldest job of these kinds that is due and not finished, locked until the end where the database can."""
        due = sa.or_(jobs.c.run_after.is_(None), jobs.c.run_after <= now)
        wanted = sa.and_(jobs.c.state.in_(["queued", "running"]), jobs.c.kind.in_(kinds), due)
        statement = sa.select(jobs).where(wanted).order_by(jobs.c.seq).limit(1)
        row = self.connection.execute(statement.with_for_update(skip_locked=True)).first()
        return None if row is None else _job(row)

    def put_job(self, job: Job) -> None:
        """Replace a job."""
        self.connection.execute(sa.update(jobs).where(jobs.c.job_id == job.job_id).values(**_job_values(job)))

    # a model in shadow

    def add_challenger_scores(self, scores: Sequence[ChallengerScore]) -> None:
        """Record them; those that are there already are left as they are."""
        if scores:
            statement = self._insert(challenger_scores).on_conflict_do_nothing()
            self.connection.execute(statement, [msgspec.structs.asdict(score) for score in scores])

    def challenger_scores(self, target: str) -> list[ChallengerScore]:
        """All of a target, in the order of recording."""
        table = challenger_scores
        statement = sa.select(table).where(table.c.target == target)
        statement = statement.order_by(table.c.recorded_at, table.c.decision_id, table.c.challenger_version)
        return [_challenger_score(row) for row in self.connection.execute(statement)]

    # keys

    def add_key(self, key: ApiKey, secret_digest: str) -> None:
        """Keep a key; the secret itself is never stored."""
        values = msgspec.structs.asdict(key) | {"scopes": ",".join(key.scopes), "secret_digest": secret_digest}
        self.connection.execute(sa.insert(api_keys), values)

    def key_by_digest(self, secret_digest: str) -> ApiKey | None:
        """The key with this secret, revoked or not."""
        row = self.connection.execute(sa.select(api_keys).where(api_keys.c.secret_digest == secret_digest)).first()
        return None if row is None else _key(row)

    def keys(self) -> list[ApiKey]:
        """All keys, oldest first."""
        return [_key(row) for row in self.connection.execute(sa.select(api_keys).order_by(api_keys.c.created_at))]

    def revoke_key(self, name: str, now: datetime) -> bool:
        """Whether there was such a key to revoke."""
        live = sa.and_(api_keys.c.name == name, api_keys.c.revoked_at.is_(None))
        return self.connection.execute(sa.update(api_keys).where(live).values(revoked_at=now)).rowcount == 1

    def latest_post_time(self) -> datetime | None:
        """The latest ``posted_at`` recorded; ``None`` in an empty store."""
        found: datetime | None = self.connection.execute(sa.select(sa.func.max(posts.c.posted_at))).scalar()
        return found


_RACES = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505", "40001", "40P01"}
"""Something exists already; for PostgreSQL by SQLSTATE, with serialization failure and deadlock."""


def _lost_a_race(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return code in _RACES


def _filtered(statement: sa.Select[Any], kind: CaseKind | None, state: CaseState | None) -> sa.Select[Any]:
    if kind is not None:
        statement = statement.where(cases.c.kind == kind)
    if state is not None:
        statement = statement.where(cases.c.state == state)
    return statement


def _post(row: Any) -> StoredPost:
    values = {name: getattr(row, name) for name in StoredPost.__struct_fields__}
    return StoredPost(**values | {"links": _LINKS.decode(row.links), "answer": bytes(row.answer)})


def _recorded_links(row: Any) -> RecordedLinks:
    return RecordedLinks(row.recorded_at, _LINKS.decode(row.links))


def _entry(row: Any) -> LedgerEntry:
    # In the order of the table, spelled out: a long stream is thousands of rows.
    _, stream, position, kind, occurred_at, recorded_at, body, previous, digest = row
    return LedgerEntry(stream, position, kind, occurred_at, recorded_at, _BODY.decode(body), previous, digest)


def _challenger_score(row: Any) -> ChallengerScore:
    return ChallengerScore(**{name: getattr(row, name) for name in ChallengerScore.__struct_fields__})


def _target(row: Any) -> TargetRecord:
    values = {name: getattr(row, name) for name in TargetRecord.__struct_fields__ if name != "by"}
    return TargetRecord(**values, by=row.decided_by)


def _case(row: Any) -> Case:
    values = {name: getattr(row, name) for name in Case.__struct_fields__}
    return Case(**values | {"body": msgspec.json.decode(row.body)})


def _case_values(case: Case) -> dict[str, Any]:
    return msgspec.structs.asdict(case) | {"body": _JSON.encode(case.body)}


def _job(row: Any) -> Job:
    values = {name: getattr(row, name) for name in Job.__struct_fields__}
    return Job(**values | {"body": msgspec.json.decode(row.body)})


def _job_values(job: Job) -> dict[str, Any]:
    return msgspec.structs.asdict(job) | {"body": _JSON.encode(job.body)}


def _key(row: Any) -> ApiKey:
    return ApiKey(row.name, tuple(row.scopes.split(",")), row.created_at, row.revoked_at)
