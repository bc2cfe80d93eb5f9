"""The schema that migrations make is the schema that the code thinks of, and refusals say what to do."""

from __future__ import annotations

import re
import sys
import traceback

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from adapters.sql.database import DatabaseError, make_engine, require_current, upgrade
from adapters.sql.tables import metadata

PASSWORD = "geheim-7f3a"


@pytest.fixture
def engine(empty_url):
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def test_upgrading_twice_is_upgrading_once(engine):
    upgrade(engine)
    before = sa.inspect(engine).get_table_names()
    upgrade(engine)
    assert sa.inspect(engine).get_table_names() == before
    require_current(engine)


def test_a_database_of_the_first_revision_is_brought_on(engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE challenger_scores"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(DatabaseError, match=re.escape("schema 0001")):
        require_current(engine)
    upgrade(engine)
    require_current(engine)
    assert "challenger_scores" in sa.inspect(engine).get_table_names()


def test_refuses_an_empty_database_and_says_what_to_do(engine):
    with pytest.raises(DatabaseError, match=re.escape("`dajia db upgrade`")):
        require_current(engine)


def test_checks_the_schema_while_somebody_writes(engine):
    upgrade(engine)
    with engine.begin():
        require_current(engine)


def test_refuses_a_schema_from_elsewhere(engine):
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'from-elsewhere'"))
    with pytest.raises(DatabaseError, match="from-elsewhere"):
        require_current(engine)


def test_the_migrations_make_exactly_the_tables_of_the_code(engine):
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_exactly_the_indexes_of_the_code(engine):
    """Told by name: indexes on expressions are skipped where schemas are compared."""
    upgrade(engine)
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    }
    with engine.connect() as connection:
        found = set(connection.execute(sa.text(query[engine.dialect.name])).scalars())
    wanted = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    assert wanted
    assert wanted <= found


def test_says_that_the_database_does_not_answer():
    engine = make_engine(f"postgresql://dajia:{PASSWORD}@127.0.0.1:1/dajia")
    with pytest.raises(DatabaseError) as caught:
        require_current(engine)
    assert PASSWORD not in told(caught.value)


def told(error: BaseException) -> str:
    """All that anybody sees of an error, with its causes."""
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "dajia.sqlite3",
        PASSWORD,
        "sqlite://",
        "sqlite:///:memory:",
        f"mysql://dajia:{PASSWORD}@db.example/dajia",
        f"postgres://dajia:{PASSWORD}@db.example/dajia",
        f"oracle+nothing://dajia:{PASSWORD}@db.example/dajia",
        f"postgresql://dajia:{PASSWORD}@db.example:{PASSWORD}/dajia",
        f"postgresql://dajia@db.example:5432{PASSWORD}/dajia",
        f"postgresql://dajia:{PASSWORD}@[::1/dajia",
        f"postgresql:/dajia:{PASSWORD}",
        f"\x00{PASSWORD}",
    ],
)
def test_a_bad_url_is_refused_without_its_password(url):
    with pytest.raises(DatabaseError, match="DAJIA_DATABASE_URL") as caught:
        make_engine(url)
    assert PASSWORD not in told(caught.value)


def test_an_engine_does_not_show_its_password():
    assert PASSWORD not in repr(make_engine(f"postgresql://dajia:{PASSWORD}@db.example/dajia"))


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseError, match=re.escape("dajia[postgres]")):
        make_engine("postgresql://db.example/dajia")


def test_the_folder_of_an_sqlite_file_is_made(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path}/a/b/dajia.sqlite3")
    upgrade(engine)
    engine.dispose()
    assert (tmp_path / "a" / "b" / "dajia.sqlite3").is_file()


@pytest.mark.parametrize(("mode", "number"), [("FULL", 2), ("NORMAL", 1)])
def test_sqlite_is_as_durable_as_asked(sqlite_url, mode, number):
    engine = make_engine(sqlite_url, sqlite_synchronous=mode)
    pragmas = ("synchronous", "journal_mode", "foreign_keys", "recursive_triggers")
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    engine.dispose()
    assert found == [number, "wal", 1, 1]
