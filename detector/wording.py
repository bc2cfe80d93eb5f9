"""How a text is worded: short stretches of it, each with a learned pull towards offers of copies or away from them.

Lists of words are always behind; what sellers write today is learned from labelled posts instead. A *stretch* is one to
four signs of the text (``wording_signs``), or one or two whole words between blanks.

A stretch counts once, by its rarity, and the text's length is normalised away: with ``x`` the vector of the rarities of
the stretches in a text, the pull of stretch ``i`` is ``weight[i] · x[i] / ‖x‖`` (binary TF-IDF with an L2 norm: Salton
and Buckley, 1988). Pulls are exact parts of a linear model, so they can be shown.

A long text is also weighed passage by passage, and what pulls most towards offers of copies counts: else harmless words
around an offer would dilute it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import sqrt
from operator import itemgetter

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detector.types import ReadText, Span
from detector.wording_signs import Classed, Signs

MAX_LENGTH = 4
"""Signs of the longest stretch that is no word."""
NEIGHBOURS = 12
"""Hits on either side of the strongest one that may lengthen it."""
LONG = 200
"""Signs beyond which a text is weighed by passages too. Chosen with ``PASSAGE`` on writers left out of the fit: with
shorter ones more is found in comments, and honest people who tell of copies look guiltier."""
PASSAGE = 100
"""Signs of a passage; the next one begins at half of it."""

_WORDS = re.compile(r"(?= ([^ ]{2,24}) (?:([^ ]{1,24}) )?)")

Hit = tuple[int, int, int]
"""Number of the stretch, start and end in the signs."""


class Wording(msgspec.Struct, frozen=True):
    """What was learned, as data: three lists of one length."""

    stretches: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    rarities: tuple[float, ...] = ()
    """Inverse document frequencies, 0 or more."""


class Pull(msgspec.Struct, frozen=True, gc=False):
    """What a text's wording adds to the raw score, and the words that say so most."""

    value: float
    """Above 0 towards offers of copies, below 0 away from them."""
    evidence: str
    span: Span


def stretches_of(signs: str) -> Iterator[str]:
    """Every stretch of a text, repeated as often as it stands there."""
    for length in range(1, MAX_LENGTH + 1):
        for start in range(len(signs) - length + 1):
            yield signs[start : start + length]
    for found in _WORDS.finditer(signs):
        one, two = found.groups()
        if len(one) + 2 > MAX_LENGTH:
            yield f" {one} "
        if two is not None:
            yield f" {one} {two} "


def passages_of(signs: str) -> list[str]:
    """The passages of a long text, for whoever learns from them; none of a short one."""
    return [signs[start : start + PASSAGE] for start in _starts(len(signs))]


def _starts(length: int) -> list[int]:
    """Where passages begin; the last one ends with the text."""
    return [] if length <= LONG else [*range(0, length - PASSAGE, PASSAGE // 2), length - PASSAGE]


class WordingReader:
    """Finds the pulls of a text. Immutable; one may serve many threads."""

    def __init__(self, wording: Wording) -> None:
        self._pulls = [weight * rarity for weight, rarity in zip(wording.weights, wording.rarities, strict=True)]
        # Shown as evidence are words; a single sign is so only where there is nothing better.
        self._telling = [
            pull if len(stretch.strip()) > 1 else pull / 1_000
            for stretch, pull in zip(wording.stretches, self._pulls, strict=True)
        ]
        self._squares = [rarity * rarity for rarity in wording.rarities]
        self._automaton = AhoCorasick(
            list(wording.stretches), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )

    def pull(self, read: ReadText, classed: Sequence[Classed]) -> Pull | None:
        """The pull of one text, with the words that pull most its way; ``None`` where nothing pulls. Never raises."""
        signs = Signs(read, classed)
        hits = self._hits(signs)
        value = self._weigh(hits)
        for passage in _passages(hits, len(signs.text)):
            of_passage = self._weigh(passage)
            if of_passage > value:
                value, hits = of_passage, passage
        if not value:
            return None
        span = read.span(*_words(read.plain, signs, *self._lengthened(hits, self._strongest(hits, value))))
        return Pull(value, read.original[span[0] : span[1]], span)

    def _weigh(self, hits: Sequence[Hit]) -> float:
        kinds = set(map(_number_of, hits))
        whole = sum(map(self._pulls.__getitem__, kinds))
        return whole / sqrt(sum(map(self._squares.__getitem__, kinds))) if whole else 0.0

    def _strongest(self, hits: Sequence[Hit], value: float) -> int:
        """Number of the stretch that pulls most the way that all of them do."""
        numbers = list(set(map(_number_of, hits)))
        telling = list(map(self._telling.__getitem__, numbers))
        return numbers[telling.index(max(telling) if value > 0.0 else min(telling))]

    def _hits(self, signs: Signs) -> list[Hit]:
        try:
            return self._automaton.find_matches_as_indexes(signs.text, overlapping=True)
        except UnicodeEncodeError:  # a lone surrogate; each becomes one "?", so that places stay
            signs.text = signs.text.encode("utf-8", "replace").decode("utf-8")
            return self._automaton.find_matches_as_indexes(signs.text, overlapping=True)

    def _lengthened(self, hits: Sequence[Hit], strongest: int) -> Span:
        """The first place of a stretch, with the stretches that touch it and pull the same way."""
        pulls = self._pulls
        at = list(map(_number_of, hits)).index(strongest)
        _, start, end = hits[at]
        towards = pulls[strongest] > 0.0
        first, last = start, end
        for number, left, right in hits[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]:
            if left <= end and start <= right and (pulls[number] > 0.0) is towards:
                first, last = min(first, left), max(last, right)
        return first, last


_number_of: Callable[[Hit], int] = itemgetter(0)
_end_of: Callable[[Hit], int] = itemgetter(2)


def _passages(hits: list[Hit], length: int) -> Iterator[list[Hit]]:
    """The hits within each passage; ``hits`` are in the order of their ends."""
    starts = _starts(length)
    ends = list(map(_end_of, hits)) if starts else []
    for start in starts:
        inside = hits[bisect_right(ends, start) : bisect_right(ends, start + PASSAGE)]
        yield [hit for hit in inside if hit[1] >= start]


def _words(plain: str, signs: Signs, start: int, end: int) -> Span:
    """Where these signs stand in the text as read: without blanks at either end, and with Latin words whole."""
    left, right = signs.place(start), min(signs.place(end), len(plain))
    while left < right and plain[left].isspace():
        left += 1
    while left < right and plain[right - 1].isspace():
        right -= 1
    while 0 < left < right and _latin(plain[left]) and _latin(plain[left - 1]):
        left -= 1
    while left < right < len(plain) and _latin(plain[right - 1]) and _latin(plain[right]):
        right += 1
    return left, right


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def check_wording(wording: Wording) -> str:
    """What is wrong with learned wording; empty where nothing is."""
    sizes = {len(wording.stretches), len(wording.weights), len(wording.rarities)}
    if len(sizes) != 1:
        return "Its wording has lists of different lengths."
    if not all(wording.stretches) or len(set(wording.stretches)) != len(wording.stretches):
        return "Its wording has a stretch that is empty or stands there twice."
    if not _finite(wording.weights) or not _finite(wording.rarities) or min(wording.rarities, default=0.0) < 0.0:
        return "Its wording has weights or rarities that are no numbers in range."
    return ""


def _finite(numbers: Iterable[float]) -> bool:
    return all(-1e6 < number < 1e6 for number in numbers)
