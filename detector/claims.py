"""Claims: phrases by which people say that goods are copies, used, made by hand, or seized by the police.

The lists in ``detector/data/claims.json`` are curated from general knowledge of how sellers and buyers write; what each
group weighs is learned. A replica word that is denied, asked about or reported is no offer: 拒绝高仿, 如何鉴别A货.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from detector.text import read_text
from detector.types import Claim, ReadText

MAX_CLAIMS = 60
OFFER_GROUPS = frozenset({"replica", "grade", "smuggled", "agency", "discreet"})
"""Groups by which goods are offered as copies; they count as negated where they are denied or reported."""
FRAUD_TERMS = frozenset(
    (
        *("骗子", "骗人", "骗钱", "被骗", "上当", "曝光", "打假", "维权", "报案", "报警", "举报", "被坑", "律师函"),
        *("scam", "scammed", "scammer", "scam alert", "ripped off", "block and report", "fake shop", "fake site"),
    )
)
"""Words of victims, who quote the seller's contact without being sellers."""
COPY_GROUPS = frozenset({"replica", "grade"})
AMBIGUOUS = frozenset(
    [
        *("ua", "aaa", "aaa+", "a++", "reps", "rep", "1:1", "1∶1", "1比1", "clone", "dupe", "dupes", "g5"),
        *("华强北", "莆田", "山寨", "仿的", "复刻表", "复刻鞋", "分不出来"),
    ]
)
"""Words for copies that often mean something else: batteries, a brand, exercises, scales, places, reissues."""
SELLING_GROUPS = ("agency", "discreet")
"""Groups that only sellers use."""
GENUINE_GROUPS = frozenset(
    [
        "provenance",
        "used",
        "handmade",
        "report",
        "question",
        "warning",
        "model_toy",
        "repair",
        "buying",
        "review",
        "joke",
    ]
)
"""Groups that speak for honest goods, or for no offer at all."""

_DENIAL = re.compile(
    r"(?:拒绝|不是|并非|绝非|非|打击|抵制|警惕|谨防|鉴别|辨别|识别|识破|看穿|不卖|不做|没有|无|杜绝|举报|谢绝|远离|查获|查处|买到|收到"
    r"|竟然?是|居然是|结果是|还是|(?<![a-z])(?:not|no|never|isn['’]t|aren['’]t|spot|avoid|against))\s*$"
)
_REFUSAL = re.compile("[包货品党的]?(?:勿扰|勿进|绕道|请绕|别来|别进|免谈|不收|不卖|不做|退散|走开|会被|的?吗)")
"""What stands behind such a word where nobody offers anything."""
_DENIAL_REACH = 8
"""How many characters before a claim a denial may stand."""


class ClaimFinder:
    """All curated phrases in one automaton."""

    def __init__(self, groups: dict[str, list[str]]) -> None:
        pairs = {
            written: (group, term)
            for group, terms in groups.items()
            for term in terms
            for written in _as_written(read_text(term).plain)
        }
        self._entries = list(pairs.values())
        self._latin = [(_latin_start(term), _latin_end(term)) for term in pairs]
        self._automaton = AhoCorasick(
            list(pairs), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )

    def find(self, read: ReadText) -> tuple[Claim, ...]:
        """Claims in the order of the text, at most 60; offers that are denied are marked."""
        plain = read.plain
        try:
            matches = self._automaton.find_matches_as_indexes(plain)
        except UnicodeEncodeError:  # a lone surrogate; each becomes one "?", so that places stay
            plain = plain.encode("utf-8", "replace").decode("utf-8")
            matches = self._automaton.find_matches_as_indexes(plain)
        # Cut after the check of word boundaries: parts of other words must not use up the sixty.
        alone = (match for match in matches if _stands_alone(plain, match[1], match[2], *self._latin[match[0]]))
        return tuple(self._claim(read, *match) for match in islice(alone, MAX_CLAIMS))

    def _claim(self, read: ReadText, number: int, start: int, end: int) -> Claim:
        group, term = self._entries[number]
        span = read.span(start, end)
        reach = max(0, start - _DENIAL_REACH)
        negated = group in OFFER_GROUPS and (
            _DENIAL.search(read.plain, reach, start) is not None or _REFUSAL.match(read.plain, end) is not None
        )
        return Claim(group, term, span, read.original[span[0] : span[1]], negated, (start, end))


def is_copy(claim: Claim) -> bool:
    """Whether it is a plain word for copies or their grades that is not denied."""
    return claim.group in COPY_GROUPS and not claim.negated and claim.term not in AMBIGUOUS


def _as_written(plain: str) -> tuple[str, ...]:
    """Chinese keyboards write a colon in full width: 1：1."""
    return (plain, plain.replace(":", "：")) if ":" in plain else (plain,)


def _latin_start(term: str) -> bool:
    """A Latin letter in front makes another word of it: PC厂商. Not of A货, which sellers glue to a brand: LVA货."""
    return term[0].isascii() and term[0].isalnum() and not term.endswith("货")


def _latin_end(term: str) -> bool:
    """A Latin letter behind makes another word of it: 超AI is not 超A."""
    return term[-1].isascii() and term[-1].isalnum()


def _stands_alone(plain: str, start: int, end: int, latin_start: bool, latin_end: bool) -> bool:
    """No Latin letter or digit touches a Latin end: ``rep`` is not in ``report``, ``1:1`` not in ``11:15``."""
    before = plain[start - 1] if latin_start and start else " "
    after = plain[end] if latin_end and end < len(plain) else " "
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


@lru_cache(maxsize=1)
def default_finder() -> ClaimFinder:
    """The finder over the shipped lists; built once."""
    return ClaimFinder(json.loads(files("detector").joinpath("data/claims.json").read_text(encoding="utf-8")))
