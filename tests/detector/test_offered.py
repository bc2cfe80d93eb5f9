"""A brand that a text says it has nothing of is not offered, and a rent, a repair or a fee is no price for goods."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.score import default_reader


def offered(text: str) -> list[str]:
    return [mention.brand.id for mention in default_reader().text(text).offered]


def asked(text: str) -> list[float]:
    return [price.amount for price in default_reader().text(text).asked]


@pytest.mark.parametrize(
    "text",
    [
        "Not the Bottega, just a woven bag from Uniqlo",
        "no Gucci here, own leather goods",
        "we won't put Gucci on it, wallets £40",
        "Loewe编织篮平替，集市上买的15块",
        "皮包280元，LV一律不刻",
        "没有雅诗兰黛，只有鸡蛋",
        "买不起LV腰带，买了条38元的",
        "我们不卖耐克球鞋，卖自己的鞋",
        "グッチではありません、無印の財布です",
    ],
)
def test_what_a_text_denies_it_does_not_offer(text: str) -> None:
    denied = [mention.brand.id for mention in default_reader().text(text).mentions]
    assert denied, "the brand is found"
    assert denied[0] not in offered(text)


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("LV包包298元", "louis-vuitton"),
        ("本店没有高仿，LV包包298元", "louis-vuitton"),
        ("We sell no fakes. Gucci belts $40", "gucci"),
        ("不是专柜，LV包包298元一样的皮", "louis-vuitton"),
        ("Nike not Adidas, $40 sneakers", "nike"),
    ],
)
def test_a_denial_of_something_else_hides_no_brand(text: str, brand: str) -> None:
    assert brand in offered(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rolex rental for weddings, $65 a day",
        "Chanel bags for rent, monthly from $65, refundable $500",
        "劳力士手表日租280元",
        "LV包包租赁，一天60元，免押",
        "I fix Barbour jackets: rewax £38, zip £45, turnaround four weeks",
    ],
)
def test_a_rent_or_a_repair_is_no_price_for_goods(text: str) -> None:
    assert asked(text) == []


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("LV包包298元，运费10元", [298]),
        ("Gucci belt $40, $5 shipping", [40]),
        ("Nike 鞋 269元，礼盒+20元", [269]),
        ("LV包包298元", [298]),
        ("My parents sell Gucci belts for $40", [40]),
    ],
)
def test_a_fee_is_no_price_for_goods(text: str, amounts: list[float]) -> None:
    assert asked(text) == amounts


@given(st.text(max_size=200))
def test_what_is_offered_and_asked_is_part_of_what_is_named(text: str) -> None:
    read = default_reader().text(text)
    assert all(mention in read.mentions for mention in read.offered)
    assert all(price in read.prices for price in read.asked)
