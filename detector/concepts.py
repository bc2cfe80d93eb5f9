"""Concepts: ideas by which sellers of copies betray themselves, and by which honest people show that they are not such.

A phrase is soon replaced by another; the idea behind it is not. So a concept is mostly two sets of terms, one of each
within a few characters, in any order: {同事, 闺蜜, 柜姐} beside {看不出, 拿错, 认不出}. ``detector/data/concepts.json``
is curated from general knowledge of how sellers and buyers write; what each concept weighs is learned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from string import Formatter
from typing import Literal

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detector.text import read_text
from detector.types import ReadText, Span

MAX_HITS = 400
"""Terms of one text that are looked at; what stands behind them is left out, so that the work is bounded."""
MAX_TERM = 30
MAX_NEAR = 30
_DATA = Path(__file__).parent / "data" / "concepts.json"

_FIRST, _SECOND, _ALONE, _NOT = range(4)
"""Roles of a term in a concept. A slot is ``4 * concept + role``, so the other set of a pair is ``slot ^ 1``."""
_LATIN_START, _LATIN_END = 1, 2

Hit = tuple[int, int, int]
"""Number of the term, start and end in the text as read."""
Hidden = dict[int, list[Span]]
"""Places where a concept does not count, by its number."""


class ConceptsError(ValueError):
    """The file of concepts is wrong; the message says where."""


class Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One idea, as the file lists it."""

    id: str
    direction: Literal["fake", "genuine", "either"]
    zh: str
    """The reason; ``{evidence}`` stands for what was found. ``en`` likewise."""
    en: str
    meaning: str
    """What it means, and the abuse pattern behind it."""
    near: int = 10
    """Most characters between the two terms of a pair."""
    pair: tuple[tuple[str, ...], ...] = msgspec.field(name="any", default=())
    """Two sets of terms that count together; empty where the concept has phrases only."""
    alone: tuple[str, ...] = ()
    """Phrases that count by themselves."""
    hidden: tuple[str, ...] = msgspec.field(name="not", default=())
    """Phrases that hide the terms which they touch: 跟专柜不一样 is no likeness."""


class FoundConcept(msgspec.Struct, frozen=True, gc=False):
    """The first place where a concept was found."""

    id: str
    span: Span
    """Place in the original text, from the first sign of the one term to the last of the other."""
    evidence: str
    """The words as sent."""


class ConceptFinder:
    """All terms of all concepts in one automaton. Immutable; one may serve many threads."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = tuple(concepts)
        slots = _slots_by_term(self.concepts)
        self._slots = [tuple(of_term) for of_term in slots.values()]
        self._edges = [_latin_edges(term) for term in slots]
        self._near = [concept.near for concept in self.concepts]
        self._automaton = AhoCorasick(
            list(slots), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )

    def find(self, read: ReadText) -> tuple[FoundConcept, ...]:
        """Every concept in the text with its first evidence, in the order in which they are complete."""
        hits = self._hits(read.plain)
        hidden: Hidden = {}
        found = self._complete(hits, hidden)
        if hidden:
            found = self._complete(hits, hidden, again=True)
        return tuple(self._as_found(read, number, span) for number, span in found.items())

    def _hits(self, plain: str) -> list[Hit]:
        """Terms in the order of their ends, overlapping ones too: 专柜正品 is 正品 as well."""
        try:
            matches = self._automaton.find_matches_as_indexes(plain, overlapping=True)
        except UnicodeEncodeError:  # a lone surrogate; each becomes one "?", so that places stay
            plain = plain.encode("utf-8", "replace").decode("utf-8")
            matches = self._automaton.find_matches_as_indexes(plain, overlapping=True)
        edges = self._edges
        # Cut after the check of word boundaries: parts of other words must not use up the hits.
        whole = (hit for hit in matches if not edges[hit[0]] or _is_whole(plain, hit[1], hit[2], edges[hit[0]]))
        return list(islice(whole, MAX_HITS))

    def _complete(self, hits: list[Hit], hidden: Hidden, *, again: bool = False) -> dict[int, Span]:
        """Number of each concept that is complete → its first place. Fills ``hidden`` when it is read first.

        A term is paired with the last one of the other set before it: enough, and linear.
        """
        all_slots, near = self._slots, self._near
        last: dict[int, Hit] = {}
        found: dict[int, Span] = {}
        for hit in hits:
            number, start, end = hit
            for slot in all_slots[number]:
                concept = slot >> 2
                if again and _touches(start, end, hidden.get(concept, ())):
                    continue
                if slot & 2:
                    if slot & 1:
                        hidden.setdefault(concept, []).append((start, end))
                    elif concept not in found:
                        found[concept] = (start, end)
                    continue
                last[slot] = hit
                other = last.get(slot ^ 1)
                if other is not None and 0 <= start - other[2] <= near[concept] and concept not in found:
                    found[concept] = (other[1], end)
        return found

    def _as_found(self, read: ReadText, number: int, place: Span) -> FoundConcept:
        span = read.span(*place)
        return FoundConcept(self.concepts[number].id, span, read.original[span[0] : span[1]])


def _slots_by_term(concepts: Iterable[Concept]) -> dict[str, list[int]]:
    slots: dict[str, list[int]] = {}
    for number, concept in enumerate(concepts):
        for role, terms in _roles(concept):
            for term in terms:
                for written in _as_written(read_text(term).plain):
                    slots.setdefault(written, []).append(4 * number + role)
    return slots


def _roles(concept: Concept) -> Iterator[tuple[int, tuple[str, ...]]]:
    yield from enumerate(concept.pair)
    yield _ALONE, concept.alone
    yield _NOT, concept.hidden


def _as_written(plain: str) -> tuple[str, ...]:
    """Chinese keyboards write a colon in full width: 1：18."""
    return (plain, plain.replace(":", "：")) if ":" in plain else (plain,)


def _latin_edges(term: str) -> int:
    """Ends at which a Latin letter or digit would make another word of the term: ``rep`` is not in ``report``."""
    start = _LATIN_START if term[0].isascii() and term[0].isalnum() else 0
    return start + (_LATIN_END if term[-1].isascii() and term[-1].isalnum() else 0)


def _is_whole(plain: str, start: int, end: int, edges: int) -> bool:
    before = plain[start - 1] if edges & _LATIN_START and start else " "
    after = plain[end] if edges & _LATIN_END and end < len(plain) else " "
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _touches(start: int, end: int, places: Iterable[Span]) -> bool:
    return any(start < place[1] and place[0] < end for place in places)


# --- the file ---------------------------------------------------------------------------------------------------------


def load_concepts(path: Path | None = None) -> tuple[Concept, ...]:
    """Read and check a file of concepts, the shipped one by default. Raises ``ConceptsError`` or ``OSError``."""
    source = path or _DATA
    try:
        concepts = msgspec.json.decode(source.read_bytes(), type=tuple[Concept, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConceptsError(f"{source}: {error}") from error
    check_concepts(concepts)
    return concepts


def check_concepts(concepts: Iterable[Concept]) -> None:
    """Refuse what would be silently wrong, with a message that names the concept and the term."""
    ids: set[str] = set()
    for concept in concepts:
        if concept.id in ids:
            raise ConceptsError(f"two concepts have the id {concept.id!r}; rename one")
        ids.add(concept.id)
        _refuse_bad_fields(concept)
        _refuse_bad_sets(concept)
        _refuse_bad_terms(concept)


def _refuse_bad_fields(concept: Concept) -> None:
    if not re.fullmatch("[a-z_]+", concept.id):
        raise ConceptsError(f"the id {concept.id!r} must be of small letters and underscores")
    if not concept.meaning.endswith("."):
        raise ConceptsError(f"{concept.id!r}: the meaning must be a sentence, with its full stop")
    if not 0 <= concept.near <= MAX_NEAR:
        raise ConceptsError(f"{concept.id!r}: near is {concept.near}; want 0 to {MAX_NEAR}")
    for reason in (concept.zh, concept.en):
        if _placeholders(concept, reason) != ["evidence"]:
            raise ConceptsError(f"{concept.id!r}: the reason {reason!r} must have {{evidence}} once, and no other")


def _placeholders(concept: Concept, reason: str) -> list[str]:
    try:
        return [field for _, field, _, _ in Formatter().parse(reason) if field is not None]
    except ValueError as error:
        raise ConceptsError(f"{concept.id!r}: the reason {reason!r} has a loose brace") from error


def _refuse_bad_sets(concept: Concept) -> None:
    if len(concept.pair) not in {0, 2}:
        raise ConceptsError(f"{concept.id!r}: any has {len(concept.pair)} sets of terms; want two, or none")
    if not all(concept.pair):
        raise ConceptsError(f"{concept.id!r}: a set in any is empty; leave any out where there is no pair")
    if not concept.pair and not concept.alone:
        raise ConceptsError(f"{concept.id!r} has neither any nor alone, so it can never be found")


def _refuse_bad_terms(concept: Concept) -> None:
    role_of: dict[str, str] = {}
    for role, terms in _roles(concept):
        for term in terms:
            plain = read_text(term).plain
            if len(term) > MAX_TERM:
                raise ConceptsError(f"{concept.id!r}: the term {term!r} is longer than {MAX_TERM}")
            if not plain.strip():
                raise ConceptsError(f"{concept.id!r}: nothing is left of the term {term!r} when it is read")
            if plain != plain.strip():
                raise ConceptsError(f"{concept.id!r}: the term {term!r} begins or ends with a blank")
            if plain in role_of:
                raise ConceptsError(f"{concept.id!r} has the term {term!r} twice")
            role_of[plain] = str(role)


@lru_cache(maxsize=1)
def default_concepts() -> ConceptFinder:
    """The finder over the shipped concepts; built once."""
    return ConceptFinder(load_concepts())
