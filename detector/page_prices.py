"""Puts the prices of a page in order: the one it sells at first.

What the markup states goes before elements named as prices, and those before amounts in the running text.
"""

from __future__ import annotations

import re

import msgspec

from detector.amounts import find_money, parse_amount, read_markup_number
from detector.page_markup import Role, priced
from detector.page_walk import Candidate, Walk, is_list_price, is_other_price, is_sale_price
from detector.types import Price, Product

MAX_PRICES = 50
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NEAR = 400
"""Pieces of text between a title and its price; farther down the page other products begin."""
_BESIDE = 40
"""Rank up to which a price stands beside the title."""
_FAR = 90
"""Rank from which a price belongs to something else on the page, where the title's place is known."""
_LISTED = 500
"""What is added to the rank of a price that is crossed out or named as a former one."""
_GONE = re.compile(
    r"currently unavailable|no longer available|actuellement indisponible|derzeit nicht verfügbar"
    r"|(?:attualmente )?non disponibile|no disponible"
    r"|商品(?:已下架|已售完)|暂无报价|現在在庫切れ|現在お取り扱いできません",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"(?:原[價价]|市[價价]|定[價价]|建[議议](?:零)?售[價价]|list price|rrp|msrp|was|regular price|statt|uvp|normal)"
    r"[\s:：]*$",
    re.IGNORECASE,
)


def page_currency(walk: Walk, host: str, text: str) -> str:
    """Currency of prices that name none: what the markup says, then the language and the host, then USD."""
    language = (walk.language or "").lower()
    if language.startswith("ja") or host.endswith(".jp"):
        return "JPY"
    for ending, currency in _BY_HOST.items():
        if host.endswith(ending):
            return currency
    if language.startswith("zh") or _CHINESE.search(text, 0, 2000):
        return "TWD" if language in {"zh-tw", "zh-hant"} else "CNY"
    return "USD"


_BY_HOST = {
    ".tw": "TWD", ".hk": "HKD", ".cn": "CNY", ".kr": "KRW", ".uk": "GBP", ".ie": "EUR", ".de": "EUR", ".fr": "EUR",
    ".it": "EUR", ".es": "EUR", ".nl": "EUR", ".at": "EUR", ".pt": "EUR", ".ru": "RUB", ".br": "BRL", ".in": "INR",
    ".au": "AUD", ".ca": "CAD", ".nz": "NZD", ".sg": "SGD", ".my": "MYR", ".th": "THB", ".vn": "VND", ".pl": "PLN",
    ".ch": "CHF", ".mx": "MXN", ".tr": "TRY", ".za": "ZAR", ".cz": "CZK", ".hu": "HUF", ".by": "BYN", ".kz": "KZT",
    ".il": "ILS", ".cl": "CLP", ".ar": "ARS", ".co": "COP", ".ua": "UAH", ".ro": "RON", ".lv": "EUR", ".sk": "EUR",
    ".si": "EUR", ".id": "IDR", ".ph": "PHP", ".se": "SEK", ".no": "NOK", ".dk": "DKK", ".hr": "HRK",
}  # fmt: skip
_DOLLARS = frozenset(["CLP", "ARS", "COP", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN"])


def _local(currency: str, text: str, default: str) -> str:
    """Bare dollar and yen signs are the local ones where the page is from a country that writes its money so."""
    if currency == "USD" and default in _DOLLARS and "us" not in text.lower():
        return default
    return "JPY" if currency == "CNY" and default == "JPY" else currency


def _read(candidate: Candidate, default: str) -> list[Price]:
    role: Role = "list" if candidate.struck or is_list_price(candidate.name) else "unknown"
    if role == "unknown" and is_sale_price(candidate.name):
        role = "sale"
    money = find_money(candidate.text, limit=3)
    if money:
        found = [
            priced(m.amount, _local(m.currency, candidate.text, default), candidate.text[m.start : m.end], role)
            for m in money
        ]
    else:
        amount = read_markup_number(candidate.text)
        wordy = sum(sign.isalpha() for sign in candidate.text) > 6
        found = [] if amount is None or wordy else [priced(amount, default, candidate.text, role)]
    return [price for price in found if price is not None]


def _rank(candidate: Candidate, heading: int | None) -> float:
    """Lower is more likely to be the page's own price."""
    distance = candidate.place - (heading or 0)
    near = abs(distance) if distance >= 0 else 100 - distance
    rank = min(near, 10 * _NEAR) / 10
    rank += _LISTED if candidate.struck or is_list_price(candidate.name) else 0
    rank += 300 if is_other_price(candidate.name) else 0
    rank -= 20 if is_sale_price(candidate.name) else 0
    rank += 60 if candidate.hidden else 0
    return rank


def _from_candidates(walk: Walk, heading: int | None, default: str) -> list[tuple[float, Price]]:
    ranked = sorted((_rank(candidate, heading), place) for place, candidate in enumerate(walk.candidates))
    near = [(rank, place) for rank, place in ranked[:60] if heading is None or not _FAR < rank < _LISTED]
    return [(rank, price) for rank, place in near for price in _read(walk.candidates[place], default)]


def _from_text(text: str, default: str) -> list[Price]:
    found = [
        priced(
            m.amount, _local(m.currency, text[m.start : m.end], default), text[m.start : m.end], _said(text, m.start)
        )
        for m in find_money(text)
    ]
    asked_first = sorted(found, key=lambda price: price is not None and price.role == "list")
    return [price for price in asked_first if price is not None]


def _said(text: str, start: int) -> Role:
    """Whether the words before an amount say that it was asked once, or elsewhere."""
    return "list" if _FORMER.search(text[max(0, start - 20) : start]) else "unknown"


def title_place(walk: Walk) -> int | None:
    """Where the page's subject begins: its first <h1>, else the first piece of text that the title begins with."""
    if walk.first_heading is not None:
        return walk.first_heading
    name = re.split(r"\s[-–—|_·]\s|[|｜]", walk.title)[0].strip()
    if len(name) < 4:
        return None
    return next((place for place, piece in enumerate(walk.pieces) if piece.strip() == name), None)


def _text_below(walk: Walk, heading: int | None) -> str:
    return "" if heading is None else " ".join("".join(walk.pieces[heading : heading + 10 * _NEAR]).split())[:5_000]


def _text_from_heading(walk: Walk, below: str, text: str) -> str:
    """The visible text, what follows the title and the description before the rest."""
    described = walk.metas.get("description") or walk.metas.get("og:description") or ""
    return f"{below} \n {described[:500]} \n {text}"


def _asked_instead(walk: Walk, stated: list[Price], shown: list[tuple[float, Price]]) -> Price | None:
    """The lower price beside the title, where the page crosses out the one that its markup states."""
    if not stated or not walk.struck:
        return None
    crossed = {amount for text in walk.struck if (amount := read_markup_number(_number_of(text))) is not None}
    if stated[0].amount not in crossed:
        return None
    near = [price for rank, price in shown if rank < _BESIDE and price.role != "list"]
    return near[0] if near and near[0].amount < stated[0].amount else None


def _number_of(text: str) -> str:
    money = parse_amount(text)
    return str(money[0]) if money else ""


def read_prices(walk: Walk, products: list[Product], text: str, default: str) -> tuple[Price, ...]:
    """Prices of a page, each amount once, the asked one first as far as can be told; at most 50."""
    stated = [product.price for product in products if product.price is not None]
    heading = title_place(walk)
    below = _text_below(walk, heading)
    if not stated and _GONE.search(below, 0, 1_000):
        return ()
    shown = _from_candidates(walk, heading, default)
    asked = _asked_instead(walk, stated, shown)
    first = [] if asked is None else [asked]
    if asked is not None:
        stated[0] = msgspec.structs.replace(stated[0], role="list")
    running = _from_text(_text_from_heading(walk, below, text), default)
    seen: dict[tuple[float, str], Price] = {}
    for price in [*first, *stated, *(price for _, price in shown), *running]:
        seen.setdefault((price.amount, price.currency), price)
    return tuple(seen.values())[:MAX_PRICES]
