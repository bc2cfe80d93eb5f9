"""Confirmed targets as hash prefixes, so that a feed is filtered without a call per link.

A version is the place of a decision in the record. A client that holds version 7 asks for what changed since 7, and
applies it in the order in which it comes: additions and removals of prefixes. What it then has is what a client has
that fetched everything (a property test holds this).
"""

from __future__ import annotations

import hashlib

from detector.types import TargetState
from service.answers import BlocklistAnswer
from service.ports import Store

PREFIX_DIGITS = 16
"""Hexadecimal digits: 64 bits, so that among ten million targets one honest link in 10^12 is hit by chance."""
MAX_CHANGES = 10_000
CONFIRMED: TargetState = "counterfeit"


class VersionError(ValueError):
    """The version that a client says it holds was never given out."""


def prefix(target: str) -> str:
    """The first 64 bits of the SHA-256 of a target's name, in hexadecimal."""
    return hashlib.sha256(target.encode()).hexdigest()[:PREFIX_DIGITS]


class Blocklist:
    """Gives out the list, whole or as what changed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def full(self) -> BlocklistAnswer:
        """Every confirmed target."""
        version = self._store.settled()
        with self._store.begin(write=False) as work:
            found = work.targets_in_state(CONFIRMED)
        return BlocklistAnswer(
            version=version, full=True, added=tuple(sorted(map(prefix, found))), removed=(), more=False
        )

    def since(self, version: int) -> BlocklistAnswer:
        """What changed after a version; ``more`` where the client must ask again from the version that it gets."""
        newest = self._store.settled()
        if version > newest:
            raise VersionError(f"There is no version {version}; the newest is {newest}. Fetch the whole list.")
        with self._store.begin(write=False) as work:
            changes = work.changed_targets(after=version, upto=newest, limit=MAX_CHANGES)
            states = {name: record.state for name, record in work.targets(name for name, _ in changes).items()}
        confirmed = {name for name, _ in changes if states.get(name) == CONFIRMED}
        more = len(changes) == MAX_CHANGES
        return BlocklistAnswer(
            version=changes[-1][1] if more else newest,
            full=False,
            added=tuple(sorted(map(prefix, confirmed))),
            removed=tuple(sorted(prefix(name) for name, _ in changes if name not in confirmed)),
            more=more,
        )
