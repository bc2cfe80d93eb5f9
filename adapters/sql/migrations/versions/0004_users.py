"""A table for the people who review."""

from __future__ import annotations

from alembic import op

from adapters.sql.tables import users

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table where it is missing: the first revision makes all tables that the code knows by then."""
    users.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Drop it: the record names people by name, not by row."""
    users.drop(op.get_bind())
