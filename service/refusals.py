"""What can be refused to people and callers who decide, ask or appeal; each message says why and what to do."""

from __future__ import annotations


class ReviewError(Exception):
    """Base of what can go wrong when people decide; the message says why."""

    pointer: str | None = None
    """JSON pointer of the field at fault; ``None`` where it is no single field."""


class NotFoundError(ReviewError):
    """There is no such thing."""


class NotAllowedError(ReviewError):
    """The rulebook does not let this person do this."""

    def __init__(self, message: str, pointer: str | None = None) -> None:
        super().__init__(message)
        self.pointer = pointer


class ClashError(ReviewError):
    """Somebody else holds, changed or decided it."""
