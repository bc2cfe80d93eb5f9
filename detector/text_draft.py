"""A text on its way to being read, with the place that each of its signs came from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from detector.types import Disguise

MAX_DISGUISES = 200

Edit = tuple[int, int, str, str | None]


class Draft:
    """A text on its way to plain, with the place each sign came from."""

    __slots__ = ("_noted", "ends", "plain", "starts")

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.starts: list[int] | None = None
        self.ends: list[int] | None = None
        self._noted: list[tuple[str, list[int]]] = []

    def places(self) -> tuple[list[int], list[int]]:
        """Where each sign of ``plain`` starts and ends in the text; until the first change, where it stands."""
        if self.starts is None or self.ends is None:
            size = len(self.plain)
            self.starts, self.ends = list(range(size)), list(range(1, size + 1))
        return self.starts, self.ends

    def note(self, kind: str | None, start: int, end: int) -> None:
        """Remember one disguise; one that goes on from the last makes it longer."""
        if kind is None:
            return
        last_kind, span = self._noted[-1] if self._noted else ("", [0, 0])
        if last_kind == kind and span[1] == start:
            span[1] = end
        elif len(self._noted) < MAX_DISGUISES:
            self._noted.append((kind, [start, end]))

    def disguises(self) -> tuple[Disguise, ...]:
        """What was noted, in the order of its places."""
        found = [Disguise(kind, (start, end)) for kind, (start, end) in self._noted]
        found.sort(key=lambda disguise: disguise.span)
        return tuple(found)

    def apply(self, edits: Iterable[Edit]) -> None:
        """Replace stretches of ``plain``, given in order; every new sign stands for the whole old stretch."""
        edits = list(edits)
        if not edits:
            return
        old_starts, old_ends = self.places()
        signs: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new, kind in edits:
            first, last = old_starts[start], old_ends[end - 1]
            self.note(kind, first, last)
            signs += (self.plain[done:start], new)
            starts += old_starts[done:start] + [first] * len(new)
            ends += old_ends[done:start] + [last] * len(new)
            done = end
        self.plain = "".join((*signs, self.plain[done:]))
        self.starts = starts + old_starts[done:]
        self.ends = ends + old_ends[done:]


def matches_at(starts: re.Pattern[str], pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """What ``pattern.finditer`` gives, where a match can only begin where one of ``starts`` does.

    A pattern that is one class of signs, or begins with one, is searched for many times as fast as one of branches.
    """
    found: list[re.Match[str]] = []
    reached = 0
    for place in starts.finditer(text):
        match = pattern.match(text, place.start()) if place.start() >= reached else None
        if match is not None:
            found.append(match)
            reached = match.end()
    return found
