"""Two models on targets that people decided: what each held, doubted and allowed, and whether the difference is chance.

The unit is the target, not the post: people decide targets, and a thousand posts of one are no thousand observations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from detector.decided_posts import DecidedPost, JudgedTarget
from detector.evaluation.comparison import mcnemar
from detector.evaluation.outcomes import GRAVITY
from detector.evaluation.rates import Verdicts, count_verdicts
from detector.score import Detector
from detector.types import Post, VerdictName

Z = 1.959964
"""Of a two-sided 95 % interval."""
Question = Literal["held", "flagged"]
_ANSWERS: dict[Question, Callable[[VerdictName], bool]] = {
    "held": lambda verdict: verdict in {"hold", "block"},
    "flagged": lambda verdict: verdict != "allow",
}


class ModelOnDecided(msgspec.Struct, frozen=True):
    """One model on the decided targets."""

    version: str
    counterfeit: Verdicts
    honest: Verdicts


class PairedDifference(msgspec.Struct, frozen=True):
    """One question about one label, asked of both models on the same targets."""

    counterfeit: bool
    question: Question
    """``held``: hold. ``flagged``: hold or review."""
    targets: int
    only_champion: int
    """Targets of which it is true under the model in use alone."""
    only_challenger: int
    difference: float
    """Share under the challenger minus share under the model in use."""
    low: float
    high: float
    """The 95 % interval of Agresti and Min (2005) for matched pairs."""
    p_value: float
    """McNemar's exact test (1947), two-sided."""
    weighted_difference: float
    """The same difference with each target weighed by the inverse probability that people looked at it."""


class DecidedComparison(msgspec.Struct, frozen=True):
    """A challenger beside the model in use, on what people decided."""

    champion: ModelOnDecided
    challenger: ModelOnDecided
    targets: int
    differences: tuple[PairedDifference, ...]


def compare_decided(champion: str, challenger: str, judged: Sequence[JudgedTarget]) -> DecidedComparison:
    """Compare two models, named by their versions."""
    return DecidedComparison(
        champion=_model(champion, judged, lambda t: t.champion),
        challenger=_model(challenger, judged, lambda t: t.challenger),
        targets=len(judged),
        differences=tuple(
            _difference(label, question, [t for t in judged if t.counterfeit == label])
            for label in (True, False)
            for question in _ANSWERS
        ),
    )


def _model(
    version: str, judged: Sequence[JudgedTarget], verdict: Callable[[JudgedTarget], VerdictName]
) -> ModelOnDecided:
    counterfeit, honest = (
        count_verdicts(verdict(t) for t in judged if t.counterfeit == label) for label in (True, False)
    )
    return ModelOnDecided(version, counterfeit, honest)


def _difference(label: bool, question: Question, judged: Sequence[JudgedTarget]) -> PairedDifference:
    answer = _ANSWERS[question]
    steps = [answer(t.challenger) - answer(t.champion) for t in judged]
    ours, theirs = steps.count(-1), steps.count(1)
    low, high = matched_interval(ours, theirs, len(judged))
    weight = sum(t.weight for t in judged)
    weighted = sum(t.weight * step for t, step in zip(judged, steps, strict=True))
    return PairedDifference(
        counterfeit=label,
        question=question,
        targets=len(judged),
        only_champion=ours,
        only_challenger=theirs,
        difference=round((theirs - ours) / len(judged), 4) if judged else 0.0,
        low=round(low, 4),
        high=round(high, 4),
        p_value=mcnemar(ours, theirs),
        weighted_difference=round(weighted / weight, 4) if judged else 0.0,
    )


def matched_interval(only_one: int, only_other: int, pairs: int) -> tuple[float, float]:
    """The 95 % interval of the difference other − one of matched shares: Wald's with half a pair added to each cell."""
    one, other, n = only_one + 0.5, only_other + 0.5, pairs + 2
    middle = (other - one) / n
    spread = Z * ((one + other) - (other - one) ** 2 / n) ** 0.5 / n
    return max(-1.0, middle - spread), min(1.0, middle + spread)


def judge_again(
    targets: Iterable[Sequence[DecidedPost]], champion: Detector, challenger: Detector
) -> list[JudgedTarget]:
    """Recorded posts scored anew by two models; a target gets the gravest verdict on its link. Pages are not kept."""
    found = []
    for posts in targets:
        if posts:
            ours, theirs = (_gravest(posts, detector) for detector in (champion, challenger))
            label = any(post.counterfeit for post in posts)
            found.append(JudgedTarget(posts[0].target, label, posts[0].weight, ours, theirs))
    return found


def _gravest(posts: Sequence[DecidedPost], detector: Detector) -> VerdictName:
    return max((_verdict_on_link(post, detector) for post in posts), key=GRAVITY.__getitem__)


def _verdict_on_link(post: DecidedPost, detector: Detector) -> VerdictName:
    verdicts = detector.score(Post(post.post_id, post.account_id, post.text, post.links))
    return next((v.verdict for v in verdicts if v.link is not None and v.link.target == post.target), "allow")
