"""Contacts as sellers write them, and the words that only look like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import wild_rows

from detector.contacts import MAX_CONTACTS, find_contacts
from detector.text import read_text


def _words(spaced: str) -> list[str]:
    """A table's row that stays readable in the source."""
    return spaced.split()


def _all(kind: str, value: str, *texts: str) -> list[tuple[str, str, str]]:
    return [(text, kind, value) for text in texts]


FOUND = [
    *_all(
        "wechat",
        "lv8888",
        "微信 lv8888",
        "微信lv8888",
        "微信：lv8888",
        "微信号：lv8888",
        "加微信lv8888",
        "加v信 lv8888",
        "加V信：lv8888",
    ),
    *_all(
        "wechat",
        "lv8888",
        "vx lv8888",
        "vx:lv8888",
        "VX：lv8888",
        "wx lv8888",
        "WX:lv8888",
        "➕V lv8888",
        "加V：lv8888",
        "加V lv8888",
    ),
    *_all(
        "wechat",
        "lv8888",
        "V: lv8888",
        "威信lv8888",
        "薇信 lv8888",
        "薇❤ lv8888",
        "薇❤️：lv8888",
        "V❤lv8888",
        "徽信：lv8888",
        "维信 lv8888",
    ),
    *_all(
        "wechat",
        "lv8888",
        "加微 lv8888",
        "＋Ｖ ｌｖ８８８８",
        "V信：lv8888",
        "加卫星 lv8888",
        "v\u200bx lv8888",
        "微 信 lv8888",
        "微信➕lv8888",
    ),
    *_all(
        "wechat",
        "lv8888",
        "wechat: lv8888",
        "WeChat lv8888",
        "wechat id: lv8888",
        "LV包包298元 专柜品质 加V信 lv8888",
        "𝐯𝐱 𝐥𝐯𝟖𝟖𝟖𝟖",
    ),
    *_all("wechat", "abc_123", "weixin:abc_123", "微信(abc_123)", "微信【abc_123】"),
    *_all("wechat", "13812345678", "微信13812345678", "微信同号 13812345678"),
    *_all("wechat", "luxbags", "微信 luxbags", "vx:luxbags"),
    *_all(
        "qq",
        "12345678",
        "扣扣 12345678",
        "QQ:12345678",
        "qq12345678",
        "QQ群 12345678",
        "QQ号：12345678",
        "企鹅 12345678",
        "Q Q 12345678",
    ),
    *_all(
        "whatsapp", "8613812345678", "WhatsApp +86 138 1234 5678", "wa.me/8613812345678", "https://wa.me/8613812345678"
    ),
    *_all("whatsapp", "8613812345678", "whatsapp: 8613812345678", "https://api.whatsapp.com/send?phone=8613812345678"),
    *_all("whatsapp", "85291234567", "whatsapp:+852 9123 4567", "whats app me +852-9123-4567"),
    *_all(
        "telegram",
        "luxbags",
        "telegram @luxbags",
        "tg:@luxbags",
        "t.me/luxbags",
        "https://t.me/luxbags",
        "电报 luxbags",
        "飞机号：@luxbags",
    ),
    *_all("telegram", "lux_bags1", "Telegram: lux_bags1", "TG lux_bags1"),
    *_all(
        "phone",
        "13812345678",
        "13812345678",
        "138 1234 5678",
        "电话13812345678，谢谢",
        "联系我13812345678",
        "138-1234-5678",
        "+86 13812345678",
        "电话：１３８１２３４５６７８",
    ),
    *_all("phone", "+447911123456", "+44 7911 123456", "call +44 (7911) 123456"),
    *_all("email", "a.b@c.example", "a.b@c.example", "mail: A.B@C.example", "邮箱a.b@c.example。"),
    *_all("line", "luxbags", "line id: luxbags", "LINE：luxbags", "line.me/ti/p/~luxbags", "LINE @luxbags"),
    *_all(
        "unnamed",
        "",
        "加我",
        "加我看款",
        "私聊",
        "dm me",
        "DM for price",
        "主页有联系方式",
        "看主页",
        "加V",
        "加微信",
        "➕V",
        "私信我",
        "link in bio",
    ),
]

NONE_THERE = [
    *_words(
        "加V领带 微信支付 支持微信支付宝 大V认证 威信很高 V领毛衣 wx qq音乐 2026年 微信公众号 v2.0 加v领"
        " 加微辣 加微波炉 1:1 卫星发射 薇娅直播"
    ),
    *_words(
        "增加我国 添加我们 维信诺 微信群 飞机票 主页君 dm设计 扣扣子 微信小程序 QQ糖好吃 298元 lv8888"
        " 一心一意 企鹅馆 飞机晚点"
    ),
    *(
        "whatsapp is down",
        "telegram news",
        "the line is long",
        "online 2024",
        "call me",
        "line 2 is closed",
        "water 12345678",
    ),
    *(
        "waist 80cm",
        "wxs 2000",
        "context me",
        "https://a.example/item?id=13812345678",
        "id=13812345678",
        "wechat please",
        "",
        "vxworks",
    ),
]


def _seen(text: str) -> list[tuple[str, str]]:
    return [(c.kind, c.value) for c in find_contacts(read_text(text))]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND)
def test_finds_contacts_as_written(text: str, kind: str, value: str) -> None:
    assert _seen(text) == [(kind, value)]


@pytest.mark.parametrize("text", NONE_THERE)
def test_leaves_other_words_alone(text: str) -> None:
    assert _seen(text) == []


@pytest.mark.parametrize(("text", "contacts"), wild_rows("contacts"))
def test_finds_wild_contacts(text: str, contacts: str) -> None:
    found = " ".join(f"{kind}:{value}" for kind, value in _seen(text))
    assert found == contacts.removeprefix("-")


def test_finds_several_contacts_in_order() -> None:
    text = "微信 lv8888 QQ 12345678 whatsapp +8613812345678 a@b.example"
    assert [c.kind for c in find_contacts(read_text(text))] == ["wechat", "qq", "whatsapp", "email"]


def test_gives_no_unnamed_contact_beside_a_named_one() -> None:
    assert _seen("加我 微信 lv8888") == [("wechat", "lv8888")]


def test_gives_the_words_as_sent_with_their_place() -> None:
    text = "包包 薇❤️：lv8888 好"
    (contact,) = find_contacts(read_text(text))
    assert contact.span is not None
    assert (contact.evidence, text[slice(*contact.span)]) == ("薇❤️：lv8888", "薇❤️：lv8888")


HOSTILE = [
    *(
        "1" * 100_000,
        "一" * 100_000,
        "v " * 50_000,
        "." * 100_000,
        "1 " * 50_000,
        "微信" * 50_000,
        "a@" * 50_000,
        "qq:" * 30_000,
    ),
    *(
        "+1 " * 30_000,
        "a." * 50_000,
        "a" * 100_000 + "@",
        "x." * 50_000 + "@a.b",
        "加v" * 50_000,
        "line " * 20_000,
        "微信::::" * 10_000,
    ),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_finishes_on_hostile_text(text: str) -> None:
    assert len(find_contacts(read_text(text))) <= MAX_CONTACTS


_PIECES = st.lists(
    st.sampled_from(
        [
            "微信",
            "v",
            "x",
            "qq",
            "wa.me/",
            "t.me/",
            "line",
            "@",
            "+86",
            "138",
            "1234",
            "5678",
            "lv8888",
            " ",
            ":",
            "加",
            "我",
            ".com",
        ]
    )
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), _PIECES.map("".join)))
def test_every_contact_stands_in_the_text(text: str) -> None:
    for contact in find_contacts(read_text(text)):
        assert contact.span is not None
        assert 0 <= contact.span[0] < contact.span[1] <= len(text)
        assert contact.evidence == text[slice(*contact.span)]
        assert (contact.kind == "unnamed") == (contact.value == "")
