"""Jobs that wait until a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make what is missing: the first revision makes all that the code knows by then."""
    if "run_after" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("jobs")}:
        op.add_column("jobs", sa.Column("run_after", Instant))


def downgrade() -> None:
    """There is no way back: a job that waits would run at once."""
    raise RuntimeError("This schema cannot be taken back: jobs that wait would run at once.")
