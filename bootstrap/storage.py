"""Stores, clocks and what lies beside the database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_data_path
from ulid import ULID

from adapters.sql.database import make_engine, require_current, upgrade
from adapters.sql.store import SqlStore
from service.ports import Clock, Store
from settings import Settings


def new_id() -> str:
    """A ULID: unique, and in the order of time."""
    return str(ULID())


class RealClock:
    """The machine's clock."""

    @staticmethod
    def now() -> datetime:
        """The present instant."""
        return datetime.now(UTC)

    def witness(self, posted_at: datetime) -> None:
        """Real time does not care what posts say."""


class PostClock:
    """A replay's clock: it stands at the latest post that was seen, here or by another process on the same store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._latest = datetime(1990, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The time of the latest post."""
        with self._store.begin(write=False) as work:
            recorded = work.latest_post_time()
        if recorded is not None:
            self.witness(recorded)
        return self._latest

    def witness(self, posted_at: datetime) -> None:
        """Move on to this post's time, never back."""
        with self._lock:
            self._latest = max(self._latest, posted_at)


def build_store(settings: Settings) -> SqlStore:
    """The store, with its schema checked."""
    engine = make_engine(settings.database_url, sqlite_synchronous=settings.sqlite_synchronous)
    require_current(engine)
    return SqlStore(engine)


def prepare_database(settings: Settings) -> str:
    """Make the database, or bring its schema to the newest revision; its URL without the password."""
    engine = make_engine(settings.database_url, sqlite_synchronous=settings.sqlite_synchronous)
    upgrade(engine)
    return engine.url.render_as_string(hide_password=True)


def build_clock(settings: Settings, store: Store) -> Clock:
    """The clock that the settings ask for."""
    return PostClock(store) if settings.clock == "follow-posts" else RealClock()


def beside_database(settings: Settings) -> Path:
    """The folder of the SQLite file; the user's data folder where the database is elsewhere."""
    url = make_engine(settings.database_url).url
    beside = url.get_backend_name() == "sqlite"
    return Path(url.database or "").parent if beside else user_data_path("dajia", appauthor=False)
