"""A table for what a model in shadow says."""

from __future__ import annotations

from alembic import op

from adapters.sql.tables import challenger_scores

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table where it is missing: the first revision makes all tables that the code knows by then."""
    challenger_scores.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Drop it: no decision rests on it."""
    challenger_scores.drop(op.get_bind())
