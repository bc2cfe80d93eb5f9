"""Texts that are nearly the same: MinHash over character 4-grams (Broder, 1997), candidates checked exactly.

Texts are undisguised first, so that a copy in full-width letters is a copy. Linear in the texts; a text counts with
its first 4,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from detector.text import read_text

Hashes = NDArray[np.uint64]

NEAR = 0.5
"""Jaccard similarity of 4-grams from which two texts count as one."""
SHORTEST = 12
"""Fewer 4-grams are too few to tell: “很好，下次再来” is not copied from anybody."""
LONGEST = 4_000
_BANDS, _BAND = 21, 3
"""Two texts of which half is the same meet in a band with a probability of 94 %, of which 0.7 is: 99.98 %."""
_FULL = 64
"""Most texts kept of one band's value: a template that a thousand share is known after a few."""

_RANDOM = np.random.default_rng(298)
_FACTORS = _RANDOM.integers(1, 2**63, size=(_BANDS * _BAND, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_PRIME = np.uint64(0x9E3779B97F4A7C15)


def shingles(text: str) -> Hashes:
    """Hashes of the distinct 4-grams of letters and digits, sorted."""
    plain = "".join(c for c in read_text(text[:LONGEST]).plain if c.isalnum())
    codes = np.frombuffer(plain.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < 4:
        return np.empty(0, dtype=np.uint64)
    mixed = codes[:-3]
    for step in (1, 2, 3):
        mixed = mixed * _PRIME + codes[step : len(codes) - 3 + step]
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _PRIME
    return np.unique(mixed ^ (mixed >> np.uint64(32)))


def similarity(one: Hashes, other: Hashes) -> float:
    """Jaccard similarity of two sets of 4-grams, 0 to 1."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    whole = len(one) + len(other) - common
    return common / whole if whole else 0.0


class NearDuplicates:
    """An index of texts that finds those nearly the same as another."""

    def __init__(self) -> None:
        self._known: dict[int, Hashes] = {}
        self._bands: dict[tuple[int, bytes], list[int]] = {}

    def add_all(self, texts: Iterable[tuple[int, str]]) -> None:
        """Add texts by a number that each is called by."""
        for number, text in texts:
            found = shingles(text)
            if len(found) >= SHORTEST:
                self._known[number] = found
                for band in _bands(found):
                    bucket = self._bands.setdefault(band, [])
                    if len(bucket) < _FULL:
                        bucket.append(number)

    def most_similar(self, text: str) -> tuple[int, float] | None:
        """The added text that is most like this one, and how much; ``None`` where none is near."""
        share, number = max(((share, -number) for number, share in self._near(shingles(text))), default=(0.0, 0))
        return (-number, share) if share >= NEAR else None

    def near(self, text: str) -> list[int]:
        """Every added text that is nearly this one; of a template that many share, some."""
        return [number for number, share in self._near(shingles(text)) if share >= NEAR]

    def _near(self, found: Hashes) -> Iterator[tuple[int, float]]:
        if len(found) < SHORTEST:
            return
        for number in {number for band in _bands(found) for number in self._bands.get(band, ())}:
            yield number, similarity(found, self._known[number])


def families(texts: Sequence[str]) -> list[int]:
    """For each text the number of the first text of its family: those that near copies tie, directly or by others."""
    parent = list(range(len(texts)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = number = parent[parent[number]]
        return number

    index = NearDuplicates()
    for number, text in enumerate(texts):
        for other in index.near(text):
            one, two = sorted((root(number), root(other)))
            parent[two] = one
        index.add_all([(number, text)])
    return [root(number) for number in range(len(texts))]


def sketch(found: Hashes) -> NDArray[np.uint32]:
    """Sixty-three minima of a set of 4-grams: each is the same in two texts with the probability of their likeness."""
    minima: NDArray[np.uint64] = ((found * _FACTORS) >> np.uint64(32)).min(axis=1)
    return minima.astype(np.uint32)


def _bands(found: Hashes) -> Iterator[tuple[int, bytes]]:
    values = sketch(found)
    for band in range(_BANDS):
        yield band, values[band * _BAND : (band + 1) * _BAND].tobytes()
