"""What the judged rows share with the rows that a model may have learned from: groups, and texts nearly the same."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from detector.evaluation.mistakes import is_sealed
from detector.examples import Example
from detector.near_duplicates import NearDuplicates

MOST_NAMED = 20
TEXT_CHARS = 160


class NearCopy(msgspec.Struct, frozen=True):
    """A judged text beside the text of the other side that it nearly is."""

    judged: str
    learned: str
    """Names; the source where an example has none."""
    similarity: float
    """Jaccard similarity of character 4-grams, 0.5 to 1."""
    same_label: bool
    text: str
    """The first 160 characters of the judged text; empty of a sealed post."""


class LeakAudit(msgspec.Struct, frozen=True):
    """What a figure could owe to having seen the rows before."""

    learned: int
    """Examples of the splits ``train`` and ``calibrate`` that were looked at."""
    judged: int
    shared_groups: int
    group_names: tuple[str, ...]
    """At most twenty."""
    near_copies: int
    copies: tuple[NearCopy, ...]
    """At most twenty, the most similar first."""


def audit(learned: Sequence[Example], judged: Sequence[Example]) -> LeakAudit:
    """Look for judged examples that stand, or nearly stand, on the other side."""
    shared = sorted({e.group for e in learned} & {e.group for e in judged})
    copies = sorted(_near_copies(learned, judged), key=lambda c: (-c.similarity, c.judged))
    return LeakAudit(
        learned=len(learned),
        judged=len(judged),
        shared_groups=len(shared),
        group_names=tuple(shared[:MOST_NAMED]),
        near_copies=len(copies),
        copies=tuple(copies[:MOST_NAMED]),
    )


def _near_copies(learned: Sequence[Example], judged: Sequence[Example]) -> list[NearCopy]:
    index = NearDuplicates()
    index.add_all((number, e.text) for number, e in enumerate(learned) if e.text)
    found = []
    for example in judged:
        near = index.most_similar(example.text) if example.text else None
        if near is not None:
            found.append(_near_copy(example, learned[near[0]], near[1]))
    return found


def _near_copy(judged: Example, learned: Example, share: float) -> NearCopy:
    return NearCopy(
        judged=judged.name or judged.source,
        learned=learned.name or learned.source,
        similarity=round(share, 3),
        same_label=judged.counterfeit == learned.counterfeit,
        text="" if is_sealed(judged) else (judged.text or "")[:TEXT_CHARS],
    )
