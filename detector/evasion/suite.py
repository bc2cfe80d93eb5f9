"""What is left of the detection under every transform, on a fixed set of posts.

The set: counterfeit posts that the model does not allow as they stand, and honest posts, drawn in turns from every
source so that no large one fills it. A transform that makes a post unreadable for people too would be no way to sell;
so recall that is lost only at the heaviest strength counts for less than at the lightest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

import msgspec

from detector.evaluation.outcomes import Outcome
from detector.evaluation.rates import Rate, rate
from detector.evasion import link_tricks, padding, signs, wordings
from detector.evasion.transform import STRENGTHS, TRANSFORMS, Strength, Words
from detector.examples import Example, post_of
from detector.model import log_odds
from detector.score import Detector, highest
from detector.types import LinkVerdict, Post

FAMILIES = (signs, wordings, padding, link_tricks)
"""Importing them registers their transforms."""
MOST_OF_A_CLASS = 300
SEED = 298
RECALL_KEPT = 0.95
FALSE_HOLDS = 0.005
"""What is aimed at."""


class Under(msgspec.Struct, frozen=True):
    """Posts under one transform at one strength."""

    name: str
    strength: Strength
    changed: int
    """Counterfeit posts that the transform changes at all; the others count as kept."""
    recall_kept: Rate
    """Of the counterfeit posts that were not allowed, those that still are not."""
    honest_held: Rate
    honest_reviewed: Rate
    shift: float
    """Mean change of the counterfeit posts' log-odds; below zero they look more honest."""


class EvasionReport(msgspec.Struct, frozen=True):
    """The whole suite."""

    counterfeit: int
    honest: int
    synthetic: int
    """How many of both are texts that this project wrote itself."""
    honest_held_before: Rate
    honest_reviewed_before: Rate
    under: tuple[Under, ...]

    @property
    def failures(self) -> tuple[Under, ...]:
        """Where recall kept or false holds miss what is aimed at."""
        return tuple(u for u in self.under if u.recall_kept.share < RECALL_KEPT or u.honest_held.share > FALSE_HOLDS)


def fixed_set(outcomes: Sequence[Outcome], most: int = MOST_OF_A_CLASS) -> tuple[list[Example], list[Example]]:
    """Counterfeit posts that are not allowed, and honest ones; the same ones every time."""
    guilty = [o.example for o in outcomes if o.example.counterfeit and o.verdict != "allow" and o.example.text]
    honest = [o.example for o in outcomes if not o.example.counterfeit and o.example.text]
    return _in_turns(guilty, most), _in_turns(honest, most)


def _in_turns(examples: Iterable[Example], most: int) -> list[Example]:
    """One of each source in turn, in an order of chance that is always the same."""
    by_source: dict[str, list[Example]] = {}
    for example in examples:
        by_source.setdefault(example.source, []).append(example)
    for group in by_source.values():
        Random(SEED).shuffle(group)  # noqa: S311 - no secret
    chosen: list[Example] = []
    turn = 0
    while len(chosen) < most and any(turn < len(group) for group in by_source.values()):
        chosen += [group[turn] for _, group in sorted(by_source.items()) if turn < len(group)]
        turn += 1
    return chosen[:most]


def run_suite(
    detector: Detector, outcomes: Sequence[Outcome], tick: Callable[[], None] = lambda: None
) -> EvasionReport:
    """Score the fixed set under every transform and strength; ``tick`` is called after each of them."""
    guilty, honest = fixed_set(outcomes)
    before = {id(e): _probability(detector, post_of(e)) for e in guilty}
    plain = [_gravest(detector.score(post_of(e))) for e in honest]
    under = []
    for name in TRANSFORMS:
        for strength in STRENGTHS:
            under.append(_under(detector, name, strength, guilty, honest, before))
            tick()
    return EvasionReport(
        counterfeit=len(guilty),
        honest=len(honest),
        synthetic=sum(e.synthetic for e in (*guilty, *honest)),
        honest_held_before=rate(plain.count("hold"), len(plain)),
        honest_reviewed_before=rate(plain.count("review"), len(plain)),
        under=tuple(under),
    )


def suite_steps() -> int:
    """How many times ``tick`` will be called."""
    return len(TRANSFORMS) * len(STRENGTHS)


def _under(  # noqa: PLR0917 - each is one thing, and all are needed
    detector: Detector,
    name: str,
    strength: Strength,
    guilty: Sequence[Example],
    honest: Sequence[Example],
    before: dict[int, float],
) -> Under:
    changed = kept = 0
    shift = 0.0
    for number, example in enumerate(guilty):
        post = transformed(example, name, strength, number)
        verdicts = detector.score(post)
        changed += post != post_of(example)
        kept += _gravest(verdicts) != "allow"
        shift += _odds(highest(verdicts)) - _odds(before[id(example)])
    found = [_gravest(detector.score(transformed(e, name, strength, n))) for n, e in enumerate(honest)]
    return Under(
        name=name,
        strength=strength,
        changed=changed,
        recall_kept=rate(kept, len(guilty)),
        honest_held=rate(found.count("hold"), len(found)),
        honest_reviewed=rate(found.count("review"), len(found)),
        shift=round(shift / max(1, len(guilty)), 3),
    )


def transformed(example: Example, name: str, strength: Strength, number: int) -> Post:
    """The post of an example under a transform; what chance decides depends on its number alone."""
    post = post_of(example)
    chance = Random(f"{SEED}:{name}:{number}")  # noqa: S311 - no secret
    words = TRANSFORMS[name].apply(Words(post.text, post.links), strength, chance)
    return msgspec.structs.replace(post, text=words.text, links=words.links)


def _gravest(verdicts: Sequence[LinkVerdict]) -> str:
    found = {v.verdict for v in verdicts}
    return "hold" if found & {"hold", "block"} else "review" if "review" in found else "allow"


def _probability(detector: Detector, post: Post) -> float:
    return highest(detector.score(post))


def _odds(probability: float) -> float:
    return log_odds(min(max(probability, 1e-6), 1 - 1e-6))
