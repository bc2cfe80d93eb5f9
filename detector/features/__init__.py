"""Features under one registry; importing this package registers them all."""

from detector.features import offer, page, post, url
from detector.features.registry import REGISTRY, Feature, Observations, observe

__all__ = ["REGISTRY", "Feature", "Observations", "observe", "offer", "page", "post", "url"]
