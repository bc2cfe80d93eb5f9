"""Features of the pictures of a post. None has a weight: what a picture shows is for people to judge."""

from __future__ import annotations

from detector.features.registry import Observations, extractor, feature
from detector.reading import Evidence
from detector.types import Observation

KNOWN = feature(
    "picture.known_copy",
    "picture",
    "1 where a picture is nearly one of the platform's list of counterfeit pictures (PDQ, 31 of 256 bits at most). "
    "Never a weight: sellers of copies take photographs from honest shops, so a person looks.",
    "fake",
    zh="图片与已知的假货图片几乎相同：{evidence}",
    en="A picture is nearly the same as a known counterfeit picture: {evidence}",
)
PICTURES_ONLY = feature(
    "abstain.pictures_only",
    "picture",
    "1 where a post has pictures and no words, neither its own nor theirs. Missing evidence: it is never a weight.",
    zh="帖子只有图片（{evidence} 张），未作判断",
    en="The post holds pictures only ({evidence}), so it was not judged",
)


@extractor
def observe_pictures(evidence: Evidence, out: Observations) -> None:
    """Observe the pictures, where there are any."""
    pictures = evidence.pictures
    if pictures is None:
        return
    if pictures.known is not None:
        known = pictures.known
        out[KNOWN] = Observation(1.0, known.label or known.pdq[:16])
    if evidence.text is None:
        out[PICTURES_ONLY] = Observation(1.0, str(pictures.count))
