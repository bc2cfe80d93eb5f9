"""A stream of bytes as lines of bounded length, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

_READ = 65_536


class TooLong(Exception):  # noqa: N818 - an item of the result, never raised
    """A line that was passed over because it is longer than the limit."""


def read_lines(stream: IO[bytes], limit: int) -> Iterator[bytes | TooLong]:
    """Each line without its end; one :class:`TooLong` in the place of each that is too long."""
    parts: list[bytes] = []
    length = 0
    while chunk := stream.read(_READ):
        head, *rest = chunk.split(b"\n")
        for piece in rest:
            length += len(head)
            yield _line(parts, head, length, limit)
            parts, length, head = [], 0, piece
        length += len(head)
        if length <= limit:
            parts.append(head)
        else:
            parts.clear()  # what is passed over is not kept
    if length:
        yield _line(parts, b"", length, limit)


def _line(parts: list[bytes], last: bytes, length: int, limit: int) -> bytes | TooLong:
    return TooLong() if length > limit else b"".join((*parts, last)).removesuffix(b"\r")
