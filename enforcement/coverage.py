"""Can every rule be reached, and is there a class for every case? Tried on all cases that the conditions tell apart."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from enforcement.book import OffenceClass, Rule
from enforcement.conditions import FACTS, NEUTRAL, FactValue, context

MAX_CASES = 8192
_NUMBERS = re.compile(r"(?<![\w.'])\d{1,9}(?![\w.'])")


class TooManyCasesError(ValueError):
    """The conditions tell more cases apart than can be tried."""


def decisive_rule(classes: Sequence[OffenceClass], facts: Any) -> tuple[OffenceClass, Rule] | None:
    """The first rule that holds in the gravest class that has one; ``facts`` come from ``conditions.context``."""
    for offence in reversed(classes):
        for rule in offence.rules:
            if rule.holds(facts):
                return offence, rule
    return None


def find_gaps(classes: Sequence[OffenceClass]) -> tuple[set[str], dict[str, FactValue] | None]:
    """Rules that never decide, and a case for which no rule holds (``None``: there is none).

    :class:`TooManyCasesError` where the cases cannot all be tried; ``ConditionError`` where one cannot be worked out.
    """
    unreached = {rule.id for offence in classes for rule in offence.rules}
    gap: dict[str, FactValue] | None = None
    for case in _cases(classes):
        facts = context({**NEUTRAL, **case})
        for rule in (r for offence in classes for r in offence.rules):
            rule.holds.tried(facts)
        found = decisive_rule(classes, facts)
        if found is not None:
            unreached.discard(found[1].id)
        elif gap is None:
            gap = case
    return unreached, gap


def _cases(classes: Sequence[OffenceClass]) -> Iterator[dict[str, FactValue]]:
    """All combinations of the values that matter, of the facts that are named."""
    rules = [rule for offence in classes for rule in offence.rules]
    names = sorted(set().union(*(rule.holds.names for rule in rules)))
    numbers = sorted({int(n) for rule in rules for n in _NUMBERS.findall(rule.when)})
    choices = [_values(name, numbers) for name in names]
    if math.prod(map(len, choices)) > MAX_CASES:
        raise TooManyCasesError
    for combination in itertools.product(*choices):
        yield dict(zip(names, combination, strict=True))


def _values(name: str, numbers: Sequence[int]) -> Sequence[FactValue]:
    fact = FACTS[name]
    if fact.type == "bool":
        return (False, True)
    if fact.type == "string":
        return fact.values
    least = int(fact.neutral)
    near = {least, *(n + d for n in numbers for d in (-1, 0, 1))}
    return sorted(n for n in near if n >= least)
