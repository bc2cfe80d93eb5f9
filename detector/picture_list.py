"""Known counterfeit pictures by their PDQ hashes, in the form in which platforms exchange such lists.

One hash a line, 64 hexadecimal digits; what follows a comma is a label. Blank lines and lines that begin with ``#`` are
passed over. Two pictures are the same where at most 31 of 256 bits differ, the distance that PDQ's authors recommend.

Found by multi-index hashing (Norouzi, Punjani & Fleet 2012): of sixteen words of 16 bits, one at least differs by one
bit or none where at most 31 of all differ, so that 272 looks find every near hash.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path

import msgspec

NEAR = 31
"""Most bits that may differ, of 256."""
MAX_PICTURES = 200_000
MAX_LABEL = 200
_HASH = re.compile(r"[0-9a-f]{64}")
_WORDS, _WORD = 16, 16
_FLIPS = (0, *(1 << bit for bit in range(_WORD)))
_MASK = (1 << _WORD) - 1


class KnownPicture(msgspec.Struct, frozen=True):
    """A listed picture that one is near to."""

    pdq: str
    label: str
    distance: int
    """Bits that differ, 0 to 31."""


class ListFault(msgspec.Struct, frozen=True):
    """A line that cannot be taken."""

    line: int
    problem: str


class PictureListError(ValueError):
    """A list that cannot be used; the message names file and line."""


class PictureList:
    """Listed pictures, by sixteen indexes."""

    def __init__(self, pictures: Iterable[tuple[str, str]] = ()) -> None:
        """Hashes, each with its label; of equal ones the first counts."""
        labels: dict[str, str] = {}
        for pdq, label in pictures:
            labels.setdefault(pdq, label)
        self._labels = labels
        self._hashes = [int(pdq, 16) for pdq in labels]
        self._indexes = [_Index(self._hashes, word) for word in range(_WORDS)] if labels else []

    def __len__(self) -> int:
        """How many different hashes."""
        return len(self._hashes)

    def nearest(self, pdq: str) -> KnownPicture | None:
        """The listed picture that differs least; ``None`` where all differ in more than 31 bits."""
        if not self._hashes:
            return None
        sought = int(pdq, 16)
        near = {place for index in self._indexes for place in index.near(sought)}
        distance, place = min((((self._hashes[p] ^ sought).bit_count(), p) for p in near), default=(NEAR + 1, 0))
        if distance > NEAR:
            return None
        found = f"{self._hashes[place]:064x}"
        return KnownPicture(found, self._labels[found], distance)


class _Index:
    """Places of hashes by one of their words: those of word ``w`` stand from ``starts[w]`` on."""

    def __init__(self, hashes: list[int], word: int) -> None:
        self._shift = word * _WORD
        words = [hash_ >> self._shift & _MASK for hash_ in hashes]
        counts = [0] * (_MASK + 2)
        for value in words:
            counts[value + 1] += 1
        self._starts = array("L", accumulate(counts))
        self._places = array("L", sorted(range(len(hashes)), key=words.__getitem__))

    def near(self, sought: int) -> Iterator[int]:
        """Places of hashes whose word differs by one bit at most."""
        word, starts = sought >> self._shift & _MASK, self._starts
        for flip in _FLIPS:
            value = word ^ flip
            yield from self._places[starts[value] : starts[value + 1]]


@cache
def no_pictures() -> PictureList:
    """A list of none."""
    return PictureList()


def read_picture_list(file: Path) -> PictureList:
    """The list of a file; :class:`PictureListError` where a line of it cannot be taken."""
    pictures, faults = check_picture_list(file)
    if faults:
        raise PictureListError(f"{file}:{faults[0].line}: {faults[0].problem}")
    return PictureList(pictures)


def check_picture_list(file: Path) -> tuple[list[tuple[str, str]], list[ListFault]]:
    """Hashes with their labels, and every line that cannot be taken."""
    pictures: list[tuple[str, str]] = []
    faults: list[ListFault] = []
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if len(pictures) > MAX_PICTURES:
                    faults.append(ListFault(number, f"The list has more than {MAX_PICTURES:,} pictures. Split it."))
                    break
                _take(line.strip(), number, pictures, faults)
    except UnicodeDecodeError:
        faults.append(ListFault(1, "The file is not UTF-8 text. Give one hash a line, 64 hexadecimal digits."))
    except OSError as error:
        raise PictureListError(f"{file}: It cannot be read: {error.strerror}.") from None
    return pictures, faults


def _take(line: str, number: int, pictures: list[tuple[str, str]], faults: list[ListFault]) -> None:
    if not line or line.startswith("#"):
        return
    pdq, _, label = line.partition(",")
    pdq = pdq.strip().lower()
    if _HASH.fullmatch(pdq):
        pictures.append((pdq, label.strip()[:MAX_LABEL]))
    else:
        problem = f"{pdq[:80]!r} is no PDQ hash. Write 64 hexadecimal digits, then a comma and a label where you like."
        faults.append(ListFault(number, problem))
