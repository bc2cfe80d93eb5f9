"""Whether reasons are the reasons: cited words are taken out of the post, and its score must fall.

Compared with taking out other words of the same length, because a shorter text alone may score lower
("comprehensiveness" of a rationale: DeYoung et al., 2020, ERASER).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

import msgspec

from detector.evaluation.outcomes import Outcome
from detector.evaluation.rates import Rate, rate
from detector.examples import post_of
from detector.model import log_odds
from detector.score import Detector, highest
from detector.types import Post, Reason, Span

SEED = 298
MOST = 500


class DeletionReport(msgspec.Struct, frozen=True):
    """Posts that are not allowed and cite words of their text."""

    posts: int
    falls: Rate
    """Those whose probability falls when every cited word that spoke against them is gone."""
    mean_drop: float
    """In log-odds."""
    mean_drop_of_chance: float
    """The same when as many other signs are taken out, in pieces of the same lengths."""


def judge_deletion(
    detector: Detector, outcomes: Iterable[Outcome], tick: Callable[[], None] = lambda: None
) -> DeletionReport:
    """Take out what is cited, then as much of chance; at most 500 posts, the first ones; ``tick`` after each."""
    drops: list[float] = []
    others: list[float] = []
    for outcome in outcomes:
        spans = cited(outcome.reasons)
        if outcome.verdict == "allow" or not spans or len(drops) == MOST:
            continue
        post = post_of(outcome.example)
        start = _odds(outcome.counterfeit_probability)
        drops.append(start - _score(detector, without_spans(post, spans)))
        others.append(start - _score(detector, without_spans(post, _elsewhere(post.text, spans, len(drops)))))
        tick()
    n = max(1, len(drops))
    return DeletionReport(
        posts=len(drops),
        falls=rate(sum(drop > 0 for drop in drops), len(drops)),
        mean_drop=round(sum(drops) / n, 3),
        mean_drop_of_chance=round(sum(others) / n, 3),
    )


def cited(reasons: Sequence[Reason]) -> list[Span]:
    """Places in the text that reasons against the post cite, in order, without overlaps."""
    found: list[Span] = []
    for start, end in sorted(r.span for r in reasons if r.span is not None and r.weight > 0):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def without_spans(post: Post, spans: Sequence[Span]) -> Post:
    """The post with blanks in these places, so that what stood beside them does not grow together."""
    text = post.text
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return msgspec.structs.replace(post, text=text)


def _elsewhere(text: str, spans: Sequence[Span], number: int) -> list[Span]:
    """As many pieces of the same lengths that touch no cited one, as far as there is room."""
    taken = [any(start <= place < end for start, end in spans) for place in range(len(text))]
    chance, found = Random(f"{SEED}:{number}"), []  # noqa: S311 - no secret
    for start, end in spans:
        length = end - start
        free = [at for at in range(len(text) - length + 1) if not any(taken[at : at + length])]
        if free:
            at = chance.choice(free)
            taken[at : at + length] = [True] * length
            found.append((at, at + length))
    return sorted(found)


def _score(detector: Detector, post: Post) -> float:
    return _odds(highest(detector.score(post)))


def _odds(probability: float) -> float:
    return log_odds(min(max(probability, 1e-6), 1 - 1e-6))
