"""Cases by when they were decided: the queue tells how many were in the last day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make what is missing: the first revision makes all that the code knows by then."""
    known = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes("cases")}
    if "cases_decided" not in known:
        decided = sa.text("decided_at IS NOT NULL")
        op.create_index("cases_decided", "cases", ["decided_at"], sqlite_where=decided, postgresql_where=decided)


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("cases_decided", "cases")
