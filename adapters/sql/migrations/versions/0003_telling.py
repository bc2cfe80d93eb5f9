"""Tables for telling the platform, for measures that end, for notices and for signed checkpoints."""

from __future__ import annotations

from alembic import op

from adapters.sql.tables import checkpoint_heads, checkpoints, deliveries, endings, ledger, notices, targets, webhooks

revision = "0003"
down_revision = "0002"

_TABLES = (webhooks, deliveries, endings, notices, checkpoints, checkpoint_heads)
_INDEXES = {"ledger_by_kind", "targets_by_state"}


def upgrade() -> None:
    """Make what is missing: the first revision makes all tables that the code knows by then."""
    bind = op.get_bind()
    for table in _TABLES:
        table.create(bind, checkfirst=True)
    for index in (i for table in (ledger, targets) for i in table.indexes if i.name in _INDEXES):
        index.create(bind, checkfirst=True)


def downgrade() -> None:
    """There is no way back: what was told, and to whom, is kept."""
    raise RuntimeError("This schema cannot be taken back: it holds what the platform was told.")
