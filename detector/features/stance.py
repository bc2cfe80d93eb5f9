"""Where the author stands: see ``detector/stance.py``. One of them at most, and none where nothing tells."""

from __future__ import annotations

from detector.features.registry import CHEAP_TO_FAKE, Direction, Observations, extractor, feature
from detector.reading import Evidence
from detector.types import Observation

_STANCES: dict[str, tuple[Direction, str, str]] = {
    "selling": ("either", "在出售商品：“{evidence}”", "Sells: “{evidence}”"),
    "buying": ("genuine", "在求购：“{evidence}”", "Wants to buy: “{evidence}”"),
    "asking": ("genuine", "在提问：“{evidence}”", "Asks: “{evidence}”"),
    "warning": ("genuine", "在提醒或拒绝：“{evidence}”", "Warns or refuses: “{evidence}”"),
    "reporting": ("genuine", "在报道：“{evidence}”", "Reports: “{evidence}”"),
    "reviewing": ("genuine", "在评价用过的东西：“{evidence}”", "Tells what it is like to own: “{evidence}”"),
    "joking": ("genuine", "在开玩笑：“{evidence}”", "Jokes: “{evidence}”"),
}
STANCE = {
    name: feature(
        f"stance.{name}",
        "text",
        f"1 where the author is {name}, as far as the text shows.",
        direction,
        CHEAP_TO_FAKE,
        zh=zh,
        en=en,
    )
    for name, (direction, zh, en) in _STANCES.items()
}


@extractor
def observe_stance(evidence: Evidence, out: Observations) -> None:
    """Observe where the author of the post's text stands."""
    if evidence.text is None:
        return
    stance = evidence.text.stance
    if stance.name in STANCE:
        out[STANCE[stance.name]] = Observation(1.0, stance.evidence, stance.span)
