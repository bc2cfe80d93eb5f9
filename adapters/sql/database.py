"""Engines and migrations: SQLite in one file, or PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from service.ports import StoreError

BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another process's write before it gives up."""


class DatabaseError(StoreError):
    """The database cannot be used as it is; the message says what to do."""


def make_engine(database_url: str, *, sqlite_synchronous: str = "FULL") -> sa.Engine:
    """An engine; nothing is connected yet. The folder of an SQLite file is made."""
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):  # ValueError: the port is no number; its message may hold the password
        raise DatabaseError(
            "DAJIA_DATABASE_URL is not a database URL. Write sqlite:////path/to/dajia.sqlite3 or "
            "postgresql://user:password@host/database."
        ) from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        return _postgresql_engine(url)
    if backend != "sqlite" or not url.database or url.database == ":memory:":
        raise DatabaseError("DAJIA_DATABASE_URL must name an SQLite file or a PostgreSQL database.")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return _sqlite_engine(url, sqlite_synchronous)


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=8)
    except ModuleNotFoundError:
        raise DatabaseError("PostgreSQL needs its driver. Run `pip install 'dajia[postgres]'`.") from None


def _sqlite_engine(url: sa.URL, synchronous: str) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="sqlite"), connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # this module begins transactions itself, see ``begin_immediate``
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA recursive_triggers=ON")  # so that REPLACE cannot slip past the triggers on facts
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get("dajia_write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _config(engine: sa.Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: sa.Engine) -> None:
    """Bring the schema to the newest revision; does nothing where it is there."""
    command.upgrade(_config(engine), "head")


def require_current(engine: sa.Engine) -> None:
    """Refuse to work on an old or foreign schema; :class:`DatabaseError` says what to do."""
    wanted = ScriptDirectory.from_config(_config(engine)).get_current_head()
    try:
        # A reader: on SQLite it must not wait for whoever writes.
        with engine.execution_options(dajia_write=False).connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.SQLAlchemyError as error:
        raise DatabaseError(f"The database does not answer: {error.__class__.__name__}. Is it running?") from error
    if found != wanted:
        raise DatabaseError(
            f"The database has schema {found or 'none'}, this version needs {wanted}. Run `dajia db upgrade`."
        )
