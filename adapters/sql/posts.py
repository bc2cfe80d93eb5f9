"""What the store keeps of posts, in every revision, and which targets they lead to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql.tables import post_links, posts
from detector.types import Picture
from service.records import RecordedLinks, StoredLink, StoredPost

_JSON = msgspec.json.Encoder()
_LINKS = msgspec.json.Decoder(tuple[StoredLink, ...])
_PICTURES = msgspec.json.Decoder(tuple[Picture, ...])

# Built once: SQLAlchemy then finds its compiled form by identity instead of walking the statement each time.
_POST = sa.select(posts).where(posts.c.post_id == sa.bindparam("id")).order_by(posts.c.revision.desc()).limit(1)
_POSTS = sa.select(posts).where(posts.c.post_id.in_(sa.bindparam("ids", expanding=True))).order_by(posts.c.revision)
_ADD_POSTS = sa.insert(posts).returning(posts.c.seq, sort_by_parameter_order=True)
_ADD_LINKS = sa.insert(post_links)
_newer = posts.alias("newer")
_IS_LATEST = ~sa.exists().where(_newer.c.post_id == posts.c.post_id, _newer.c.revision > posts.c.revision)
"""What an author edited away no longer leads anywhere: only the highest revision of a post counts."""
_POSTS_OF_ACCOUNT = (
    sa.select(posts)
    .join(post_links, post_links.c.post_seq == posts.c.seq)
    .where(
        post_links.c.target == sa.bindparam("target_name"),
        post_links.c.account_id == sa.bindparam("account"),
        _IS_LATEST,
    )
    .order_by(posts.c.posted_at, posts.c.seq)
)


class PostWork:
    """The part of a transaction that reads and adds posts; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def post(self, post_id: str) -> StoredPost | None:
        """The post in its highest revision."""
        row = self.connection.execute(_POST, {"id": post_id}).first()
        return None if row is None else as_post(row)

    def posts_named(self, post_ids: Collection[str]) -> dict[str, StoredPost]:
        """Those of the posts that are there, each in its highest revision."""
        rows = self.connection.execute(_POSTS, {"ids": list(post_ids)})
        return {row.post_id: as_post(row) for row in rows}

    def add_posts(self, new: Sequence[StoredPost]) -> None:
        """Record posts in their order; :class:`StaleHeadError` where one of the revisions is already there."""
        if not new:
            return
        values = [_as_row(post) for post in new]
        numbered = zip(self.connection.execute(_ADD_POSTS, values).scalars(), new, strict=True)
        links = [
            {"target": name, "account_id": post.account_id, "post_seq": seq}
            for seq, post in numbered
            for name in dict.fromkeys(link.target for link in post.links)
        ]
        if links:
            self.connection.execute(_ADD_LINKS, links)

    def posts_of_target(self, target: str, *, after: int, limit: int) -> list[tuple[int, StoredPost]]:
        """Posts in the order of recording, each with its sequence number, those after ``after`` only."""
        statement = (
            sa.select(posts)
            .join(post_links, post_links.c.post_seq == posts.c.seq)
            .where(post_links.c.target == target, post_links.c.post_seq > after, _IS_LATEST)
            .order_by(post_links.c.post_seq)
            .limit(limit)
        )
        return [(row.seq, as_post(row)) for row in self.connection.execute(statement)]

    def posts_of_account(self, target: str, account_id: str) -> list[StoredPost]:
        """All posts of one account that lead to one target, oldest first."""
        rows = self.connection.execute(_POSTS_OF_ACCOUNT, {"target_name": target, "account": account_id})
        return [as_post(row) for row in rows]

    def posts_of_accounts(self, target: str, account_ids: Sequence[str]) -> dict[str, list[StoredPost]]:
        """The same for many accounts; those that never shared it are left out."""
        statement = (
            sa.select(posts)
            .join(post_links, post_links.c.post_seq == posts.c.seq)
            .where(post_links.c.target == target, post_links.c.account_id.in_(account_ids))
            .order_by(posts.c.seq)
        )
        found: dict[str, list[StoredPost]] = {}
        for row in self.connection.execute(statement):
            found.setdefault(row.account_id, []).append(as_post(row))
        return found

    def accounts_of_target(self, target: str, *, after: str, limit: int) -> list[str]:
        """Accounts that ever shared the target, in the order of their ids, those after ``after`` only."""
        statement = (
            sa.select(post_links.c.account_id)
            .distinct()
            .where(post_links.c.target == target, post_links.c.account_id > after)
            .order_by(post_links.c.account_id)
            .limit(limit)
        )
        return list(self.connection.execute(statement).scalars())

    def posts_after(self, seq: int, *, until: datetime, limit: int) -> list[tuple[int, StoredPost]]:
        """Posts recorded by an instant, in the order of recording, each with its sequence number."""
        statement = sa.select(posts).where(posts.c.seq > seq, posts.c.recorded_at <= until)
        return [
            (row.seq, as_post(row)) for row in self.connection.execute(statement.order_by(posts.c.seq).limit(limit))
        ]

    def count_posts(self) -> int:
        """How many are recorded, every revision counted."""
        return int(self.connection.execute(sa.select(sa.func.count()).select_from(posts)).scalar_one())

    def latest_post_time(self) -> datetime | None:
        """The latest ``posted_at`` recorded; ``None`` in an empty store."""
        found: datetime | None = self.connection.execute(sa.select(sa.func.max(posts.c.posted_at))).scalar()
        return found


def of_target(columns: Any, target: str) -> Any:
    """A selection of posts, narrowed to those that lead to a target."""
    joined = columns.select_from(post_links).join(posts, post_links.c.post_seq == posts.c.seq)
    return joined.where(post_links.c.target == target, _IS_LATEST)


def as_post(row: Any) -> StoredPost:
    """A row of the table."""
    values = {name: getattr(row, name) for name in StoredPost.__struct_fields__}
    pictures = () if row.pictures is None else _PICTURES.decode(row.pictures)
    return StoredPost(**values | {"links": _LINKS.decode(row.links), "answer": bytes(row.answer), "pictures": pictures})


def _as_row(post: StoredPost) -> dict[str, Any]:
    pictures = _JSON.encode(post.pictures) if post.pictures else None
    return msgspec.structs.asdict(post) | {"links": _JSON.encode(post.links), "pictures": pictures}


def as_recorded_links(row: Any) -> RecordedLinks:
    """The links of a row, and when it was recorded."""
    return RecordedLinks(row.recorded_at, _LINKS.decode(row.links))
