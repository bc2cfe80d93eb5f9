"""Finds the prices in a post as people write them, and leaves other numbers alone.

A number is a price where money is named beside it (298元, $45, 298r, 298💰), where selling words stand at it (特价298,
298包邮, 298到手) or where its spelling only makes sense as a hidden price (2九8, 29捌, 两百九十八). Phone numbers,
dates, sizes, quantities, model numbers, percentages, thresholds (满200减50) and anything inside a URL are not prices.
A number that nothing marks may still be one (``bare_prices``): it is given as ``bare``.

Where no currency is named it is CNY, or USD in a text without a single Chinese sign.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from detector.bare_prices import Bare, bare_number, opening, sheets
from detector.currencies import CNY_PER_UNIT
from detector.numerals import CHINESE, DIGITS, UNITS, parse_amount
from detector.price_pieces import pieces_at
from detector.price_words import (
    AFTER,
    AFTER_FIRST,
    AFTER_WORD,
    BEFORE,
    BEFORE_ENDINGS,
    END,
    ENGLISH_END,
    FILLER_SIGNS,
    FILLERS,
    GOODS_BEFORE,
    LEAD_ENDINGS,
    LEADS,
    LENGTH_WORD,
    LENGTHS,
    NEAR_TAIL,
    RANGE_FIRST,
    RANGE_TO,
    SALE_FIRST,
    SALE_TAIL,
    SPACERS,
    YEN_NEAR,
    other_unit,
)
from detector.types import Price, ReadText, Span

MAX_PRICES = 50
_MAX_AMOUNT = 100_000_000
_WINDOW = 14

Role = Literal["sale", "list", "bound", "unknown"]

# It starts with one class of signs, and each branch looks back at it: so the regex engine skips other signs quickly.
_NUMBER = re.compile(
    f"[小大几0-9{CHINESE}](?:"
    r"(?P<vague>(?<=[两二三四五六2-6])位数|(?:(?<=[小大])几|(?<=几))[十百千万](?![分年种个次人条件款双]))"
    r"|(?<=[1-9一二两三四五六七八九壹贰叁肆伍陆柒捌玖])(?P<opens>字?开头|打头|字头)"
    r"|(?<=[1-9一二两三四五六七八九十])(?P<sheets>张)"
    r"|(?<=[0-9])[0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]{1,2}(?![0-9]))?"
    rf"|(?:(?<=[0-9])|(?<=[{CHINESE}])[{CHINESE}]{{0,3}}[0-9])[0-9{CHINESE}]*(?:\.[0-9]+[百千万]?)?(?:[wk][0-9]?(?![a-z0-9]))?"
    rf"|(?<=[{CHINESE}])(?:[{CHINESE}]+|(?=[元块圆刀镑])))"
)
_URL = re.compile(
    r"(?:[a-z][a-z0-9+]{1,9}://|www\.)[^\s\u3000-\u9fff\uff00-\uffef]+"
    r"|[a-z0-9-]+\.[a-z]{2,6}/[^\s\u3000-\u9fff\uff00-\uffef]*"
)
_CHINESE_SIGN = re.compile("[\u4e00-\u9fff]")
_COUNTERS = frozenset("个件双条套只款台张对支瓶盒")
_VAGUE_TOP = {"十": 99, "百": 999, "千": 9_999, "万": 99_999}
# Said so often that they are words, not amounts.
_SAYINGS = frozenset(
    (
        *(
            "五二零",
            "一三一四",
            "九九六",
            "一二三",
            "二零二",
            "三六五",
            "九一一",
            "三一五",
            "一二零",
            "一一零",
            "一一九",
        ),
        *("一二一", "一二三四", "三七二十一"),
    )
)
# Words that are money even where a letter is glued to the number (lv298元; but not 350v2 or a298r).
_EXACT = frozenset({"元", "圆", "块", "块钱", "人民币", "rmb", "cny", "usd", "美元"})
_PIECES = frozenset({"块", "刀", "欧", "镑"})
_AFTER_METRES = frozenset("长宽高深远跑外处内")
_BEFORE_COUNTS = frozenset("第之有近约超过上成点")
_NOT_THOUSANDS = frozenset(("2k", "4k", "5k", "8k", "10k", "14k", "18k", "22k", "24k"))
_LETTER_SYMBOLS = tuple(s for s in BEFORE if s[-1].isalpha())
_TENTHS = re.compile("[1-9一二三四五六七八九](?![0-9个件条双只套])")
_AMOUNT_AFTER = re.compile(r" ?[0-9]")
_JOINTS = frozenset("./:-_#@+*")
_SIGNS_BEFORE = BEFORE_ENDINGS.last_signs
_MARKS_BEFORE = BEFORE_ENDINGS.last_signs | LEAD_ENDINGS.last_signs | FILLER_SIGNS
_MARKS_BEFORE -= frozenset(SPACERS)
_MARKS_AFTER = AFTER_FIRST | SALE_FIRST | RANGE_FIRST
_SPACER_SIGNS = frozenset(SPACERS)
_ENDS = frozenset(["", *" \n,，。.!！?？;；)）】」~～、/|走拿出秒带冲收抢买卖甩清不左上以封一每"])
# After these a number counts something, whatever stands before it but a currency.
_ONLY_UNITS = frozenset(
    "abcdefghijklmnopqrstuvwxyz年月号点分天周个件双条款套本位名码楼层级折倍斤克公岁寸度次集章页期%％‰℃°"
)
_ONLY_UNITS -= AFTER_FIRST | SALE_FIRST


class _Found(msgspec.Struct, frozen=True, gc=False):
    """A price, in places of ``plain``."""

    amount: float
    currency: str | None
    start: int
    end: int
    role: Role
    bare: bool = False


class _Number(msgspec.Struct, frozen=True, gc=False):
    """A numeral in ``plain`` and what stands at it."""

    plain: str
    token: str
    amount: float
    start: int
    end: int
    glued: bool
    """A Latin letter, digit or joining sign stands right before it."""
    read: ReadText

    def is_restyled(self) -> bool:
        """Written in other signs than plain digits (２９８, 2⃣9⃣8⃣)."""
        read = self.read
        return read.starts is not None and not read.original[slice(*read.span(self.start, self.end))].isascii()


class _Lead(msgspec.Struct, frozen=True, gc=False):
    word: str
    role: Role


_NO_PRICE = _Lead("", "unknown")


def _next_sign(plain: str, end: int) -> str:
    """The sign after a place, a space skipped; empty at the end."""
    after = plain[end : end + 1]
    return plain[end + 1 : end + 2] if after == " " else after


def _sale_tail(plain: str, end: int) -> re.Match[str] | None:
    return SALE_TAIL.match(plain, end) if _next_sign(plain, end) in SALE_FIRST else None


def _begins_range(plain: str, end: int) -> bool:
    return _next_sign(plain, end) in RANGE_FIRST and RANGE_TO.match(plain, end) is not None


def _vague(match: re.Match[str]) -> _Found:
    words = match[0]
    if words.endswith("位数"):
        count = int(parse_amount(words[0]) or 0)
        return _Found(float(10**count - 1), None, match.start(), match.end(), "bound")
    top = _VAGUE_TOP[words[-1]]
    # 小几百 is the lower half of the hundreds.
    return _Found(float(top // 2 if words[0] == "小" else top), None, match.start(), match.end(), "bound")


def _slang(plain: str, match: re.Match[str]) -> _Found | None:
    """两张半, 3开头."""
    read = sheets if match.lastgroup == "sheets" else opening
    return _as_bare(read(plain, match.start()))


def _as_bare(bare: Bare | None) -> _Found | None:
    if bare is None:
        return None
    return _Found(bare.amount, None, bare.start, bare.end, "bound" if bare.bound else "unknown", bare=True)


def _number_end(plain: str, start: int, end: int) -> int:
    """End of the numeral without the start of a quantity (298一件 is 298 and 一件)."""
    if end - start > 1 and plain[end - 1] in "一两俩每" and plain[end : end + 1] in _COUNTERS:
        return end - 1
    return end


def _symbol_before(bare: str) -> str | None:
    """The currency that a text without spaces at its end ends with."""
    symbol = BEFORE_ENDINGS.of(bare)
    if symbol is None:
        return None
    letters_before = symbol[0].isalpha() and symbol[0].isascii() and bare[-len(symbol) - 1 : -len(symbol)].isalnum()
    if letters_before and bare[-len(symbol) - 1].isascii():
        return "$" if symbol.endswith("$") else None
    return symbol


def _means_money(number: _Number, money: re.Match[str]) -> bool:
    """Whether the word after a number is money there, not a piece (两块手表) nor a metre (3米)."""
    word, plain, amount = money["word"], number.plain, number.amount
    if number.glued and word not in _EXACT:
        return False
    follow = plain[money.end() : money.end() + 1]
    if word == "米":
        length = LENGTH_WORD.search(plain, max(0, number.start - 4), number.start)
        return amount >= 50 and amount not in LENGTHS and length is None and follow not in _AFTER_METRES
    if word in BEFORE and word.isalpha() and word.isascii() and _AMOUNT_AFTER.match(plain, money.end()):
        return False  # Jordan 4 PKR 4500
    if word in _PIECES and amount < 10:
        return number.token[0].isascii() and not follow.isalpha()
    return True


def _weak_price(number: _Number, lead: _Lead | None) -> Role | None:
    """Role of a number that no currency names, ``None`` where it is no price."""
    plain, token, start, end = number.plain, number.token, number.start, number.end
    if number.glued and GOODS_BEFORE.search(plain, max(0, start - 8), start) is None:
        return None
    if number.amount >= 5 and _sale_tail(plain, end):
        return "sale" if lead is None else lead.role
    year = token.isdigit() and len(token) == 4 and 1900 <= number.amount < 2100
    if number.amount < 10 or (year and lead is None) or len(token) > 7 or other_unit(plain, end):
        return None
    if lead is not None:
        return None if lead.word.isascii() and not _ends_english_price(number) else lead.role
    if _is_disguised_number(number):
        return "unknown"
    near = NEAR_TAIL.match(plain, end)
    return "sale" if near and GOODS_BEFORE.search(plain, max(0, start - 8), start) else None


def _ends_english_price(number: _Number) -> bool:
    """Now 59.99, price 250 shipped; not: for 24 people."""
    return number.token[-3:-2] == "." or ENGLISH_END.match(number.plain, number.end) is not None


def _is_disguised_number(number: _Number) -> bool:
    """Spellings that hide a price: 2九8, 29捌, 二九八, 两百九十八, ２９８, 1w5; not 第三百, 六六六, 一百."""
    token, amount = number.token, number.amount
    if token.isdigit() and token.isascii():
        return 3 <= len(token) <= 5 and number.is_restyled() and END.match(number.plain, number.end) is not None
    ends = END.match(number.plain, number.end) is not None
    if token.isascii():
        thousands = token[-1] in "wk" and token not in _NOT_THOUSANDS and ends and amount < 200_000  # 65w is watts
        return "w" in token[:-1] or thousands
    if number.plain[number.start - 1 : number.start] in _BEFORE_COUNTS:
        return False
    if any(sign.isascii() for sign in token):
        return token[-1] != "万" or ends
    if not ends or amount < 20 or token in _SAYINGS or len(set(token)) == 1:
        return False
    structured = any(sign in UNITS for sign in token)
    return len(token) >= 3 if structured else 3 <= len(token) <= 5 and not 1900 <= amount < 2100


def _lead_word(window: str) -> _Lead | None:
    """The word that says what the number after it is: 原价, 特价, 满."""
    bare = window.rstrip(SPACERS)
    word = LEAD_ENDINGS.of(bare)
    if word is None and bare[-1:] in FILLER_SIGNS:
        bare = bare.rstrip(FILLERS)
        word = LEAD_ENDINGS.of(bare)
    if word is None:
        return None
    inside = word.isascii() and bare[: -len(word)][-1:].isalnum()
    if inside:
        return None
    role = LEADS[word]
    return _NO_PRICE if role == "no" else _Lead(word, role)


def _may_follow_a_letter(plain: str, start: int, end: int) -> bool:
    """usd45, nike298包邮, lv298 现货; not a model or a user name (350v2, lv8888)."""
    tail = _sale_tail(plain, end) or NEAR_TAIL.match(plain, end)
    return tail is not None or plain.endswith(_LETTER_SYMBOLS, max(0, start - 4), start)


def _read_number(read: ReadText, match: re.Match[str]) -> _Found | None:
    plain = read.plain
    start, end = match.span()
    before, after = plain[start - 1 : start], plain[end : end + 1]
    if not after.isascii() and plain[end - 1] in "一两俩每":
        end = _number_end(plain, start, end)
    elif after in _ONLY_UNITS and before not in _SIGNS_BEFORE and before != " ":
        return None
    marked = _is_marked(plain, start, end)
    if not (marked or _may_end(plain[end : end + 1]) or match[0][-1] not in "0123456789"):
        return None
    token = plain[start:end]
    amount = parse_amount(token)
    if amount is None or not 0 < amount <= _MAX_AMOUNT:
        return None
    glued = before != "" and before.isascii() and (before.isalnum() or before in _JOINTS)
    number = _Number(plain, token, amount, start, end, glued, read)
    return _read_marked(number) if marked else _read_unmarked(number)


def _is_marked(plain: str, start: int, end: int) -> bool:
    """Whether a currency, a selling word or the other end of a range may stand at the number: a quick look."""
    if _next_sign(plain, end) in _MARKS_AFTER:
        return True
    before = plain[start - 1 : start]
    if before in _SPACER_SIGNS:
        before = plain[max(0, start - 8) : start].rstrip(SPACERS)[-1:]
    return before in _MARKS_BEFORE


def _may_end(after: str) -> bool:
    """Whether a number before this sign may be the end of what is said."""
    return after in _ENDS or after > "\U0001f000" or "\u2600" <= after < "\u2800"


def _read_unmarked(number: _Number) -> _Found | None:
    near = number.glued and number.plain[number.start - 1].isalnum()
    if near and NEAR_TAIL.match(number.plain, number.end) is None:
        return None
    return _found_or_bare(number, _weak_price(number, None), None)


def _read_marked(number: _Number) -> _Found | None:
    plain, start, end = number.plain, number.start, number.end
    money = AFTER_WORD.match(plain, end) if _next_sign(plain, end) in AFTER_FIRST else None
    if number.glued and money is None and plain[start - 1].isalnum() and not _may_follow_a_letter(plain, start, end):
        return None
    return _judge(number, money)


def _found_or_bare(number: _Number, role: Role | None, lead: _Lead | None) -> _Found | None:
    plain, token, amount, start, end = number.plain, number.token, number.amount, number.start, number.end
    if role is not None:
        return _Found(amount, "CNY" if "w" in token else None, start, end, role)
    if number.glued or lead is not None:
        return None
    return _as_bare(bare_number(plain, start, end, token, amount))


def _judge(number: _Number, money: re.Match[str] | None) -> _Found | None:
    plain, start, end = number.plain, number.start, number.end
    window = plain[max(0, start - _WINDOW) : start].rstrip(" ")
    symbol = _symbol_before(window)
    unit = money if money is not None and _means_money(number, money) else None
    lead = _lead_word(window[: -len(symbol)] if symbol else window)
    if lead is _NO_PRICE:
        return None
    if symbol is not None or unit is not None or _begins_range(plain, end):
        return _strong_price(number, symbol, unit, lead)
    return _found_or_bare(number, _weak_price(number, lead), lead)


def _strong_price(number: _Number, symbol: str | None, unit: re.Match[str] | None, lead: _Lead | None) -> _Found:
    first = number.start if symbol is None else number.plain.rindex(symbol, max(0, number.start - 14), number.start)
    last = number.end if unit is None else unit.end()
    amount, role = number.amount, "unknown" if lead is None else lead.role
    if unit is not None and unit["word"] == "块" and (tenths := _TENTHS.match(number.plain, last)):
        amount, last = amount + DIGITS[tenths[0]] / 10, tenths.end()
    if lead is None and _sale_tail(number.plain, last):
        role = "sale"
    if unit is not None and unit["some"]:
        amount, role = amount + 10 ** (len(str(int(amount))) - 1) - 1, "bound"
    return _Found(amount, _currency(number, symbol, unit), first, last, role)


def _currency(number: _Number, symbol: str | None, unit: re.Match[str] | None) -> str | None:
    """The named currency; a word after the number is more exact than a sign before it (¥3000日元)."""
    after = AFTER[unit["word"]] if unit is not None else None
    before = BEFORE[symbol] if symbol is not None else None
    if before in {None, "CNY", "USD"} and after not in {None, "CNY"}:
        return after
    if symbol in {"¥", "￥"} and YEN_NEAR.match(number.plain, number.end):
        return "JPY"
    return before or after


def _urls(plain: str) -> list[Span]:
    return [m.span() for m in _URL.finditer(plain)] if "/" in plain or "www." in plain else []


def _in_any(spans: list[Span], place: int) -> bool:
    return any(start <= place < end for start, end in spans)


def find_prices(read: ReadText) -> list[Price]:
    """Prices of a text in the order of their places, at most 50, possible ones (``bare``) included. Never raises."""
    plain = read.plain
    urls: list[Span] | None = None
    found: list[Price] = []
    default, reached = "", 0
    for match in _NUMBER.finditer(plain):
        if match.start() < reached:
            continue
        price = _read_match(read, match)
        if price is None:
            continue
        urls = _urls(plain) if urls is None else urls  # looked for last: few texts have both a price and a URL
        if _in_any(urls, match.start()):
            continue
        reached = price.end
        default = default or ("CNY" if _CHINESE_SIGN.search(plain) else "USD")
        found.append(_as_price(read, price, default))
        if len(found) == MAX_PRICES:
            break
    return found


def _read_match(read: ReadText, match: re.Match[str]) -> _Found | None:
    group = match.lastgroup
    if group is None:
        return _read_number(read, match)
    return _vague(match) if group == "vague" else _slang(read.plain, match)


def _as_price(read: ReadText, found: _Found, default: str) -> Price:
    currency = found.currency or default
    start, end = read.span(found.start, found.end)
    in_cny = round(found.amount * CNY_PER_UNIT[currency] / pieces_at(read.plain, found.start, found.end), 2)
    return Price(found.amount, currency, in_cny, (start, end), read.original[start:end], found.role, found.bare)
