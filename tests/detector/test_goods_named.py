"""What brands in texts and hosts come to: whose site, which goods, and everyday words that hold a nickname."""

from __future__ import annotations

import pytest

from detector.features.offer import category_of
from detector.links import read_link
from detector.score import default_reader


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://www.casio.co.rs/", True),
        ("https://shop.dyson.in/deals", True),
        ("https://brooks-brothers.example/", False),
        ("https://dyson-outlet.in/", False),
        ("https://dyson.top/", False),
        ("https://viagra.gd/", False),
        ("https://gucci.weebly.com/", False),
        ("https://casio.blogspot.com/", False),
    ],
)
def test_a_domain_that_is_a_brand_s_name_and_nothing_else_is_no_foreign_host(url: str, named: bool) -> None:
    evidence = default_reader().evidence(read_link(url), None, None, 1)
    assert (evidence.named_site is not None) == named
    assert evidence.host_brand is None or not named


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("AirPods 99", "headphones"),
        ("AirPods 保护套 9.9", "other"),
        ("AirPods的保护套 9.9", "other"),
        ("Apple Watch case $5", "other"),
        ("AirPods in the case, $25", "headphones"),
        ("グッチの財布 4,800円", "wallet"),
        ("阿迪运动裤 45", "clothing"),
        ("爱马仕 298", None),
    ],
)
def test_the_goods_of_a_text_are_those_that_are_sold(text: str, category: str | None) -> None:
    reading = default_reader().text(text)
    assert category_of(reading, reading.mentions[0].brand) == category


@pytest.mark.parametrize(
    "text",
    [
        "小香风外套 158 现货",
        "老花眼镜 高清 29",
        "铁锅炖大鹅 128 两人餐",
        "麦当劳手表 39",
        "蝴蝶结发夹 9.9",
        "裤子 350 两条",
    ],
)
def test_everyday_words_that_hold_a_nickname_name_no_brand(text: str) -> None:
    reading = default_reader().text(text)
    assert reading.mentions == ()
    assert "lettered_brand" not in {concept.id for concept in reading.concepts}
