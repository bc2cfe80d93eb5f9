"""What a platform says of the pictures of a post."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make what is missing: the first revision makes all that the code knows by then."""
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("posts")}
    if "pictures" not in known:
        op.add_column("posts", sa.Column("pictures", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    """There is no way back: what was said of pictures is part of the posts."""
    raise RuntimeError("This schema cannot be taken back: it holds what platforms said of the pictures of posts.")
