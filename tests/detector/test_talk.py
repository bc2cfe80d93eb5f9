"""Who asks, warns, reports or was cheated is not a seller, even where a seller's contact is quoted."""

from __future__ import annotations

import pytest

from detector.score import default_reader

READER = default_reader()

TALK = [
    "我被骗了，骗子微信 lv8888，大家小心",
    "曝光一个卖假LV的，微信号 lv8888 ，大家避雷",
    "买到假货了，客服微信abc12345 不退款，求助怎么维权",
    "Scam! Do not buy from here, they sell fakes. Their whatsapp is +8613812345678",
    "有人在这家买过吗",
    "太便宜了，不敢买，有懂的吗",
    "退货！质量太差，不是正品",
    "律师函：该店铺侵犯我司商标权",
    "求鉴定，这个LV是真的吗",
    "警方查获一批假LV，从源头批发",
    "拒绝高仿，支持正版",
]
SELLING = [
    "LV包包298元 加V lv8888",
    "警惕假货！正品LV 298 加V lv8888",
    "高仿LV 懂的来",
    "LV 招代理 一件代发 别信别家",
    "老花手提 三位数拿下",
]


@pytest.mark.parametrize("text", TALK)
def test_talks_about_goods(text: str) -> None:
    assert READER.text(text).is_talk


@pytest.mark.parametrize("text", SELLING)
def test_sells(text: str) -> None:
    assert not READER.text(text).is_talk


@pytest.mark.xfail(reason="No word that only a victim or an asker would use; a seller writes 怎么样 as well.")
@pytest.mark.parametrize("text", ["这家店怎么样", "假的，骗我钱"])
def test_talks_about_goods_without_a_telling_word(text: str) -> None:
    assert READER.text(text).is_talk
