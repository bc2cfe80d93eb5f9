"""How the post's text is worded, apart from any listed word: see ``detector/wording.py``.

What each stretch weighs is learned together with the features; the sums stand here so that they are shown as reasons.
"""

from __future__ import annotations

from detector.features.registry import Observations, extractor, feature
from detector.reading import Evidence
from detector.types import Observation

MOST_OFFER = 8.0
MOST_ORDINARY = 3.0
"""Ordinary words are cheap to write: beyond this they must not speak against a price or a host."""

OFFER = feature(
    "wording.offer",
    "text",
    "Sum of the learned pulls of the text's stretches, where they pull towards offers of copies; 0 to 8.",
    "fake",
    1.0,
    zh="用词与售卖仿品的帖子相近，例如“{evidence}”",
    en="Worded like offers of copies, for example “{evidence}”",
)
ORDINARY = feature(
    "wording.ordinary",
    "text",
    "The same where they pull away from offers of copies; 0 to 3.",
    "genuine",
    1.0,
    zh="用词与普通帖子相近，例如“{evidence}”",
    en="Worded like ordinary posts, for example “{evidence}”",
)


@extractor
def observe_wording(evidence: Evidence, out: Observations) -> None:
    """Observe which way the wording pulls, where the model has learned any."""
    pull = evidence.wording
    if pull is None:
        return
    if pull.value > 0.0:
        out[OFFER] = Observation(min(pull.value, MOST_OFFER), pull.evidence, pull.span)
    else:
        out[ORDINARY] = Observation(min(-pull.value, MOST_ORDINARY), pull.evidence, pull.span)
