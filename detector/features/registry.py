"""The one list of features. A feature is named, described and given its reason here, before anything may emit it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from detector.reading import Evidence
from detector.types import Observation

Part = Literal["url", "text", "offer", "page", "picture"]
Direction = Literal["fake", "genuine", "either"]
Observations = dict[str, Observation]
Extractor = Callable[[Evidence, Observations], None]
"""Adds what it observes. What is absent is left out: a missing feature weighs nothing."""

STRONG = 2.5
CHEAP_TO_FAKE = 1.2
"""For signs of honesty that anybody can put into a text or a page."""
DECISIVE = 4.5
"""For the offence itself: a brand's goods at a price at which the brand's goods are not sold."""
WEAK = 0.8
"""For signs that many honest people show as well: the shape of a host, bargain talk, a price somewhat low."""

VERY_WEAK = 0.35
"""For signs that cost honest people nothing to show: hyphens in the name of a shop."""


class Feature(msgspec.Struct, frozen=True):
    """One named feature. ``zh`` and ``en`` are reasons with ``{placeholders}`` from its observation."""

    name: str
    part: Part
    meaning: str
    """What its value is, and its range."""
    zh: str
    en: str
    direction: Direction = "either"
    """Which way it may weigh. A reason whose sign contradicts its words would be worse than none, so training
    keeps to it; ``either`` where both are plausible."""
    limit: float = STRONG
    """Largest weight it may get, in log-odds per unit: what must never be enough alone stays small."""
    floor: float = 0.0
    """Smallest weight it may get: what is the offence itself counts, however few rows of ours show it. Left free, a
    fit gives its due to the words that happen to stand beside it. Of a feature that speaks for honesty, below zero."""


REGISTRY: dict[str, Feature] = {}
EXTRACTORS: list[Extractor] = []


def feature(
    name: str,
    part: Part,
    meaning: str,
    direction: Direction = "either",
    limit: float = STRONG,
    *,
    zh: str,
    en: str,
    floor: float = 0.0,
) -> str:
    """Register a feature; returns its name. :class:`ValueError` where the name is taken."""
    if name in REGISTRY:
        raise ValueError(f"The feature {name} is registered twice.")
    REGISTRY[name] = Feature(name, part, meaning, zh, en, direction, limit, floor)
    return name


def extractor(function: Extractor) -> Extractor:
    """Register a function that observes features."""
    EXTRACTORS.append(function)
    return function


def observe(evidence: Evidence) -> Observations:
    """All features of one link's evidence. Pure, and never raises."""
    observations: Observations = {}
    for extract in EXTRACTORS:
        extract(evidence, observations)
    return observations
