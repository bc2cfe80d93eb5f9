"""What the store keeps of checkpoints: each of them, and the head of every stream at the last one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.tables import checkpoint_heads, checkpoints, ledger
from service.records import Checkpoint, StreamHead


class CheckpointWork:
    """The part of a transaction that seals; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def last_checkpoint(self) -> Checkpoint | None:
        """The newest; ``None`` where there is none."""
        row = self.connection.execute(sa.select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1)).first()
        return None if row is None else _checkpoint(row)

    def checkpoints(self) -> list[Checkpoint]:
        """All, oldest first."""
        return [_checkpoint(row) for row in self.connection.execute(sa.select(checkpoints).order_by("number"))]

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep one; :class:`StaleHeadError` where its number is taken."""
        self.connection.execute(sa.insert(checkpoints), msgspec.structs.asdict(checkpoint))

    def heads_between(self, after: int, upto: int) -> list[StreamHead]:
        """The last entry of each stream that was written to between two sequence numbers."""
        last = (
            sa.select(ledger.c.stream, sa.func.max(ledger.c.position).label("position"))
            .where(ledger.c.seq > after, ledger.c.seq <= upto)
            .group_by(ledger.c.stream)
            .subquery()
        )
        same = sa.and_(ledger.c.stream == last.c.stream, ledger.c.position == last.c.position)
        statement = sa.select(ledger.c.stream, ledger.c.position, ledger.c.digest).join(last, same)
        return [StreamHead(*row) for row in self.connection.execute(statement)]

    def put_checkpoint_heads(self, heads: Sequence[StreamHead]) -> None:
        """Replace those of these streams."""
        if not heads:
            return
        insert = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        statement = insert(checkpoint_heads)
        new = {name: statement.excluded[name] for name in ("position", "digest")}
        rows = [msgspec.structs.asdict(head) for head in heads]
        self.connection.execute(statement.on_conflict_do_update(index_elements=["stream"], set_=new), rows)

    def checkpoint_heads(self) -> Iterator[StreamHead]:
        """All, in the order of the bytes of their names, on every database."""
        plain = "BINARY" if self.connection.dialect.name == "sqlite" else "C"
        statement = sa.select(checkpoint_heads).order_by(sa.collate(checkpoint_heads.c.stream, plain))
        with self.connection.execute(statement, execution_options={"yield_per": 1000}) as rows:
            for row in rows:
                yield StreamHead(row.stream, row.position, row.digest)

    def broken_heads(self) -> list[StreamHead]:
        """Those whose entry is gone from the ledger, or is another one."""
        same = sa.and_(ledger.c.stream == checkpoint_heads.c.stream, ledger.c.position == checkpoint_heads.c.position)
        statement = (
            sa.select(checkpoint_heads)
            .outerjoin(ledger, same)
            .where(sa.or_(ledger.c.digest.is_(None), ledger.c.digest != checkpoint_heads.c.digest))
            .order_by(checkpoint_heads.c.stream)
        )
        return [StreamHead(row.stream, row.position, row.digest) for row in self.connection.execute(statement)]


def _checkpoint(row: Any) -> Checkpoint:
    return Checkpoint(**{name: getattr(row, name) for name in Checkpoint.__struct_fields__})
