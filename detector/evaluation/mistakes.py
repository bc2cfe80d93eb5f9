"""The worst mistakes, to be read by people: a table of rates does not tell why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from detector.evaluation.outcomes import Outcome
from detector.examples import Example
from detector.types import Reason, VerdictName

MOST = 20
MOST_OF_A_SLICE = 3
"""So that ten thousand bare hosts do not fill the list of what was missed."""
TEXT_CHARS = 600


class Mistake(msgspec.Struct, frozen=True):
    """One post with what was thought of it."""

    name: str
    source: str
    slice: str
    counterfeit: bool
    verdict: VerdictName
    counterfeit_probability: float
    text: str
    """The first 600 characters."""
    links: tuple[str, ...]
    reasons: tuple[Reason, ...]
    """Their spans are places in ``text``; those that lie beyond it are left out."""


class Mistakes(msgspec.Struct, frozen=True):
    """At most twenty of each kind, three of a slice, the worst first."""

    honest: tuple[Mistake, ...]
    """Honest posts with the highest probabilities, of those that are not allowed."""
    counterfeit: tuple[Mistake, ...]
    """Counterfeit posts with the lowest probabilities, of those that are not held."""


def is_sealed(example: Example) -> bool:
    """Whether a post is counted but never shown: nothing may be chosen by looking at the written test posts."""
    return example.split == "test" and example.source.startswith("written/")


def worst_mistakes(outcomes: Sequence[Outcome]) -> Mistakes:
    """The mistakes to look at first, sealed posts left out."""
    shown = [o for o in outcomes if not is_sealed(o.example)]
    accused = [o for o in shown if not o.example.counterfeit and o.verdict != "allow"]
    missed = [o for o in shown if o.example.counterfeit and o.verdict in {"allow", "review"}]
    return Mistakes(
        honest=_first(sorted(accused, key=lambda o: -o.counterfeit_probability)),
        counterfeit=_first(sorted(missed, key=lambda o: o.counterfeit_probability)),
    )


def _first(outcomes: Iterable[Outcome]) -> tuple[Mistake, ...]:
    taken: Counter[tuple[str, str]] = Counter()
    found: list[Mistake] = []
    for outcome in outcomes:
        key = (outcome.example.source, outcome.example.slice)
        if taken[key] < MOST_OF_A_SLICE and len(found) < MOST:
            taken[key] += 1
            found.append(mistake(outcome))
    return tuple(found)


def mistake(outcome: Outcome) -> Mistake:
    """One outcome, cut to what people read; of a sealed post, no more than what became of it."""
    example, sealed = outcome.example, is_sealed(outcome.example)
    text = "" if sealed else (example.text or "")[:TEXT_CHARS]
    links = () if sealed else example.links or ((example.url,) if example.url else ())
    return Mistake(
        name=example.name,
        source=example.source,
        slice=example.slice,
        counterfeit=example.counterfeit,
        verdict=outcome.verdict,
        counterfeit_probability=outcome.counterfeit_probability,
        text=text,
        links=links[:3],
        reasons=() if sealed else tuple(_within(reason, len(text)) for reason in outcome.reasons),
    )


def _within(reason: Reason, length: int) -> Reason:
    inside = reason.span is not None and reason.span[1] <= length
    return reason if inside else msgspec.structs.replace(reason, span=None)
