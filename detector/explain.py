"""Contributions → reasons that people can read, in Chinese and English. The weights are exact, not estimates."""

from __future__ import annotations

from collections.abc import Iterable

from detector.features.registry import REGISTRY, Observations
from detector.model import Score
from detector.types import Observation, Reason

MAX_REASONS = 8
SMALLEST = 0.05
"""Log-odds below which a contribution is not worth a line: it moves a probability by at most about one hundredth."""


def explain(score: Score, observations: Observations) -> tuple[Reason, ...]:
    """At most eight reasons, the weightiest first, after those for parts that could not be judged."""
    abstained = [_reason(name, o, 0.0) for name, o in observations.items() if name.startswith("abstain.")]
    weighty = ((name, w) for name, w in score.contributions.items() if abs(w) >= SMALLEST)
    ranked = sorted(weighty, key=lambda item: -abs(item[1]))[:MAX_REASONS]
    return tuple(abstained + [_reason(name, observations[name], weight) for name, weight in ranked])


def _reason(name: str, observation: Observation, weight: float) -> Reason:
    feature = REGISTRY[name]
    words = {"evidence": observation.evidence or "", **(observation.details or {})}
    return Reason(
        code=name,
        zh=feature.zh.format(**words),
        en=feature.en.format(**words),
        evidence=observation.evidence,
        span=observation.span,
        weight=round(weight, 6),
    )


def reason_codes() -> Iterable[str]:
    """Every code that a reason may have."""
    return sorted(REGISTRY)
