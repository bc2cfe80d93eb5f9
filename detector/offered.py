"""Which of the brands that a text names it offers, and which of its prices are asked for goods.

Honest people name a brand to say what their goods are not (没有双C, not the Bottega), and their prices are often for
something else: a day's rent, a repair, the fee of who shops abroad. Beside a house's lowest price such a number would
look like a copy's. Denials are read where they touch the brand, so that one in front of an offer does not hide it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from detector.types import BrandMention, Price, ReadText

_BEFORE, _AFTER = 14, 14
"""Characters in which a denial touches a brand."""
_DENIED_BEFORE = re.compile(
    r"(?:不是|并不是|并非|绝非|不卖|不做|不接|不碰|不印|不刻|没有|没得|别买|别凑钱买|哪来的?|不带|买不起|戴不起|背不起"
    r"|让我[做压刻印绣]?[带个]?|ではなく|じゃなくて)(?:什么|真的|任何|带)?[“\"'「]?"
    r"|\b(?:not|no|isn'?t|aren'?t|wasn'?t|never|without|instead of|don'?t (?:do|sell|make|print|have|want)"
    r"|won'?t (?:do|put|make|print|stitch|sell)|(?:can'?t|cannot) afford)(?: (?:a|an|the|any|real|your))? ?[“\"']?",
)
_DENIED_AFTER = re.compile(
    r"[^,，。.!！?？;；\n]{0,8}(?:一律不|一概不|通通不|都不接|都不做|不接|不做|不刻|不碰|不印|免谈|勿问|哪来|平替|门都没有)"
    r"|[,，]? ?没有[!！。]"
    r"|[^,，。.!！?？;；\n]{0,6}(?:ではありません|じゃない)|-?(?:ish| alternative)\b",
)
_HIRE = re.compile(
    r"\b(?:rent|rents|rental|rentals|renting|for hire)\b|租金|日租|月租|出租|租赁|租借|免押|押金可退|天起租|レンタル"
    r"|租[一二三两四五六七\d]+天|(?:per|a|/) ?(?:day|night|month)\b.{0,40}\bdeposit"
)
_EXTRA_BEFORE = re.compile(
    r"(?:[+➕]|再?加|补|外加|运费|邮费|定金|押金|手续费|跑腿费?|代购费|抵|立减|fee|deposit|postage|shipping) ?[^\w\s]?$"
)
_EXTRA_AFTER = re.compile(r" ?(?:fee|deposit|postage|shipping|for shipping|手续费|运费|邮费|定金|押金|优惠券|券)")
_SERVICES = frozenset({"repairing", "fits_with"})
"""Ideas whose prices are for work on the brand's goods, or for what fits them."""


def offered_mentions(read: ReadText, mentions: Sequence[BrandMention]) -> tuple[BrandMention, ...]:
    """The brands without those that the text says it has nothing of."""
    return tuple(mention for mention in mentions if not _is_denied(read.plain, mention))


def _is_denied(plain: str, mention: BrandMention) -> bool:
    start, end = mention.plain_start, mention.plain_end
    before, after = plain[max(0, start - _BEFORE) : start], plain[end : end + _AFTER]
    return _ends_with(_DENIED_BEFORE, before) or _DENIED_AFTER.match(after) is not None


def _ends_with(pattern: re.Pattern[str], text: str) -> bool:
    return any(found.end() == len(text) for found in pattern.finditer(text))


def asked_prices(read: ReadText, prices: Sequence[Price], ideas: Collection[str]) -> tuple[Price, ...]:
    """The prices without fees, deposits and what is added to one; none at all where goods are let or worked on.

    ``ideas`` are the ids of the concepts that the text shows.
    """
    if not prices or not _SERVICES.isdisjoint(ideas) or _HIRE.search(read.plain) is not None:
        return ()
    return tuple(price for price in prices if not _is_extra(read.original, price))


def _is_extra(original: str, price: Price) -> bool:
    if price.span is None:
        return False
    start, end = price.span
    before, after = original[max(0, start - 12) : start].lower(), original[end : end + 14].lower()
    return _EXTRA_BEFORE.search(before) is not None or _EXTRA_AFTER.match(after) is not None
