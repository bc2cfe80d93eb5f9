"""Histories of accounts whose stream is long: what was folded once is kept, and only what is new is read."""

from __future__ import annotations

import threading
from collections import OrderedDict

import msgspec

from enforcement.history import AccountHistory, fold
from enforcement.types import LedgerEntry
from service.ports import Work

LONG = 4
"""Lines from which a stream is remembered: a shorter one is read as fast as it is looked up."""
KEPT_LINES = 50_000
"""Lines of all streams that a process remembers, some 50 MB."""


class _Known(msgspec.Struct, frozen=True):
    """A history with the last line that it was folded from."""

    history: AccountHistory
    last: LedgerEntry


class KnownHistories:
    """The history of an account as its stream tells it now, whoever wrote to it in between."""

    def __init__(self, kept_lines: int = KEPT_LINES) -> None:
        self._kept_lines = kept_lines
        self._lines = 0
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, work: Work, account_id: str) -> tuple[AccountHistory, int]:
        """The account's history and the length of its stream."""
        stream = f"account:{account_id}"
        known = self._known.get(account_id)
        if known is not None:
            # Where its last line is another one now, it was written by a transaction that came to nothing.
            read = work.entries(stream, since=known.last.position)
            if read and read[0].digest == known.last.digest:
                return self._keep(account_id, fold(account_id, read[1:], known.history), read)
        entries = work.entries(stream)
        return self._keep(account_id, fold(account_id, entries), entries)

    def _keep(self, account_id: str, history: AccountHistory, entries: list[LedgerEntry]) -> tuple[AccountHistory, int]:
        if not entries:
            return history, 0
        length = entries[-1].position + 1
        if length >= LONG:
            self._remember(account_id, _Known(history, entries[-1]))
        return history, length

    def _remember(self, account_id: str, known: _Known) -> None:
        with self._lock:
            self._forget(self._known.pop(account_id, None))
            self._known[account_id] = known
            self._lines += known.last.position + 1
            while self._lines > self._kept_lines and len(self._known) > 1:
                self._forget(self._known.popitem(last=False)[1])

    def _forget(self, known: _Known | None) -> None:
        self._lines -= 0 if known is None else known.last.position + 1
