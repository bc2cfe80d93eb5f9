"""The signs of a text as its wording is looked at, and where each stands in the text as read.

Digits are one class (298 and 350 pull alike) and so are brands: that a brand is named is no offence, and what is said
around it must tell. So are words for copies that are not denied, so that all of them weigh alike. What costs nothing to
change is left out: blanks, strokes and points between two Chinese signs, and a letter that is repeated more than once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from detector.types import ReadText

MAX_SIGNS = 4_000
"""Signs of a text that are looked at: beyond them a post is no longer a post."""
BRAND = "\ue000"
"""Stands for any brand, whatever it is called."""
COPY = "\ue001"
"""Stands for any word for copies."""

_DIGIT = re.compile("[0-9]")
_BLANK = re.compile(r"\s")
_HAN = f"\u3400-\u9fff{BRAND}{COPY}"
_IDLE = re.compile(rf"(?<=[{_HAN}])[-\s_.·~*/|,]+(?=[{_HAN}])|([a-z])\1\1+")

Edit = tuple[int, int, str]
"""Start, end and what stands there instead."""
Classed = Edit
"""A place in the text as read, and the sign of its class."""


class Signs:
    """A text as its wording is looked at, between two blanks."""

    __slots__ = ("_classes", "_idle", "_skipped", "text")

    def __init__(self, read: ReadText, classed: Sequence[Classed]) -> None:
        # Blanks at the ends say only that a link or nothing stood there.
        plain = read.plain[:MAX_SIGNS].rstrip()
        self._skipped = len(plain) - len(plain.lstrip())
        with_classes, self._classes = _edited(plain, _class_edits(classed, self._skipped, len(plain)))
        looked_at, self._idle = _edited(with_classes, _idle_edits(with_classes, self._skipped))
        self.text = _BLANK.sub(" ", _DIGIT.sub("0", f" {looked_at[self._skipped :]} "))

    def place(self, sign: int) -> int:
        """Where a sign stands in the text as read; for one of a class, where what it stands for ends."""
        return max(0, self._classes.at(self._idle.at(sign - 1 + self._skipped)))


class _Places:
    """Places before some edits, from places after them."""

    __slots__ = ("_shifts", "_starts")

    def __init__(self) -> None:
        self._starts, self._shifts = [0], [0]

    def add(self, after: int, before: int) -> None:
        self._starts.append(after)
        self._shifts.append(before - after)

    def at(self, place: int) -> int:
        return place + self._shifts[bisect_right(self._starts, place) - 1]


def _edited(text: str, edits: Iterable[Edit]) -> tuple[str, _Places]:
    """The text after the edits, which are in order and do not overlap."""
    places, at, length = _Places(), 0, 0
    pieces: list[str] = []
    for start, end, instead in edits:
        pieces += (text[at:start], instead)
        length += start - at + len(instead)
        at = end
        places.add(length, at)
    pieces.append(text[at:])
    return "".join(pieces), places


def _class_edits(classed: Sequence[Classed], start: int, end: int) -> Iterable[Edit]:
    """Those within the text, in order; of two that overlap the first."""
    at = start
    for edit in classed:
        if at <= edit[0] < end:
            at = edit[1]
            yield edit


def _idle_edits(text: str, start: int) -> Iterable[Edit]:
    for found in _IDLE.finditer(text, start):
        kept = 0 if found[1] is None else 2
        yield found.start() + kept, found.end(), ""


def signs_of(read: ReadText, classed: Sequence[Classed]) -> str:
    """The signs of a text, for whoever learns or counts stretches."""
    return Signs(read, classed).text
