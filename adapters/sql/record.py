"""The ledger: streams read and appended to, each line chained to the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql import chain
from adapters.sql.tables import ledger
from enforcement.types import LedgerEntry, NewEntry
from service.ports import StaleHeadError

APPENDING = 0x64616A6961
"""PostgreSQL's advisory lock that every transaction shares that appends to the ledger."""
TARGET_KINDS = ("target_decided", "target_lifted")
"""Kinds of entries that change what is known of a target."""
_JSON = msgspec.json.Encoder()
_BODY = msgspec.json.Decoder()

_ENTRIES = (
    sa.select(ledger)
    .where(ledger.c.stream == sa.bindparam("stream_name"), ledger.c.position >= sa.bindparam("since"))
    .order_by(ledger.c.position)
)
_LAST_DIGEST = (
    sa.select(ledger.c.position, ledger.c.digest)
    .where(ledger.c.stream == sa.bindparam("stream_name"))
    .order_by(ledger.c.position.desc())
    .limit(1)
)
_ADD_ENTRIES = sa.insert(ledger)


class RecordWork:
    """The part of a transaction that reads and writes the record; see :class:`service.ports.Work`."""

    connection: sa.Connection
    _tails: dict[str, tuple[int, str]]
    """Each stream's length and last digest, where it was read or written in this transaction."""

    def entries(self, stream: str, *, since: int = 0) -> list[LedgerEntry]:
        """A stream from that position on."""
        asked = {"stream_name": stream, "since": since}
        found = [as_entry(row) for row in self.connection.execute(_ENTRIES, asked)]
        if found:
            self._tails[stream] = (found[-1].position + 1, found[-1].digest)
        elif not since:
            self._tails[stream] = (0, chain.GENESIS)
        return found

    def entries_of_streams(self, streams: Sequence[str]) -> dict[str, list[LedgerEntry]]:
        """Many streams from their beginnings; empty ones are left out."""
        statement = sa.select(ledger).where(ledger.c.stream.in_(streams)).order_by(ledger.c.stream, ledger.c.position)
        found: dict[str, list[LedgerEntry]] = {}
        for row in self.connection.execute(statement):
            found.setdefault(row.stream, []).append(as_entry(row))
        return found

    def append(self, entries: Sequence[NewEntry], *, heads: Mapping[str, int], now: datetime) -> list[LedgerEntry]:
        """Append; ``heads`` is each stream's expected length. :class:`StaleHeadError` where one has grown."""
        if self.connection.dialect.name == "postgresql":
            # Shared with other writers; whoever waits for all of them takes it alone.
            self.connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(APPENDING)))
        tails = {stream: self._tail(stream, heads[stream]) for stream in dict.fromkeys(e.stream for e in entries)}
        linked: list[LedgerEntry] = []
        for entry in entries:
            position, previous = tails[entry.stream]
            linked.append(chain.link(entry, position, previous, now))
            tails[entry.stream] = self._tails[entry.stream] = (position + 1, linked[-1].digest)
        if linked:
            rows = [msgspec.structs.asdict(e) | {"body": chain.canonical_json(e.body)} for e in linked]
            self.connection.execute(_ADD_ENTRIES, rows)
        return linked

    def entries_between(
        self, kinds: Sequence[str], *, after: int, upto: int, since: datetime | None, limit: int
    ) -> list[tuple[int, LedgerEntry]]:
        """Entries of these kinds in the order of recording, each with its sequence number."""
        statement = sa.select(ledger).where(ledger.c.kind.in_(kinds), ledger.c.seq > after, ledger.c.seq <= upto)
        if since is not None:
            statement = statement.where(ledger.c.recorded_at >= since)
        return [(r.seq, as_entry(r)) for r in self.connection.execute(statement.order_by(ledger.c.seq).limit(limit))]

    def changed_targets(self, *, after: int, upto: int, limit: int) -> list[tuple[str, int]]:
        """Targets decided between two sequence numbers, each with that of its last decision, in the order of these."""
        last = sa.func.max(ledger.c.seq).label("last")
        statement = (
            sa.select(ledger.c.stream, last)
            .where(ledger.c.kind.in_(TARGET_KINDS), ledger.c.seq > after, ledger.c.seq <= upto)
            .group_by(ledger.c.stream)
            .order_by(last)
            .limit(limit)
        )
        return [(row.stream.removeprefix("target:"), row.last) for row in self.connection.execute(statement)]

    def _tail(self, stream: str, expected: int) -> tuple[int, str]:
        # What was read in this transaction need not be asked again: if another has written since, no line can take the
        # same place in the stream.
        position, previous = self._tails.get(stream) or self._read_tail(stream)
        if position != expected:
            raise StaleHeadError(f"{stream} has {position} entries, {expected} were expected.")
        return position, previous

    def _read_tail(self, stream: str) -> tuple[int, str]:
        row = self.connection.execute(_LAST_DIGEST, {"stream_name": stream}).first()
        return (0, chain.GENESIS) if row is None else (row.position + 1, row.digest)


def as_entry(row: Any) -> LedgerEntry:
    """A row of the table."""
    # In the order of the table, spelled out: a long stream is thousands of rows.
    _, stream, position, kind, occurred_at, recorded_at, body, previous, digest = row
    return LedgerEntry(stream, position, kind, occurred_at, recorded_at, _BODY.decode(body), previous, digest)
