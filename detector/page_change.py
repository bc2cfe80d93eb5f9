"""What became of a page between two visits, and whether two visitors were shown different pages."""

from __future__ import annotations

from typing import Literal

from detector.similarity import grams, resemblance
from detector.types import PageReading

Change = Literal["same", "changed", "another_shop"]
SAME = 0.6
"""Resemblance from which a page counts as the same."""
OTHER = 0.2
"""Resemblance below which its words are others; with another title and no contact in common, so is its shop."""
COMPARED = 5_000
"""Characters of a page's words that are compared: what it is about stands at its beginning."""
SHORTEST = 12
"""Stretches of four letters below which a page has too few words to compare."""


def change_between(before: PageReading, now: PageReading) -> Change:
    """What became of a page."""
    alike = resemblance(_grams(before), _grams(now))
    if alike >= SAME:
        return "same"
    contacts = [{(c.kind, c.value) for c in page.contacts if c.value} for page in (before, now)]
    titled_otherwise = resemblance(grams(before.title), grams(now.title)) < SAME
    return "another_shop" if alike < OTHER and titled_otherwise and not contacts[0] & contacts[1] else "changed"


def differ_by_visitor(one: PageReading, other: PageReading) -> bool:
    """Whether two visitors of one address were shown different pages at once: cloaking, or a shop that sends phones on.

    People look at it; it decides nothing.
    """
    texts = _grams(one), _grams(other)
    if min(map(len, texts)) < SHORTEST:
        return False
    return resemblance(*texts) < OTHER and resemblance(grams(one.title), grams(other.title)) < SAME


def _grams(page: PageReading) -> frozenset[str]:
    return grams(page.text[:COMPARED])
