"""Targets that the model allows, drawn at random for people to look at all the same.

Without them nobody learns what the model misses: people see what it flags, and a model that learns from that alone
confirms itself. A target is drawn by the digest of its name, so that it is drawn once, however many posts lead to it,
and the probability of having been drawn is the share itself.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from enforcement.types import NewEntry
from service.ports import Work

TARGET_SAMPLED = "target_sampled"


def is_drawn(target: str, share: float) -> bool:
    """Whether a target is among a share of all, 0 to 1; a larger share draws the same and more."""
    digest = hashlib.blake2b(b"audit\n" + target.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") < share * 2**64


def note_drawn(work: Work, target: str, share: float, now: datetime) -> bool:
    """Record that a target was drawn, with the share of that time; whether this was the first time."""
    stream = f"target:{target}"
    entries = work.entries(stream)
    if any(entry.kind == TARGET_SAMPLED for entry in entries):
        return False
    work.append([NewEntry(stream, TARGET_SAMPLED, now, {"share": share})], heads={stream: len(entries)}, now=now)
    return True
