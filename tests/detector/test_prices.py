"""Prices as people write them, and the numbers that are none."""

from __future__ import annotations

import math

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import wild_rows

from detector.currencies import CNY_PER_UNIT
from detector.numerals import parse_amount
from detector.prices import MAX_PRICES, find_prices
from detector.text import read_text

Row = tuple[str, list[tuple[float, str, str]]]


def _words(spaced: str) -> list[str]:
    """A table's row that stays readable in the source."""
    return spaced.split()


def _one(amount: float, currency: str, role: str, *texts: str) -> list[Row]:
    return [(text, [(amount, currency, role)]) for text in texts]


FOUND: list[Row] = [
    *_one(
        298,
        "CNY",
        "unknown",
        *_words("298元 ¥298 ￥298 298R 298r 298米 298块 298块钱 298💰 💰298 298人民币 298rmb RMB298"),
    ),
    *_one(
        298,
        "CNY",
        "unknown",
        *_words("二九八 2九8 29捌 贰玖捌 两百九十八 二百九十八 2百98 ２９８元 2⃣9⃣8⃣元 ②⑨⑧元 二九八元"),
    ),
    *_one(
        298,
        "CNY",
        "unknown",
        "包包２９８",
        "包包2⃣9⃣8⃣",
        "包包❷❾❽",
        "LV298元",
        "a货298元",
        "298 元",
        "¥ 298",
        "298圓",
        "298円人民币"[:3] + "元",
    ),
    *_one(
        298,
        "CNY",
        "unknown",
        "古驰腰带298块",
        "包包 两百九十八 可看货",
        "LV包包298元 专柜品质 加V信 lv8888",
        "𝟐𝟗𝟖元",
        "298\u200b元",
    ),
    *_one(
        298,
        "CNY",
        "sale",
        *_words("298包邮 298到手 298秒杀 298批发 298拿货 298拿走 298带走 298起 298入手 298一件包邮 298元包邮"),
    ),
    *_one(
        298,
        "CNY",
        "sale",
        *_words("特价298 现价298 只要298 仅298 仅需298 秒杀298 批发298 到手298 到手价298 活动价298 优惠价298元"),
    ),
    *_one(
        298,
        "CNY",
        "sale",
        *_words("价格298 价格：298 价格:298元 售价298 券后298 折后298 一口价298 拿货价298 代购价298 卖298 我们298"),
    ),
    *_one(
        298,
        "CNY",
        "sale",
        "只要 298",
        "特价：￥298",
        "LV 298 全国包邮",
        "lv包包298 现货包邮",
        "298 全国包邮",
        "298顺丰包邮",
        "只要２９８",
    ),
    *_one(
        3200,
        "CNY",
        "list",
        *_words("原价3200 专柜价3200 市场价3200元 吊牌价¥3200 官网3200 专柜3200 公价3200 原价：3200元"),
    ),
    *_one(999, "CNY", "bound", "三位数", "3位数", "只要三位数", "几百", "大几百"),
    *_one(9999, "CNY", "bound", "四位数", "4位数拿下", "几千"),
    *_one(499, "CNY", "bound", "小几百", "小几百拿下"),
    *_one(199, "CNY", "bound", "100多块", "100来块", "一百多元"),
    *_one(12000, "CNY", "unknown", "1.2万", "1.2万元", "一万二", "一万二千元", "￥12,000", "¥12,000.00", "12000元"),
    *_one(15000, "CNY", "unknown", "1w5", "1.5w元", "15,000元", "一万五", "1万5"),
    *_one(3000, "CNY", "unknown", "3k元", "¥3k", "包包3k", "3千元", "三千元", "3000块"),
    *_one(1200, "CNY", "unknown", "一千二", "1千2", "1200元", "一千二百元", "壹仟贰佰元", "壹千贰百圆"),
    *_one(1500, "CNY", "unknown", "1千5", "一千五", "1.5k元"),
    *_one(1002, "CNY", "unknown", "一千零二元", "1002元"),
    *_one(199, "CNY", "sale", "一百九十九包邮", "199包邮", "１９９包邮", "1⃣9⃣9⃣包邮"),
    *_one(9.9, "CNY", "sale", "9.9包邮", "9.9元包邮", "9块9包邮"),
    *_one(99.9, "CNY", "unknown", "九十九块九", "99块9", "99.9元"),
    *_one(1, "CNY", "unknown", "1元", "一元"),
    *_one(
        45,
        "USD",
        "unknown",
        "$45",
        "US$45",
        "45 USD",
        "45usd",
        "45刀",
        "45美元",
        "45美金",
        "45美刀",
        "USD 45",
        "45$",
        "＄45",
        "45 bucks",
    ),
    *_one(45, "USD", "sale", "only $45", "now $45", "price: $45", "45 shipped", "price 45", "for $45"),
    *_one(1299, "USD", "unknown", "$1,299", "$1,299.00", "$1299", "$ 1,299"),
    *_one(30, "EUR", "unknown", "€30", "30€", "30 euros", "30欧元", "30 EUR", "30欧"),
    *_one(30, "GBP", "unknown", "£30", "30镑", "30英镑", "30 GBP", "30 quid"),
    *_one(300, "HKD", "unknown", "HK$300", "HKD 300", "300港币", "300港元", "300 hkd"),
    *_one(300, "TWD", "unknown", "NT$300", "300台币", "300新台币", "300 ntd"),
    *_one(3000, "JPY", "unknown", "3000円", "3000日元", "¥3000日元", "¥3,000（日元）", "3000 yen", "JPY 3000"),
    *_one(50000, "KRW", "unknown", "₩50000", "₩50,000", "50000韩元", "50000 won"),
    *_one(120, "AUD", "unknown", "120 AUD", "A$120", "AU$120", "120澳元", "120澳刀"),
    *_one(120, "CAD", "unknown", "120 CAD", "C$120", "120加币"),
    *_one(120, "SGD", "unknown", "S$120", "120 SGD", "120新币"),
    *_one(120, "MYR", "unknown", "RM120", "120马币"),
    *_one(1500, "THB", "unknown", "฿1500", "1500泰铢"),
    *_one(5000, "RUB", "unknown", "5000₽", "5000卢布"),
    ("原价3200特价298", [(3200, "CNY", "list"), (298, "CNY", "sale")]),
    ("原價3200特價298", [(3200, "CNY", "list"), (298, "CNY", "sale")]),
    ("原价3200，现价298", [(3200, "CNY", "list"), (298, "CNY", "sale")]),
    ("专柜3200我们298", [(3200, "CNY", "list"), (298, "CNY", "sale")]),
    ("专柜价1.2万 到手价800", [(12000, "CNY", "list"), (800, "CNY", "sale")]),
    ("now 59.99 was 250", [(59.99, "USD", "sale"), (250, "USD", "list")]),
    ("was $250 now $59.99", [(250, "USD", "list"), (59.99, "USD", "sale")]),
    ("retail $250, only $59", [(250, "USD", "list"), (59, "USD", "sale")]),
    ("298-598元", [(298, "CNY", "unknown"), (598, "CNY", "unknown")]),
    ("包298元 鞋398元 表598元", [(298, "CNY", "unknown"), (398, "CNY", "unknown"), (598, "CNY", "unknown")]),
    ("¥298/¥398", [(298, "CNY", "unknown"), (398, "CNY", "unknown")]),
]

NONE_THERE = [
    *_words(
        "13812345678 2026年 2026-11-23 2026.11.23 42码 85cm 3个 100% 350V2 N5 1:1 24小时 第298条 一心一意"
        " 三百六十行 12:30 满200减50 满299包邮"
    ),
    *_words(
        "十分好 千万别 3米 100米 长298米 两块手表 双十一 一比一 2026元旦 粉丝1.2万 月销3万 4k电视 18k金"
        " 一二三 六六六 5-10天 3.5折 零售 百搭"
    ),
    *_words(
        "万一 罚款5000元 涉案金额298万元 涉案金额达298万元 100米跑 lv8888 一百分 舞蹈1班 covid-19 2025新款"
        " 第二百九十八条 三十而立 八百里"
    ),
    *_words(
        "五四青年 10万+阅读 24h发货 90后 s925 1.5L v2.0 20寸行李箱 100g 500ml 4.9分 满300元减30元 立减50元"
        " 运费12元 押金500元 奖金5000元"
    ),
    *_words(
        "第一名 三百六十五天 一千零一夜 二〇二六年 五二零 九九六 十二月 三十五岁 42.5码 1/2 top10 身高175"
        " 体重120 50%off a4 b12 mp3"
    ),
    *_words(
        "1.2万人 3k粉丝 298个赞 5万播放 12号楼 3楼 2小时 45分钟 8核 16GB 5G 128gb 65w 3套 10双 3只装 2次 5星"
        " 7天无理由 12期免息 一块玩"
    ),
    *(
        "QQ 123456",
        "iPhone 15",
        "jordan 1",
        "only 3 left",
        "for 24 hours",
        "AJ1 42.5码",
        "air force 1 '07",
        "微信 12345678",
    ),
    *(
        "https://a.example/item?id=298元",
        "www.a.example/298元",
        "http://a.example/p/298r",
        "a.example/298包邮",
        "加v 298398",
    ),
    *(
        "size 42",
        "top 10",
        "room 298",
        "298 people",
        "2026 collection",
        "+86 13812345678",
        "order 298398",
        "",
        "没有数字的帖子",
        "no digits",
    ),
]

KNOWN_FAILURES: list[Row] = [
    ("仨百", [(300, "CNY", "unknown")]),
    ("一张毛爷爷", [(100, "CNY", "unknown")]),
    ("2 9 8元", [(298, "CNY", "unknown")]),
    ("三点五万元", [(35000, "CNY", "unknown")]),
]


def _seen(text: str) -> list[tuple[float, str, str]]:
    return [(p.amount, p.currency, p.role) for p in find_prices(read_text(text)) if not p.bare]


@pytest.mark.parametrize(("text", "prices"), FOUND)
def test_finds_prices_as_written(text: str, prices: list[tuple[float, str, str]]) -> None:
    assert _seen(text) == prices


@pytest.mark.parametrize(("text", "amounts"), wild_rows("bare_prices"))
def test_takes_a_number_without_a_currency_for_a_possible_price(text: str, amounts: str) -> None:
    found = [f"{price.amount:g}" for price in find_prices(read_text(text)) if price.bare]
    assert found == amounts.replace("-", "").split()


@pytest.mark.parametrize("text", NONE_THERE)
def test_leaves_other_numbers_alone(text: str) -> None:
    assert _seen(text) == []


@pytest.mark.parametrize(("text", "prices"), KNOWN_FAILURES)
@pytest.mark.xfail(reason="not covered yet", strict=True)
def test_finds_what_it_cannot_find_yet(text: str, prices: list[tuple[float, str, str]]) -> None:
    assert _seen(text) == prices


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("LV包包298元 好", "298元"),
        ("包包2⃣9⃣8⃣元", "2⃣9⃣8⃣元"),
        ("包包２９８包邮", "２９８"),
        ("特价 ¥ 298！", "¥ 298"),
        ("\u200b只要\u200b2\u200b98元", "2\u200b98元"),
        ("小几百拿下", "小几百"),
    ],
)
def test_gives_the_words_as_sent_with_their_place(text: str, evidence: str) -> None:
    (price,) = find_prices(read_text(text))
    assert price.span is not None
    assert (price.evidence, text[slice(*price.span)]) == (evidence, evidence)


def test_values_other_currencies_in_cny() -> None:
    (price,) = find_prices(read_text("$100"))
    assert 500 < price.amount_cny < 1000


def test_gives_at_most_fifty_prices() -> None:
    assert len(find_prices(read_text("298元 " * 200))) == MAX_PRICES


@settings(max_examples=200, deadline=None)
@given(st.integers(10, 99_999_999))
def test_reads_chinese_numerals_as_cn2an_writes_them(number: int) -> None:
    assert parse_amount(cn2an.an2cn(number)) == number


@pytest.mark.parametrize(
    "number", [10, 11, 20, 99, 100, 101, 110, 298, 1000, 1001, 1010, 1100, 9999, 10000, 10001, 120000]
)
def test_reads_formal_chinese_numerals(number: int) -> None:
    assert parse_amount(cn2an.an2cn(number, "up")) == number


@pytest.mark.parametrize("token", ["", "百", "千万", "十百", "一万万", "百千", "1" * 50, "k", "1.2.3", "abc"])
def test_refuses_what_is_no_numeral(token: str) -> None:
    assert parse_amount(token) is None


HOSTILE = [
    *(
        "1" * 100_000,
        "一" * 100_000,
        "v " * 50_000,
        "." * 100_000,
        "1 " * 50_000,
        "1," * 50_000,
        "¥" * 100_000,
        "一1" * 50_000,
    ),
    *(
        "$1" * 50_000,
        "a/" * 50_000,
        "a" * 100_000 + "/",
        "298元" * 30_000,
        "原价" * 50_000,
        "几百" * 50_000,
        "\ud8001元" * 10_000,
    ),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_finishes_on_hostile_text(text: str) -> None:
    assert len(find_prices(read_text(text))) <= MAX_PRICES


_PIECES = st.lists(
    st.sampled_from(
        [
            *_words("0123456789一二两百千万几位数多元块米r$¥￥💰.,，:/- 包邮价满原特第k w件"),
            *"0129一百千万元块. ,",
            "us$",
            "usd",
        ]
    )
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), _PIECES.map("".join)))
def test_every_price_is_finite_positive_and_stands_in_the_text(text: str) -> None:
    for price in find_prices(read_text(text)):
        assert price.amount > 0
        assert math.isfinite(price.amount_cny)
        assert price.span is not None
        assert 0 <= price.span[0] < price.span[1] <= len(text)
        assert text[slice(*price.span)] == price.evidence


@pytest.mark.parametrize(
    ("text", "amount", "pieces"),
    [
        ("AirPods, 10 for £150", 150, 10),
        ("Yeezy slides, 3 for $50", 50, 3),
        ("buy 2 for only $30", 30, 2),
        ("$50 for 3 pairs", 50, 3),
        ("两双100元", 100, 2),
        ("三件 一共 99元", 99, 3),
        ("100元3件", 100, 3),
        ("100元/2支", 100, 2),
        ("3個 NT$500", 500, 3),
        ("298元两件套", 298, 1),
        ("两件套298元", 298, 1),
        ("第3件 50元", 50, 1),
        ("满3件 100元", 100, 1),
        ("前3双 298元", 298, 1),
        ("iphone 15 for $600", 600, 1),
        ("5 stars for $20", 20, 1),
        ("一对160元", 160, 1),
        ("100元起批 3件", 100, 1),
    ],
)
def test_what_several_pieces_cost_is_told_for_one(text: str, amount: float, pieces: int) -> None:
    (price,) = find_prices(read_text(text))
    assert price.amount == amount
    assert price.amount_cny == pytest.approx(amount * CNY_PER_UNIT[price.currency] / pieces, abs=0.01)
