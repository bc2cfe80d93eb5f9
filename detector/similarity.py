"""How alike two texts are: the share of their stretches of four letters that both have (Broder 1997)."""

from __future__ import annotations

GRAM = 4


def grams(plain: str) -> frozenset[str]:
    """Every stretch of four letters or digits; spaces and signs do not count."""
    letters = "".join(sign for sign in plain if sign.isalnum())
    return frozenset(letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1))


def resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity, 0 to 1; of two empty sets 1."""
    both = len(one & other)
    every = len(one) + len(other) - both
    return both / every if every else 1.0
