"""Rights holders' notices, and what becomes of those who give manifestly unfounded ones. Pure.

Digital Services Act, art. 16 (what a notice holds) and 23 (2) (misuse); China's E-Commerce Law, art. 42 and 43
(forwarding, counter-declaration, restoring after 15 days).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from enforcement.types import LedgerEntry

MISUSE_COUNT = 3
MISUSE_WINDOW = timedelta(days=90)
REFUSAL = timedelta(days=30)
RESTORE_AFTER = timedelta(days=15)


class NotifierRecord(msgspec.Struct, frozen=True):
    """What a notifier's stream tells."""

    filed: int = 0
    unfounded_at: tuple[datetime, ...] = ()
    """When a notice of theirs was found manifestly unfounded, oldest first."""

    @property
    def refused_until(self) -> datetime | None:
        """End of the last refusal, past or to come; ``None`` where there was none.

        The third manifestly unfounded notice within 90 days is a warning; the next one within 90 days of it begins 30
        days of refusal, and so does each one after that.
        """
        warned_at: datetime | None = None
        refused: datetime | None = None
        for place, at in enumerate(self.unfounded_at):
            if warned_at is not None and at - warned_at <= MISUSE_WINDOW:
                refused, warned_at = at + REFUSAL, at
            elif place + 1 >= MISUSE_COUNT and at - self.unfounded_at[place + 1 - MISUSE_COUNT] <= MISUSE_WINDOW:
                warned_at = at
        return refused

    def is_warned(self, now: datetime) -> bool:
        """Whether three manifestly unfounded notices stand within the last 90 days."""
        return sum(now - at <= MISUSE_WINDOW for at in self.unfounded_at) >= MISUSE_COUNT


def fold_notifier(entries: Iterable[LedgerEntry]) -> NotifierRecord:
    """The record that a notifier's stream tells."""
    filed, unfounded = 0, []
    for entry in entries:
        if entry.kind == "notice_filed":
            filed += 1
        elif entry.kind == "notice_decided" and entry.body["outcome"] == "unfounded":
            unfounded.append(entry.occurred_at)
    return NotifierRecord(filed, tuple(sorted(unfounded)))
