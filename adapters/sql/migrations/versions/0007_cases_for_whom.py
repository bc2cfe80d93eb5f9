"""Cases that somebody may not have, or that are for seniors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make what is missing: the first revision makes all that the code knows by then."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("cases")}
    for name in ("excluded", "for_role"):
        if name not in known:
            op.add_column("cases", sa.Column(name, sa.Text))


def downgrade() -> None:
    """There is no way back: somebody would get a case that is not for them."""
    raise RuntimeError("This schema cannot be taken back: it says whom a case is not for.")
