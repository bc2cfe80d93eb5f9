"""Facts cannot be changed, whatever SQL somebody thinks of."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from builders import NOW, STREAM, new_entry, stored_post

from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from adapters.sql.tables import FACT_TABLES

COLUMN = {"posts": "text", "post_links": "target", "ledger": "body"}
KEY = {"posts": "seq", "post_links": "target, account_id, post_seq", "ledger": "seq"}

EVERYWHERE = (
    "UPDATE {table} SET {column} = {column}",
    "UPDATE {table} SET {column} = {column} WHERE EXISTS (SELECT 1 FROM {table})",
    "DELETE FROM {table}",
    "WITH one AS (SELECT 1) DELETE FROM {table} WHERE EXISTS (SELECT * FROM one)",
    (
        "INSERT INTO {table} SELECT * FROM {table} WHERE true "
        "ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
    ),
)
SQLITE = (
    "REPLACE INTO {table} SELECT * FROM {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET {column} = excluded.{column}",
    "UPDATE OR REPLACE {table} SET {column} = {column}",
    "UPDATE OR IGNORE {table} SET {column} = {column}",
    "UPDATE OR FAIL {table} SET {column} = {column}",
)
POSTGRESQL = (
    "TRUNCATE posts, post_links, ledger",
    "TRUNCATE {table} CASCADE",
    "MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN UPDATE SET {column} = {column}",
    "WITH gone AS (DELETE FROM {table} RETURNING *) SELECT count(*) FROM gone",
)


def change(url: str, statement: str, table: str) -> list[sa.Row[tuple[object, ...]]]:
    """Try to change a table that holds something; what it holds afterwards."""
    engine = make_engine(url)
    with SqlStore(engine).begin() as work:
        work.add_posts([stored_post()])
        work.append([new_entry({"n": 1})], heads={STREAM: 0}, now=NOW)
    everything = sa.text(f"SELECT * FROM {table}")  # noqa: S608 - one of three names
    filled = statement.format(table=table, column=COLUMN[table], key=KEY[table])
    with engine.connect() as connection:
        before = connection.execute(everything).all()
    try:
        with engine.begin() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
            connection.exec_driver_sql(filled)
        with engine.connect() as connection:
            assert connection.execute(everything).all() == before
    finally:
        engine.dispose()
    return list(before)


@pytest.mark.parametrize("table", FACT_TABLES)
@pytest.mark.parametrize("statement", EVERYWHERE + SQLITE)
def test_sqlite_refuses_to_change_facts(sqlite_store_url, statement, table):
    assert change(sqlite_store_url, statement, table)


@pytest.mark.parametrize("table", FACT_TABLES)
@pytest.mark.parametrize("statement", EVERYWHERE + POSTGRESQL)
def test_postgresql_refuses_to_change_facts(postgresql_store_url, statement, table):
    assert change(postgresql_store_url, statement, table)


@pytest.mark.xfail(reason="SQLite fires delete triggers on REPLACE only with a pragma that other programs do not set")
def test_sqlite_refuses_to_replace_facts_from_another_program(sqlite_store_url):
    engine = make_engine(sqlite_store_url)
    with SqlStore(engine).begin() as work:
        work.append([new_entry({"n": 1})], heads={STREAM: 0}, now=NOW)
    engine.dispose()
    with (
        closing(sqlite3.connect(sa.make_url(sqlite_store_url).database or "")) as connection,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        connection.execute("REPLACE INTO ledger SELECT * FROM ledger")


def test_every_table_of_facts_was_tried():
    assert set(FACT_TABLES) == set(COLUMN) == set(KEY)
