"""Features under one registry; importing this package registers them all."""

from detector.features import concept, offer, page, picture, post, stance, url, wording
from detector.features.registry import REGISTRY, Feature, Observations, observe

__all__ = [
    "REGISTRY",
    "Feature",
    "Observations",
    "concept",
    "observe",
    "offer",
    "page",
    "picture",
    "post",
    "stance",
    "url",
    "wording",
]
