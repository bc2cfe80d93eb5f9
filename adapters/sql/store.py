"""The store on SQLAlchemy Core: one ``SqlStore`` for SQLite and PostgreSQL.

Who races whom is settled by the database: a ledger position or a post's revision exists once (unique keys), a target's
row is locked by the transaction that touches it, and a case is replaced only at the version that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from adapters.sql.campaigns import CampaignWork
from adapters.sql.cases import CaseWork
from adapters.sql.checkpoints import CheckpointWork
from adapters.sql.fetching import FetchingWork
from adapters.sql.figures import FigureWork
from adapters.sql.jobs import JobWork
from adapters.sql.keys import KeyWork
from adapters.sql.notifiers import NotifierWork
from adapters.sql.people import PeopleWork
from adapters.sql.posts import PostWork, as_post, as_recorded_links
from adapters.sql.record import APPENDING, RecordWork, as_entry
from adapters.sql.registrations import RegistrationWork
from adapters.sql.shadow import ShadowWork
from adapters.sql.tables import (
    ledger,
    posts,
)
from adapters.sql.targets import TargetWork
from adapters.sql.telling import TellingWork
from adapters.sql.turns import Turns
from enforcement.types import LedgerEntry
from service.ports import StaleHeadError, UnavailableError
from service.records import (
    RecordedLinks,
    StoredPost,
    Webhook,
)

_T = TypeVar("_T")


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
                work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(APPENDING)))
            return int(work.connection.execute(sa.select(sa.func.max(ledger.c.seq))).scalar() or 0)

    def ledger_entries(self, *, batch: int = 1000) -> Generator[LedgerEntry, None, None]:
        """Every entry of every stream, stream by stream in order."""
        statement = sa.select(ledger).order_by(ledger.c.stream, ledger.c.position)
        return self._stream(statement, as_entry, batch)

    def entries_of(self, kinds: Sequence[str], *, batch: int = 1000) -> Generator[LedgerEntry, None, None]:
        """Entries of these kinds, stream by stream in order."""
        statement = sa.select(ledger).where(ledger.c.kind.in_(kinds)).order_by(ledger.c.stream, ledger.c.position)
        return self._stream(statement, as_entry, batch)

    def recorded_posts(
        self, since: datetime | None = None, *, after: int = 0, batch: int = 1000
    ) -> Generator[tuple[int, StoredPost], None, None]:
        """Every post in every revision, in the order of recording, each with its sequence number.

        Only those made since then, and those recorded after the sequence number ``after``.
        """
        statement = sa.select(posts).where(posts.c.seq > after).order_by(posts.c.seq)
        if since is not None:
            statement = statement.where(posts.c.posted_at >= since)
        return self._stream(statement, lambda row: (row.seq, as_post(row)), batch)

    def recorded_links(self, *, batch: int = 1000) -> Generator[RecordedLinks, None, None]:
        """The links of every post in every revision, in the order of recording."""
        statement = sa.select(posts.c.recorded_at, posts.c.links).order_by(posts.c.seq)
        return self._stream(statement, as_recorded_links, batch)

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


class SqlWork(
    PostWork, TargetWork, RecordWork, CaseWork, JobWork, RegistrationWork, ShadowWork, KeyWork,
    TellingWork, NotifierWork, CheckpointWork, PeopleWork, FigureWork, FetchingWork, CampaignWork,
):  # fmt: skip
    """One transaction; see :class:`service.ports.Work` for what each method promises."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._webhooks: list[Webhook] | None = None
        self._tails: dict[str, tuple[int, str]] = {}
        """Each stream's length and last digest, where it was read or written in this transaction."""
        self._insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert

    def hold_projections(self) -> None:
        """Nobody else writes to what can be told from the record until the transaction ends."""
        if self.connection.dialect.name == "postgresql":  # on SQLite there is one writer at a time anyway
            self.connection.exec_driver_sql("LOCK TABLE targets, endings IN SHARE ROW EXCLUSIVE MODE")


_RACES = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505", "40001", "40P01"}
"""Something exists already; for PostgreSQL by SQLSTATE, with serialization failure and deadlock."""


def _lost_a_race(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return code in _RACES
