"""The first schema, and the triggers that refuse to change what was recorded."""

from __future__ import annotations

from alembic import op

from adapters.sql.tables import FACT_TABLES, metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, then guard the facts."""
    bind = op.get_bind()
    metadata.create_all(bind)
    guard = _guard_sqlite if bind.dialect.name == "sqlite" else _guard_postgresql
    for table in FACT_TABLES:
        guard(table)


def _guard_sqlite(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION dajia_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION dajia_append_only()"
    )


def downgrade() -> None:
    """There is nothing before the first schema; a record is not taken back."""
    raise RuntimeError("The first schema cannot be taken back: it holds the record.")
