"""Ids in paths. The platform's own are opaque: they may hold any sign, a slash too."""

from __future__ import annotations

from werkzeug.routing import BaseConverter, ValidationError

MAX_ID = 128


class TheirId(BaseConverter):
    """An id that the platform gave: 1 to 128 characters, slashes included."""

    part_isolating = False
    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """The id; no such address where it cannot be one."""
        if len(value) > MAX_ID or "\x00" in value:
            raise ValidationError
        return value


class OurId(TheirId):
    """An id that the service gave: it has no slash, so that more may follow it."""

    part_isolating = True
    regex = r"[^/]+"
