"""Contributions → reasons that people can read, in Chinese and English. The weights are exact, not estimates."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from string import Formatter
from typing import NamedTuple

from detector.features.registry import REGISTRY, Observations
from detector.model import Score
from detector.types import Observation, Reason

MAX_REASONS = 8
SMALLEST = 0.05
"""Log-odds below which a contribution is not worth a line: it moves a probability by at most about one hundredth."""


class _Phrase(NamedTuple):
    """A template made ready: ``pattern % picked(words)`` is ``template.format(**words)`` at a third of its price."""

    pattern: str
    picked: Callable[[dict[str, str]], object]


def _phrase(template: str) -> _Phrase:
    pieces = list(Formatter().parse(template))
    pattern = "".join(text.replace("%", "%%") + ("" if name is None else "%s") for text, name, _, _ in pieces)
    names = [name for _, name, _, _ in pieces if name is not None]
    return _Phrase(pattern, itemgetter(*names) if names else _nothing)


def _nothing(_: dict[str, str]) -> tuple[()]:
    return ()


class _Phrases(dict[str, tuple[_Phrase, _Phrase]]):
    """Feature → its reason in Chinese and in English, made ready when first asked for."""

    def __missing__(self, name: str) -> tuple[_Phrase, _Phrase]:
        feature = REGISTRY[name]
        self[name] = entry = (_phrase(feature.zh), _phrase(feature.en))
        return entry


_PHRASES = _Phrases()
_WEIGHTLESS = frozenset(name for name in REGISTRY if name.startswith(("abstain.", "picture.")))
_size = itemgetter(0)


def explain(score: Score, observations: Observations) -> tuple[Reason, ...]:
    """At most eight reasons, the weightiest first, after those that never weigh: what is for people to judge."""
    reasons: list[Reason] = []
    if not _WEIGHTLESS.isdisjoint(observations):
        reasons += [_reason(name, o, 0.0) for name, o in sorted(observations.items()) if name in _WEIGHTLESS]
    weighty = [(abs(w), name, w) for name, w in score.contributions.items() if not -SMALLEST < w < SMALLEST]
    weighty.sort(key=_size, reverse=True)
    reasons += [_reason(name, observations[name], w) for _, name, w in weighty[:MAX_REASONS]]
    return tuple(reasons)


def _reason(name: str, observation: Observation, weight: float) -> Reason:
    (zh, zh_words), (en, en_words) = _PHRASES[name]
    evidence, details = observation.evidence, observation.details
    words = {"evidence": evidence or ""}
    if details is not None:
        words.update(details)
    return Reason(name, zh % zh_words(words), en % en_words(words), evidence, observation.span, round(weight, 6))
