"""Tables for visiting landing pages and for campaigns, and which visit's page a target is judged by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from adapters.sql.tables import campaigns, cursors, fetch_hosts, fetches, pages, traits

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make what is missing: the first revision makes all that the code knows by then."""
    bind = op.get_bind()
    for table in (fetches, fetch_hosts, pages, traits, campaigns, cursors):
        table.create(bind, checkfirst=True)
    if "page" not in {column["name"] for column in sa.inspect(bind).get_columns("targets")}:
        op.add_column("targets", sa.Column("page", sa.Text))


def downgrade() -> None:
    """There is no way back: what was seen is evidence."""
    raise RuntimeError("This schema cannot be taken back: it holds what was seen behind links.")
