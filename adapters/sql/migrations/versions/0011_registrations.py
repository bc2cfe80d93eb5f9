"""When domains were registered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make what is missing: the first revision makes all that the code knows by then."""
    if "registrations" not in sa.inspect(op.get_bind()).get_table_names():
        op.create_table(
            "registrations",
            sa.Column("domain", sa.Text, primary_key=True),
            sa.Column("registered_at", Instant),
            sa.Column("source", sa.Text, nullable=False),
            sa.Column("learned_at", Instant, nullable=False),
        )


def downgrade() -> None:
    """Drop the table: what it holds can be learned again."""
    op.drop_table("registrations")
