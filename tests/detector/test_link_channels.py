"""Agents and albums are told from other links; a brand offered through them is observed, talk of one is not."""

from __future__ import annotations

import pytest

from detector.features import observe
from detector.link_channels import channel_of
from detector.links import read_link
from detector.score import default_reader
from detector.types import Observation

READER = default_reader()
ALBUM = "https://x.yupoo.com/photos/somebody/albums/12345"

CHANNELS = [
    ("https://www.pandabuy.com/product?url=https%3A%2F%2Fweidian.com%2Fitem.html%3FitemID%3D1", "pandabuy.com"),
    ("https://cnfans.com/product/?shop_type=weidian&id=1", "cnfans.com"),
    ("https://www.kakobuy.com/item/details?url=https%3A%2F%2Fitem.taobao.com%2Fitem.htm%3Fid%3D2", "kakobuy.com"),
    ("https://www.superbuy.com/en/", "superbuy.com"),
    ("https://pandabuy.page.link/abc", "pandabuy.page.link"),
    ("https://pandabuy.allapp.link/abc", "pandabuy.allapp.link"),
    ("https://ikakobuy.com/abc", "ikakobuy.com"),
    (ALBUM, "yupoo"),
    ("https://somebody.x.yupoo.com/", "yupoo"),
    ("https://a2019.szwego.com/x", "szwego"),
]
NO_CHANNELS = [
    "https://weidian.com/item.html?itemID=1",
    "https://shop123.v.weidian.com/",
    "https://item.taobao.com/item.htm?id=2",
    "https://other.page.link/abc",
    "https://t.cn/abc",
    "https://www.gucci.com/",
    "https://pandabuy.example/",
    "no link at all",
]


def observed(text: str, url: str = ALBUM) -> dict[str, Observation]:
    return dict(observe(READER.evidence(read_link(url), READER.text(text), None, 1)))


@pytest.mark.parametrize(("url", "channel"), CHANNELS)
def test_tells_through_whom_a_link_goes(url: str, channel: str) -> None:
    assert channel_of(read_link(url)) == channel


@pytest.mark.parametrize("url", NO_CHANNELS)
def test_other_links_have_no_channel(url: str) -> None:
    assert channel_of(read_link(url)) is None


@pytest.mark.parametrize("url", [url for url, _ in CHANNELS])
def test_a_brand_offered_through_an_agent_or_album_is_observed(url: str) -> None:
    found = observed("Nike Dunk 45 usd, size 40 to 45", url)
    assert found["offer.brand_by_agent"].details["brand"] == "Nike"
    assert "offer.brand_by_agent" not in observed("wool socks, own design, 45 usd", url)


def test_the_same_offer_elsewhere_is_not() -> None:
    assert "offer.brand_by_agent" not in observed("LV neverfull 298元", "https://weidian.com/item.html?itemID=1")


def test_a_price_below_the_band_is_observed_with_both_prices() -> None:
    found = observed("LV neverfull 298元")["offer.agent_below_reference"]
    assert found.evidence == "298元"
    assert (found.details["price"], found.details["reference"]) == ("298", "8,000")


@pytest.mark.parametrize("text", ["LV neverfull", "LV neverfull 12800元", "neverfull lv 原价16800元"])
def test_no_price_or_a_plausible_one_is_not_below(text: str) -> None:
    found = observed(text)
    assert "offer.brand_by_agent" in found
    assert "offer.agent_below_reference" not in found


@pytest.mark.parametrize(
    "text",
    [
        "二手 LV neverfull 自用转让 2900元",
        "警方通报：售假LV包包案告破",
        "这个LV包包是真的吗",
        "LV包包维修 换五金 198元",
    ],
)
def test_used_goods_talk_and_repair_are_not_meant(text: str) -> None:
    assert "offer.brand_by_agent" not in observed(text)
