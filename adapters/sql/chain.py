"""The hash chain: how an entry's digest is made, and how a whole ledger is proved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from enforcement.types import LedgerEntry, NewEntry

GENESIS = "0" * 64
_CANONICAL = msgspec.json.Encoder(order="deterministic")


class Fault(msgspec.Struct, frozen=True):
    """One place where the record is not what it was."""

    stream: str
    position: int
    problem: str

    def __str__(self) -> str:
        return f"{self.stream} entry {self.position}: {self.problem}"


def canonical_json(body: dict[str, Any]) -> bytes:
    """Keys sorted, no spaces: the same body always gives the same bytes."""
    return _CANONICAL.encode(body)


def entry_digest(entry: LedgerEntry) -> str:
    """SHA-256 over everything the entry says and the digest before it; its own ``digest`` is left out."""
    head = [entry.stream, entry.position, entry.kind, entry.occurred_at, entry.recorded_at, entry.previous]
    return hashlib.sha256(_CANONICAL.encode(head) + b"\n" + canonical_json(entry.body)).hexdigest()


def link(entry: NewEntry, position: int, previous: str, recorded_at: datetime) -> LedgerEntry:
    """The entry with its place in its stream."""
    linked = LedgerEntry(
        stream=entry.stream,
        position=position,
        kind=entry.kind,
        # In UTC, as it will be read: the digest is over the written form, and +08:00 is written otherwise than Z.
        occurred_at=_utc(entry.occurred_at),
        recorded_at=_utc(recorded_at),
        # Read back from its own bytes, so that what is folded now is what will be read later.
        body=msgspec.json.decode(canonical_json(entry.body)),
        previous=previous,
        digest="",
    )
    return msgspec.structs.replace(linked, digest=entry_digest(linked))


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An entry's times need an offset.")
    return instant.astimezone(UTC)


def find_faults(entries: Iterable[LedgerEntry]) -> Iterable[Fault]:
    """Check every stream from its first entry; entries come stream by stream, in order."""
    stream, position, previous = "", 0, GENESIS
    for entry in entries:
        if entry.stream != stream:
            stream, position, previous = entry.stream, 0, GENESIS
        if entry.position != position:
            yield Fault(entry.stream, position, f"entry {position} is missing; {entry.position} follows")
        if entry.previous != previous:
            yield Fault(entry.stream, entry.position, "does not follow the entry before it")
        if entry.digest != entry_digest(entry):
            yield Fault(entry.stream, entry.position, "was changed after it was recorded")
        position, previous = entry.position + 1, entry.digest
