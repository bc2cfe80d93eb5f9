"""How a text is worded: short stretches of it, each with a learned pull towards offers of copies or away from them.

Lists of words are always behind; what sellers write today is learned from labelled posts instead. A *stretch* is one to
four signs of the text as read, or one or two whole words between blanks. Digits are one class (298 and 350 pull alike)
and so are brands: that a brand is named is no offence, and what is said around it must tell.

A stretch counts once, by its rarity, and the text's length is normalised away: with ``x`` the vector of the rarities of
the stretches in a text, the pull of stretch ``i`` is ``weight[i] · x[i] / ‖x‖`` (binary TF-IDF with an L2 norm: Salton
and Buckley, 1988). Pulls are exact parts of a linear model, so they can be shown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from math import sqrt
from operator import attrgetter, itemgetter

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detector.types import BrandMention, ReadText, Span

MAX_SIGNS = 4_000
"""Signs of a text that are looked at: beyond them a post is no longer a post."""
MAX_LENGTH = 4
"""Signs of the longest stretch that is no word."""
BRAND = "\ue000"
"""Stands for any brand, whatever it is called."""
NEIGHBOURS = 12
"""Hits on either side of the strongest one that may lengthen it."""

_DIGIT = re.compile("[0-9]")
_BLANK = re.compile(r"\s")
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


class Signs:
    """A text as its wording is looked at, between two blanks, and where each sign stands in the text as read."""

    __slots__ = ("_shifts", "_starts", "text")

    def __init__(self, read: ReadText, mentions: Sequence[BrandMention]) -> None:
        # Blanks at the ends say only that a link or nothing stood there.
        plain = read.plain[:MAX_SIGNS].rstrip()
        at = len(plain) - len(plain.lstrip())
        pieces = [" "]
        self._starts, self._shifts = [0], [at - 1]
        length = 1
        for mention in sorted(mentions, key=_start_of):
            start, end = mention.plain_start, mention.plain_end
            if start < at or start >= len(plain):
                continue
            pieces += (plain[at:start], BRAND)
            length += start - at + 1
            at = end
            self._starts.append(length)
            self._shifts.append(at - length)
        pieces += (plain[at:], " ")
        self.text = _BLANK.sub(" ", _DIGIT.sub("0", "".join(pieces)))

    def place(self, sign: int) -> int:
        """Where a sign stands in the text as read; for a brand, where it ends."""
        piece = bisect_right(self._starts, sign) - 1
        return max(0, sign + self._shifts[piece])


_start_of = attrgetter("plain_start")


def signs_of(read: ReadText, mentions: Sequence[BrandMention]) -> str:
    """The signs of a text, for whoever learns or counts stretches."""
    return Signs(read, mentions).text


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

    def pull(self, read: ReadText, mentions: Sequence[BrandMention]) -> Pull | None:
        """The pull of one text, with the words that pull most its way; ``None`` where nothing pulls. Never raises."""
        signs = Signs(read, mentions)
        hits = self._hits(signs)
        kinds = list(set(map(_number_of, hits)))
        pulls = list(map(self._pulls.__getitem__, kinds))
        whole = sum(pulls)
        if not whole:
            return None
        value = whole / sqrt(sum(map(self._squares.__getitem__, kinds)))
        telling = list(map(self._telling.__getitem__, kinds))
        strongest = kinds[telling.index(max(telling) if whole > 0.0 else min(telling))]
        span = read.span(*_words(read.plain, signs, *self._lengthened(hits, strongest)))
        return Pull(value, read.original[span[0] : span[1]], span)

    def _hits(self, signs: Signs) -> list[Hit]:
        try:
            return self._automaton.find_matches_as_indexes(signs.text, overlapping=True)
        except UnicodeEncodeError:  # a lone surrogate; each becomes one "?", so that places stay
            signs.text = signs.text.encode("utf-8", "replace").decode("utf-8")
            return self._automaton.find_matches_as_indexes(signs.text, overlapping=True)

    def _lengthened(self, hits: list[Hit], strongest: int) -> Span:
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


_number_of = itemgetter(0)


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
