"""How posts looked to a model when it was judged, kept in its card: what a platform's posts are compared with. Pure."""

from __future__ import annotations

import msgspec

BANDS = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95)
"""Lower ends of the bands of the probability, at the prevalence of the card."""


class Looks(msgspec.Struct, frozen=True):
    """Posts of one label."""

    posts: int
    bands: tuple[int, ...]
    """How many have a probability in each of ``BANDS``."""
    features: dict[str, int]
    """How many show each feature; one that none shows is left out."""


class Reference(msgspec.Struct, frozen=True):
    """Posts with text that the model was judged by, with no part hidden."""

    prevalence: float
    """That the bands' probabilities are calibrated for, 0 to 1."""
    honest: Looks
    counterfeit: Looks

    def bands_at(self, prevalence: float) -> tuple[float, ...]:
        """Share of posts in each band, 0 to 1, where so many are counterfeit."""
        pairs = zip(self.honest.bands, self.counterfeit.bands, strict=True)
        return tuple(self._mixed(honest, counterfeit, prevalence) for honest, counterfeit in pairs)

    def features_at(self, prevalence: float) -> dict[str, float]:
        """Share of posts that show each feature, 0 to 1, where so many are counterfeit."""
        honest, counterfeit = self.honest.features, self.counterfeit.features
        names = sorted({*honest, *counterfeit})
        return {name: self._mixed(honest.get(name, 0), counterfeit.get(name, 0), prevalence) for name in names}

    def _mixed(self, honest: int, counterfeit: int, prevalence: float) -> float:
        of_honest = honest / max(self.honest.posts, 1)
        return (1 - prevalence) * of_honest + prevalence * counterfeit / max(self.counterfeit.posts, 1)
