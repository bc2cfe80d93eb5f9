"""Claims: phrases by which people say that goods are copies, used, made by hand, or seized by the police.

The lists in ``detector/data/claims.json`` are curated from general knowledge of how sellers and buyers write; what each
group weighs is learned. A replica word that is denied, asked about or reported is no offer: 拒绝高仿, 如何鉴别A货.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files

from ahocorasick_rs import AhoCorasick, MatchKind

from detector.text import read_text
from detector.types import Claim, ReadText

MAX_CLAIMS = 60
OFFER_GROUPS = frozenset({"replica", "grade", "smuggled", "agency", "discreet"})
"""Groups by which goods are offered as copies; they count as negated where they are denied or reported."""
TALK_GROUPS = frozenset({"report", "question", "warning", "repair"})
"""Groups that show that a text talks about goods, or mends them, rather than offers them."""
SELLING_GROUPS = frozenset({"agency", "discreet"})
"""Groups that only sellers use."""
GENUINE_GROUPS = frozenset({"provenance", "used", "handmade", "report", "question", "warning", "model_toy", "repair"})
"""Groups that speak for honest goods, or for no offer at all."""

_DENIAL = re.compile(
    r"(?:拒绝|不是|并非|绝非|非|打击|抵制|警惕|谨防|鉴别|辨别|不卖|不做|没有|无|杜绝|举报|not|no|never|isn't|aren't|spot|avoid)\s*$"
)
_DENIAL_REACH = 8
"""How many characters before a claim a denial may stand."""


class ClaimFinder:
    """All curated phrases in one automaton."""

    def __init__(self, groups: dict[str, list[str]]) -> None:
        pairs = {read_text(term).plain: (group, term) for group, terms in groups.items() for term in terms}
        self._entries = list(pairs.values())
        self._latin = [_is_latin(term) for term in pairs]
        self._automaton = AhoCorasick(list(pairs), matchkind=MatchKind.LeftmostLongest)

    def find(self, read: ReadText) -> tuple[Claim, ...]:
        """Claims in the order of the text, at most 60; offers that are denied are marked."""
        plain = read.plain
        matches = self._automaton.find_matches_as_indexes(plain)
        if not matches:
            return ()
        found = [
            self._claim(read, number, start, end)
            for number, start, end in matches[:MAX_CLAIMS]
            if not self._latin[number] or _stands_alone(plain, start, end)
        ]
        return tuple(found)

    def _claim(self, read: ReadText, number: int, start: int, end: int) -> Claim:
        group, term = self._entries[number]
        span = read.span(start, end)
        before = read.plain[max(0, start - _DENIAL_REACH) : start]
        negated = group in OFFER_GROUPS and _DENIAL.search(before) is not None
        return Claim(group, term, span, read.original[span[0] : span[1]], negated)


def _is_latin(term: str) -> bool:
    return term[0].isascii() and term[-1].isascii()


def _stands_alone(plain: str, start: int, end: int) -> bool:
    """No Latin letter or digit touches the phrase: ``rep`` is not in ``report``, ``1:1`` not in ``11:15``."""
    before = plain[start - 1] if start else " "
    after = plain[end] if end < len(plain) else " "
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


@lru_cache(maxsize=1)
def default_finder() -> ClaimFinder:
    """The finder over the shipped lists; built once."""
    return ClaimFinder(json.loads(files("detector").joinpath("data/claims.json").read_text(encoding="utf-8")))
