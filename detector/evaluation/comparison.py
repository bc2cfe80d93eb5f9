"""Two models on the same posts: what changes, for whom, and whether it could be chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from scipy.stats import binomtest

from detector.evaluation.mistakes import Mistake, mistake
from detector.evaluation.outcomes import GRAVITY, Outcome
from detector.evaluation.slices import grouped, slice_key
from detector.types import VerdictName

MOST_CHANGES = 200


class McNemar(msgspec.Struct, frozen=True):
    """McNemar's exact test (1947) on posts that one model gets wrong and the other right."""

    question: str
    """``hold``: wrong is an honest post held or a counterfeit one not. ``review``: the same for review or hold."""
    wrong_in_model: int
    """Posts that the model alone gets wrong."""
    wrong_in_challenger: int
    p_value: float
    """Two-sided, from the binomial distribution. It takes posts as independent, which near-duplicates are not."""


class SliceChange(msgspec.Struct, frozen=True):
    """Verdicts of one slice under both models: ``"allow → hold"``, and how many."""

    source: str
    slice: str
    counterfeit: bool
    posts: int
    changes: dict[str, int]
    """Only those that changed."""


class Change(msgspec.Struct, frozen=True):
    """One post whose verdict changes."""

    verdict: VerdictName
    """What the model said; the challenger's is in ``post``, with its reasons."""
    counterfeit_probability: float
    better: bool
    """The challenger is nearer to the label."""
    post: Mistake


class Comparison(msgspec.Struct, frozen=True):
    """A challenger beside a model, each at its own thresholds."""

    model_version: str
    challenger_version: str
    posts: int
    changed: int
    tests: tuple[McNemar, ...]
    slices: tuple[SliceChange, ...]
    """Slices in which a verdict changed."""
    changes: tuple[Change, ...]
    """At most 200: what got worse first, honest posts before counterfeit ones."""


def compare(model: str, challenger: str, ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> Comparison:
    """Compare the outcomes of two models, named by their versions, on the same examples in the same order."""
    pairs = list(zip(ours, theirs, strict=True))
    changes = [_change(a, b) for a, b in pairs if a.verdict != b.verdict]
    changes.sort(key=lambda c: (c.better, c.post.counterfeit))
    return Comparison(
        model_version=model,
        challenger_version=challenger,
        posts=len(pairs),
        changed=len(changes),
        tests=(_test("hold", pairs, _held_wrongly), _test("review", pairs, _reviewed_wrongly)),
        slices=_slices(pairs),
        changes=tuple(changes[:MOST_CHANGES]),
    )


def _change(ours: Outcome, theirs: Outcome) -> Change:
    harsher = GRAVITY[theirs.verdict] > GRAVITY[ours.verdict]
    better = harsher == ours.example.counterfeit
    return Change(ours.verdict, ours.counterfeit_probability, better, mistake(theirs))


def _held_wrongly(outcome: Outcome) -> bool:
    return (outcome.verdict in {"hold", "block"}) != outcome.example.counterfeit


def _reviewed_wrongly(outcome: Outcome) -> bool:
    return (outcome.verdict != "allow") != outcome.example.counterfeit


def _test(question: str, pairs: Sequence[tuple[Outcome, Outcome]], is_wrong: Callable[[Outcome], bool]) -> McNemar:
    ours = sum(is_wrong(a) and not is_wrong(b) for a, b in pairs)
    theirs = sum(is_wrong(b) and not is_wrong(a) for a, b in pairs)
    return McNemar(question, ours, theirs, mcnemar(ours, theirs))


def mcnemar(one: int, other: int) -> float:
    """Two-sided exact p-value of so many discordant pairs each way; 1 where there are none."""
    return float(binomtest(one, one + other, 0.5).pvalue) if one + other else 1.0


def _slices(pairs: Sequence[tuple[Outcome, Outcome]]) -> tuple[SliceChange, ...]:
    groups = grouped(pairs, lambda p: slice_key(p[0].example))
    found = []
    for (honest, source, name), group in groups:
        changes: dict[str, int] = {}
        for a, b in group:
            if a.verdict != b.verdict:
                step = f"{a.verdict} → {b.verdict}"
                changes[step] = changes.get(step, 0) + 1
        if changes:
            found.append(SliceChange(source, name, not honest, len(group), dict(sorted(changes.items()))))
    return tuple(found)
