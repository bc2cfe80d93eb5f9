"""Products that a page states in its own markup: JSON-LD, microdata, RDFa and OpenGraph."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from detector.amounts import parse_amount, read_currency, read_markup_number
from detector.currencies import to_cny
from detector.page_walk import Walk
from detector.types import Price, Product

MAX_PRODUCTS = 20
_MAX_NODES = 3_000
_MAX_JSON = 500_000

_COMMENT_ENDS = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)+|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)+\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*+[}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_LOST_QUOTE = re.compile(r"\\'")
# Products under these names are other products.
_OTHERS = frozenset(
    [
        "isrelatedto",
        "issimilarto",
        "isaccessoryorsparepartfor",
        "isconsumablefor",
        "itemlistelement",
        "recommendation",
        "review",
        "reviews",
    ]
)
_LIST_PRICE_TYPES = ("listprice", "strikethroughprice", "srp", "msrp", "regularprice")
_PRICE_KEYS = ("price", "lowPrice", "lowprice", "minPrice", "highPrice")

Role = Literal["sale", "list", "bound", "unknown"]


def priced(amount: float, currency: str, evidence: str, role: Role = "unknown") -> Price | None:
    """A price without a place; ``None`` where it is zero or its currency has no rate."""
    in_cny = to_cny(amount, currency)
    if in_cny is None or amount <= 0:
        return None
    return Price(amount, currency, in_cny, None, evidence[:100], role)


# --- JSON-LD --------------------------------------------------------------------------------------------------------


def read_json(block: str) -> Any:
    """The value of a JSON-LD block, common mistakes repaired; ``None`` where it is beyond repair."""
    text = _COMMENT_ENDS.sub("", block[:_MAX_JSON]).strip().lstrip("\ufeff")
    repaired = text
    for repair in (_as_it_is, _without_controls, _without_trailing_commas, _with_quotes_restored):
        repaired = repair(repaired)
        try:
            value, _end = json.JSONDecoder(strict=False).raw_decode(repaired)
        except (ValueError, RecursionError):
            continue
        return value
    return None


def _as_it_is(text: str) -> str:
    return text


def _without_controls(text: str) -> str:
    return _CONTROL.sub(" ", text)


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", text)


def _with_quotes_restored(text: str) -> str:
    return _LOST_QUOTE.sub("'", text)


def _types(node: dict[str, Any]) -> str:
    kind = node.get("@type", "")
    kinds = kind if isinstance(kind, list) else [kind]
    return " ".join(str(k).rsplit("/", 1)[-1].lower() for k in kinds[:10])


def _is_product(node: dict[str, Any]) -> bool:
    return any(
        kind in {"product", "productgroup", "individualproduct", "productmodel", "book", "vehicle", "car"}
        for kind in _types(node).split()
    )


def json_products(value: Any) -> list[dict[str, Any]]:
    """Nodes of a JSON-LD value that are products, the page's own before those it only mentions."""
    own: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    waiting: list[tuple[Any, bool]] = [(value, False)]
    seen = 0
    while waiting and seen < _MAX_NODES:
        node, foreign = waiting.pop()
        seen += 1
        if isinstance(node, list):
            waiting.extend((part, foreign) for part in reversed(node[:500]))
        elif isinstance(node, dict):
            if _is_product(node):
                (others if foreign else own).append(node)
            below = [
                (part, foreign or str(key).lower() in _OTHERS)
                for key, part in node.items()
                if isinstance(part, (dict, list))
            ]
            waiting.extend(reversed(below))
    return (own + others)[:MAX_PRODUCTS]


def _word(value: Any, depth: int = 0) -> str:
    """A text, or the name of a thing, or the first of a list."""
    if isinstance(value, str):
        return " ".join(value[:400].split())[:200]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)[:50]
    if depth < 4 and isinstance(value, list) and value:
        return _word(value[0], depth + 1)
    if depth < 4 and isinstance(value, dict):
        return _word(value.get("name") or value.get("@value") or value.get("@id") or "", depth + 1)
    return ""


def _offers(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Offers of a product, those inside offers and of its first variant included, at most 50, breadth first."""
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [node.get("offers"), node.get("Offers"), _first_variant(node)]
    steps = 0
    while waiting and steps < 200 and len(found) < 50:
        part = waiting.pop(0)
        steps += 1
        if isinstance(part, list):
            waiting.extend(part[:50])
        elif isinstance(part, dict):
            found.append(part)
            waiting.append(part.get("offers"))
    return found


def _first_variant(node: dict[str, Any]) -> Any:
    variants = node.get("hasVariant")
    first = variants[0] if isinstance(variants, list) and variants else variants
    return first.get("offers") if isinstance(first, dict) else None


def _specified(offer: dict[str, Any]) -> list[dict[str, Any]]:
    given = offer.get("priceSpecification")
    given = given if isinstance(given, list) else [given]
    return [part for part in given[:10] if isinstance(part, dict)]


def _amount_of(part: dict[str, Any]) -> tuple[float, Any] | None:
    for key in _PRICE_KEYS:
        raw = part.get(key)
        amount = read_markup_number(raw[0] if isinstance(raw, list) and raw else raw)
        if amount:
            return amount, raw
    return None


def _offer_price(offer: dict[str, Any], currency: str) -> Price | None:
    """What an offer asks. A former price in its specification is passed over."""
    specified = [s for s in _specified(offer) if not str(s.get("priceType", "")).lower().endswith(_LIST_PRICE_TYPES)]
    for part in [offer, *specified]:
        amount = _amount_of(part)
        if amount is not None:
            named = read_currency(_word(part.get("priceCurrency") or offer.get("priceCurrency") or ""))
            written = parse_amount(str(amount[1]))
            return priced(
                amount[0], named or (written[1] if written else "") or currency, f"{amount[1]} {named}".strip(), "sale"
            )
    return None


def _from_json(node: dict[str, Any], currency: str) -> Product:
    offers = _offers(node) or [node]
    prices = [price for offer in offers if (price := _offer_price(offer, currency)) is not None]
    availability = next((word for offer in offers if (word := _word(offer.get("availability")))), "")
    return Product(
        name=_word(node.get("name")),
        brand=_word(node.get("brand") or node.get("manufacturer")),
        sku=_word(node.get("sku") or node.get("mpn") or node.get("productID")),
        price=prices[0] if prices else None,
        availability=availability.rsplit("/", 1)[-1],
    )


# --- microdata, OpenGraph -------------------------------------------------------------------------------------------


def _from_item(item: dict[str, str], currency: str) -> Product:
    raw = item.get("price") or item.get("lowprice") or ""
    named = read_currency(item.get("pricecurrency", "")) or _written_currency(raw)
    amount = read_markup_number(raw)
    return Product(
        name=item.get("name", "")[:200],
        brand=item.get("brand", "")[:200],
        sku=(item.get("sku") or item.get("mpn") or item.get("productid") or "")[:100],
        price=priced(amount, named or currency, f"{raw} {named}".strip(), "sale") if amount else None,
        availability=item.get("availability", "").rsplit("/", 1)[-1][:50],
    )


def _written_currency(raw: str) -> str:
    written = parse_amount(raw)
    return written[1] if written else ""


def _from_metas(metas: dict[str, str], currency: str) -> Product | None:
    for prefix in ("product:sale_price", "product:price", "og:price", "og:product:price"):
        raw = metas.get(f"{prefix}:amount", "")
        amount = read_markup_number(raw)
        if amount:
            named = read_currency(metas.get(f"{prefix}:currency", "") or metas.get("product:price:currency", ""))
            price = priced(amount, named or _written_currency(raw) or currency, f"{raw} {named}".strip(), "sale")
            return Product(
                name=metas.get("og:title", "")[:200],
                brand=(metas.get("product:brand") or metas.get("og:brand") or "")[:200],
                sku=metas.get("product:retailer_item_id", "")[:100],
                price=price,
                availability=(metas.get("product:availability") or metas.get("og:availability") or "")[:50],
            )
    return None


def read_products(walk: Walk, currency: str) -> list[Product]:
    """Products of a page's markup, the most telling first. ``currency`` is taken where a price names none."""
    nodes = [node for block in walk.json_blocks for node in json_products(read_json(block))]
    products = [_from_json(node, currency) for node in nodes[:MAX_PRODUCTS]]
    products += [_from_item(item, currency) for item in walk.items]
    meta = _from_metas(walk.metas, currency)
    if meta is not None:
        products.append(meta)
    if walk.loose.get("price"):
        products.append(_from_item(walk.loose, currency))
    return [p for p in products if p.name or p.price or p.sku or p.brand][:MAX_PRODUCTS]
