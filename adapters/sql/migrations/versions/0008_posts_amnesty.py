"""Posts that were loaded from before the platform used the service, and that count for nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make what is missing: the first revision makes all that the code knows by then."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("posts")}
    if "amnesty" not in known:
        op.add_column("posts", sa.Column("amnesty", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """There is no way back: posts that were let go would count."""
    raise RuntimeError("This schema cannot be taken back: it says which posts count for nothing.")
