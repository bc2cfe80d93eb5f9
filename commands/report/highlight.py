"""A post's text in pieces, each with what was seen in it. Nothing here is HTML: the template escapes every piece."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from detector.types import Reason


class Piece(NamedTuple):
    """Neighbouring letters that the same reasons speak of."""

    text: str
    leans: Literal["fake", "genuine"] | None
    """Which way the reasons weigh; ``None`` where there is none."""
    reasons: str
    """In English, parted by semicolons."""


def pieces(text: str, reasons: Sequence[Reason]) -> list[Piece]:
    """The whole text in order; spans beyond its end are cut."""
    spans = [(r, *r.span) for r in reasons if r.span is not None and r.weight]
    edges = {0, len(text)} | {min(max(edge, 0), len(text)) for _, start, end in spans for edge in (start, end)}
    ordered = sorted(edges)
    return [
        _piece(text[start:end], [r for r, first, last in spans if first <= start and end <= last])
        for start, end in pairwise(ordered)
    ]


def _piece(text: str, reasons: Sequence[Reason]) -> Piece:
    if not reasons:
        return Piece(visible(text), None, "")
    weight = sum(r.weight for r in reasons)
    return Piece(visible(text), "fake" if weight > 0 else "genuine", "; ".join(visible(r.en) for r in reasons))


def visible(text: str) -> str:
    """A text whose control, direction and zero-width signs are seen instead of obeyed."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_hidden(c) else c for c in text)


def _is_hidden(character: str) -> bool:
    # The joiner holds emoji together; the others of its category only hide, or turn text around.
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"} and character not in "\n\t\u200d"
