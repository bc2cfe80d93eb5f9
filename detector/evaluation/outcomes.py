"""What becomes of whole posts: all links and pages of a post, through the same door as in the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from detector.evaluation.rates import Verdicts, count_verdicts
from detector.evaluation.slices import SliceReport, by_slice
from detector.examples import Example, post_of
from detector.score import Detector, highest
from detector.types import LinkVerdict, Reason, VerdictName

GRAVITY: dict[VerdictName, int] = {"allow": 0, "review": 1, "hold": 2, "block": 3}


class Outcome(msgspec.Struct, frozen=True):
    """One post as the detector judges it, beside what it is."""

    example: Example
    verdict: VerdictName
    """The gravest of its links."""
    counterfeit_probability: float
    reasons: tuple[Reason, ...]
    """Of the link with the highest probability."""


class PostsReport(msgspec.Struct, frozen=True):
    """Whole posts, together and by kind."""

    posts: int
    counterfeit: Verdicts
    honest: Verdicts
    slices: tuple[SliceReport, ...]


def outcomes_of(
    detector: Detector, examples: Iterable[Example], tick: Callable[[], None] = lambda: None
) -> list[Outcome]:
    """Every example scored as a whole post; ``tick`` is called after each."""
    found = []
    for example in examples:
        found.append(_outcome(example, detector.score(post_of(example))))
        tick()
    return found


def _outcome(example: Example, verdicts: Sequence[LinkVerdict]) -> Outcome:
    worst = max(verdicts, key=lambda v: v.counterfeit_probability)
    gravest = max((v.verdict for v in verdicts), key=GRAVITY.__getitem__)
    return Outcome(example, gravest, highest(verdicts), worst.reasons)


def judge_posts(outcomes: Sequence[Outcome]) -> PostsReport:
    """Counts over all posts, and by source and slice."""
    return PostsReport(
        posts=len(outcomes),
        counterfeit=count_verdicts(o.verdict for o in outcomes if o.example.counterfeit),
        honest=count_verdicts(o.verdict for o in outcomes if not o.example.counterfeit),
        slices=by_slice((o.example, o.verdict) for o in outcomes),
    )
