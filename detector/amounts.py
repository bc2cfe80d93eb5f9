"""Reads amounts of money as shops write them (1.234,56 €, US $12.34, Rs. 1,299) and turns them into CNY.

For the prices that people hide in posts see ``prices.py``; here the text was written to be understood.
"""

from __future__ import annotations

import re

import msgspec

MAX_AMOUNT = 100_000_000
_MAX_TEXT = 20_000

_SIGNS = {
    "CNY": "¥ ￥ rmb cny 元 块钱 人民币",
    "USD": "$ us$ usd us$",
    "EUR": "€ eur euro",
    "GBP": "£ gbp",
    "HKD": "hk$ hkd 港币 港元",
    "TWD": "nt$ ntd twd 新台币 新台幣 台币",
    "MOP": "mop$ mop",
    "JPY": "jpy jp¥ 円 日元",
    "KRW": "₩ krw 원 韩元",
    "AUD": "au$ a$ aud",
    "CAD": "ca$ c$ cad",
    "SGD": "s$ sg$ sgd",
    "NZD": "nz$ nzd",
    "CHF": "chf fr. sfr.",
    "THB": "฿ thb บาท",
    "MYR": "rm myr",
    "INR": "₹ rs. rs inr",
    "RUB": "₽ руб. руб rub",
    "BRL": "r$ brl",
    "MXN": "mx$ mxn",
    "VND": "₫ vnd đ",
    "PHP": "₱ php",
    "IDR": "rp idr",
    "AED": "aed د.إ",
    "TRY": "₺ tl try",
    "PLN": "zł pln",
    "SEK": "kr sek",
    "NOK": "nok",
    "DKK": "dkk",
    "ZAR": "zar",
    "CZK": "kč czk",
    "HUF": "ft huf",
    "RON": "lei ron",
    "BGN": "лв. лв bgn",
    "HRK": "kn hrk",
    "UAH": "₴ грн. грн uah",
    "KZT": "₸ тг. тг kzt",
    "BYN": "byn br",
    "ILS": "₪ ils nis",
    "SAR": "sar ر.س ﷼",
    "CLP": "clp",
    "ARS": "ars",
    "COP": "cop",
    "EGP": "egp",
    "NGN": "₦ ngn",
    "PKR": "pkr",
}
_CURRENCY = {sign: code for code, signs in _SIGNS.items() for sign in signs.split()}
_CODE = re.compile("[A-Z]{3}")


def _one_of(signs: list[str]) -> str:
    """Longest first; a sign of letters must not be a part of a word."""
    pieces = []
    for sign in sorted(signs, key=len, reverse=True):
        edge_before = "(?<![a-zа-яё])" if sign[0].isalpha() and sign[0] < "\u0600" else ""
        edge_after = "(?![a-zа-яё])" if sign[-1].isalpha() and sign[-1] < "\u0600" else ""
        pieces.append(edge_before + re.escape(sign) + edge_after)
    return "|".join(pieces)


_ANY_SIGN = _one_of(list(_CURRENCY))
_GROUPED = r"\d{1,3}(?:[.,'’ \u00a0\u2009\u202f]\d{3}){1,4}(?!\d)(?:[.,]\d{1,2}(?!\d))?"
_NUMBER = rf"(?:{_GROUPED}|\d{{1,9}}(?:[.,]\d{{1,4}}(?!\d))?)"
_NUMERAL = re.compile(rf"(?<![\d.,]){_NUMBER}")
_SIGN_BEFORE = re.compile(rf"(?P<sign>{_ANY_SIGN})[\s:]{{0,3}}(?P<second>{_ANY_SIGN})?\s?$")
_SIGN_AFTER = re.compile(
    rf"(?:,[-–—])?\s{{0,2}}(?P<sign>{_ANY_SIGN})(?!\d)(?P<per>\s{{0,2}}/\s?(?:kg|g|l|100|ml|m2|m²|mo)\b)?"
)
_CODE_AFTER = re.compile(r"\s?(?P<sign>[a-z]{3})(?![a-z])")
_WINDOW = 14
_SIGN_ENDS = frozenset(sign[-1] for sign in _CURRENCY)
_SPACES = re.compile(r"[\s'’\u00a0\u2009\u202f]+")
_MARKUP_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,12})?")


class Money(msgspec.Struct, frozen=True):
    """An amount found in a text. ``currency`` is ISO 4217, empty where the text names none."""

    amount: float
    currency: str
    start: int
    end: int


def read_currency(text: str) -> str:
    """ISO 4217 code for a code or a sign (``usd``, ``€``, ``тг.``); empty where it is not known."""
    folded = text.strip()[:8].lower()
    known = _CURRENCY.get(folded, "")
    return known or (folded.upper() if _CODE.fullmatch(folded.upper()) else "")


def read_number(text: str) -> float | None:
    """Value of a numeral in any national spelling: 1.234,56 and 1,234.56 and 1 234,50; 2.990.000 is millions."""
    digits = _SPACES.sub("", text)
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        whole, sign, part = digits[:last], digits[last], digits[last + 1 :]
        repeated = sign in whole
        thousands = len(part) == 3 and whole.lstrip("0") != "" and len(whole) <= 3
        if repeated or thousands:
            digits = digits.replace(".", "").replace(",", "")
        else:
            digits = f"{whole.replace('.', '').replace(',', '')}.{part}"
    try:
        value = float(digits)
    except ValueError:
        return None
    return value if 0 <= value <= MAX_AMOUNT else None


def read_markup_number(value: object) -> float | None:
    """Value of a price in machine-readable markup, where a point is always the decimal point (12.990 is 12.99)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 <= value <= MAX_AMOUNT else None
    if not isinstance(value, str):
        return None
    text = value.strip()[:100]
    if _MARKUP_NUMBER.fullmatch(text):
        amount = float(text)
        return amount if amount <= MAX_AMOUNT else None
    money = parse_amount(text)
    return None if money is None else money[0]


def _currency_before(window: str) -> tuple[str, int] | None:
    """Currency and length of the sign that ends a text; of two (US $, CAD $) the more telling one."""
    # Most numbers stand after something else than a currency: this is much cheaper than the pattern.
    if window.rstrip(" :\t\n\u00a0")[-1:] not in _SIGN_ENDS:
        return None
    match = _SIGN_BEFORE.search(window)
    if match is None:
        return None
    first, second = _CURRENCY[match["sign"]], _CURRENCY.get(match["second"] or "", "")
    return (second if second and second != "USD" else first), len(window) - match.start()


def _as_money(text: str, match: re.Match[str], free_from: int) -> Money | None:
    """The numeral with the currency sign beside it; ``None`` where there is none or it is the price of a kilogram."""
    amount = read_number(match[0])
    if amount is None:
        return None
    start, end = match.span()
    before = _currency_before(text[max(free_from, start - _WINDOW) : start])
    after = _SIGN_AFTER.match(text, end)
    if before is not None:
        # $ 12.00 AUD: the code behind the number says which dollar it is.
        code = _CODE_AFTER.match(text, end)
        named = _CURRENCY.get(code["sign"], "") if code else ""
        return Money(amount, named or before[0], start - before[1], code.end() if code and named else end)
    touches_word = start > 0 and text[start - 1].isalpha() and text[start - 1].isascii()
    if after is None or after["per"] or touches_word:
        return None
    return Money(amount, _CURRENCY[after["sign"]], start, after.end())


def find_money(text: str, limit: int = 50) -> list[Money]:
    """Amounts beside a currency sign, in order, from the first 20,000 characters. Never raises."""
    found: list[Money] = []
    folded, reached = _fold_case(text[:_MAX_TEXT]), 0
    for match in _NUMERAL.finditer(folded):
        money = _as_money(folded, match, reached)
        if money is not None:
            reached = money.end
            found.append(money)
            if len(found) == limit:
                break
    return found


def _fold_case(text: str) -> str:
    """Lower case that keeps every character at its place (İ would become two)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def parse_amount(text: str) -> tuple[float, str] | None:
    """The first amount of a short text with its currency, one with a sign before one without.

    The currency is ISO 4217 and empty where none is written; ``None`` where there is no number at all.
    """
    head = text[:200]
    money = find_money(head, limit=1)
    if money:
        return money[0].amount, money[0].currency
    bare = _NUMERAL.search(head)
    amount = read_number(bare[0]) if bare else None
    return None if amount is None else (amount, "")
