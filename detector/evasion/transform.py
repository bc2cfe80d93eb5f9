"""What a transform is: a post, how hard to try, and a seeded source of chance; out comes a post."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Literal

import msgspec

Strength = Literal["light", "medium", "heavy"]
STRENGTHS: tuple[Strength, ...] = ("light", "medium", "heavy")
SHARE: dict[Strength, float] = {"light": 0.15, "medium": 0.4, "heavy": 0.9}
"""Share of the places at which a transform could act where it does."""
COUNT: dict[Strength, int] = {"light": 1, "medium": 3, "heavy": 8}
"""How many things are added, for transforms that add."""
MOST_SIGNS = 100_000
"""No transform makes a text longer than a post may be."""


class Words(msgspec.Struct, frozen=True):
    """The part of a post that a seller writes."""

    text: str
    links: tuple[str, ...] = ()


Apply = Callable[[Words, Strength, Random], Words]


class Transform(msgspec.Struct, frozen=True):
    """One way to hide."""

    name: str
    zh: str
    en: str
    imitates: str
    """The abuse pattern that it stands for."""
    apply: Apply


TRANSFORMS: dict[str, Transform] = {}


def transform(name: str, zh: str, en: str, imitates: str) -> Callable[[Apply], Apply]:
    """Register a function as a transform; what it returns is cut to what a post may hold."""

    def register(function: Apply) -> Apply:
        if name in TRANSFORMS:
            raise ValueError(f"The transform {name} is registered twice.")
        TRANSFORMS[name] = Transform(name, zh, en, imitates, _bounded(function))
        return function

    return register


def _bounded(function: Apply) -> Apply:
    def apply(words: Words, strength: Strength, chance: Random) -> Words:
        changed = function(words, strength, chance)
        return Words(changed.text[:MOST_SIGNS], changed.links)

    return apply


def each_sign(words: Words, strength: Strength, chance: Random, change: Callable[[str, Random], str | None]) -> Words:
    """Change a share of the signs; ``change`` gives ``None`` for signs at which it cannot act."""
    out = []
    for sign in words.text:
        changed = change(sign, chance)
        out.append(sign if changed is None or chance.random() >= SHARE[strength] else changed)
    return Words("".join(out), words.links)


def each_word(
    words: Words, strength: Strength, chance: Random, table: Mapping[str, tuple[str, ...]], *, any_case: bool = False
) -> Words:
    """Replace a share of the places where a word of the table stands, the longest word first."""
    text, out, at = words.text, [], 0
    low = text.lower() if any_case and len(text.lower()) == len(text) else text
    longest = max(map(len, table))
    while at < len(text):
        found = next((low[at : at + n] for n in range(longest, 0, -1) if low[at : at + n] in table), None)
        if found is None or chance.random() >= SHARE[strength]:
            step = 1 if found is None else len(found)
            out.append(text[at : at + step])
        else:
            step = len(found)
            out.append(chance.choice(table[found]))
        at += step
    return Words("".join(out), words.links)
