"""What a post's text gives away without any fixed phrase: see ``detector/concepts.py`` for how concepts are found."""

from __future__ import annotations

from detector.concepts import default_concepts
from detector.features.registry import CHEAP_TO_FAKE, STRONG, Observations, extractor, feature
from detector.reading import Evidence
from detector.types import Observation

# Words that speak for honest goods cost a seller of copies nothing to write. Those that may speak either way are kept
# as low, because they may turn out to speak for honest goods.
_LIMITS = {"fake": STRONG, "genuine": CHEAP_TO_FAKE, "either": CHEAP_TO_FAKE}
CONCEPT = {
    concept.id: feature(
        f"concept.{concept.id}",
        "text",
        f"1 where found. {concept.meaning}",
        concept.direction,
        _LIMITS[concept.direction],
        zh=concept.zh,
        en=concept.en,
    )
    for concept in default_concepts().concepts
}


@extractor
def observe_concepts(evidence: Evidence, out: Observations) -> None:
    """Observe each concept of the post's text at its first place."""
    if evidence.text is None:
        return
    for found in evidence.text.concepts:
        out[CONCEPT[found.id]] = Observation(1.0, found.evidence, found.span)
