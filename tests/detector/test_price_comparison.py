"""What posts ask, beside what such goods cost new."""

from __future__ import annotations

import pytest

from detector.brands import default_index
from detector.claims import default_finder
from detector.price_comparison import PriceComparison, compare_prices
from detector.reading import Reader

READER = Reader(default_index(), default_finder())


def compared(*texts: str) -> PriceComparison | None:
    return compare_prices(READER.text(text) for text in texts)


def test_prices_of_the_brand_and_goods_that_most_posts_offer() -> None:
    found = compared("LV包包298元", "LV包包 原价20000元 特价350元", "Gucci皮带99元", "LV包包")
    assert found is not None
    assert (found.brand, found.goods_zh, found.asked) == ("Louis Vuitton", "手袋", (298.0, 350.0))
    band = next(m.brand for m in READER.text("路易威登").mentions).reference_cny["bag"]
    assert (found.low, found.high) == band


def test_of_goods_that_are_not_named_the_band_is_all_that_the_brand_sells() -> None:
    found = compared("路易威登 298元")
    assert found is not None
    bands = READER.text("路易威登").mentions[0].brand.reference_cny.values()
    assert (found.goods_en, found.low, found.high) == ("goods", min(b[0] for b in bands), max(b[1] for b in bands))


@pytest.mark.parametrize("text", ["", "LV包包", "298元", "警方查获假LV包包，标价298元", "求鉴定LV包包298元买的"])
def test_what_offers_nothing_at_a_price_is_not_compared(text: str) -> None:
    assert compared(text) is None
