"""What is asked for a brand's goods in some texts, beside what such goods cost new: for people who judge. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from detector.features.offer import asked_price, category_of, goods_words
from detector.reading import TextReading
from detector.types import Brand


class PriceComparison(msgspec.Struct, frozen=True):
    """Prices asked for one brand's goods of one kind."""

    brand: str
    goods_zh: str
    goods_en: str
    low: float
    """CNY; lowest and highest price new, as the list of brands has them."""
    high: float
    asked: tuple[float, ...]
    """CNY, one for each text that asks one, cheapest first; not empty."""


def compare_prices(texts: Iterable[TextReading]) -> PriceComparison | None:
    """For the brand and goods that most texts ask a price for; ``None`` where none does or no reference is known."""
    asked: dict[tuple[str, str | None], list[float]] = defaultdict(list)
    brands: dict[str, Brand] = {}
    for text in texts:
        price = asked_price(text.asked) if text.offered and text.offers_goods else None
        if price is not None and price.amount_cny > 0:
            brand = text.offered[0].brand
            brands[brand.id] = brand
            asked[brand.id, category_of(text, brand)].append(price.amount_cny)
    known = {key: prices for key, prices in asked.items() if brands[key[0]].reference_cny}
    if not known:
        return None
    (brand_id, category), prices = max(known.items(), key=lambda pair: len(pair[1]))
    low, high = _band(brands[brand_id], category)
    return PriceComparison(brands[brand_id].name, *goods_words(category), low, high, tuple(sorted(prices)))


def _band(brand: Brand, category: str | None) -> tuple[float, float]:
    """Of the goods; where these are not known, over all that the brand sells."""
    bands = brand.reference_cny
    if category is not None and category in bands:
        return bands[category]
    return min(low for low, _ in bands.values()), max(high for _, high in bands.values())
