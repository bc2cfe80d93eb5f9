"""Wild disguises, and the benign texts that look a little like them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import wild_rows

from detector.text import MAX_READ, read_text

_PLAIN_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BRANDS = ("louis vuitton", "chanel", "gucci", "hermes", "dior", "prada", "rolex", "nike", "adidas", "burberry")
_MATHS_STARTS = {  # first capital of each styled alphabet without holes
    "bold": 0x1D400,
    "bold italic": 0x1D468,
    "bold script": 0x1D4D0,
    "bold fraktur": 0x1D56C,
    "sans": 0x1D5A0,
    "sans bold": 0x1D5D4,
    "sans italic": 0x1D608,
    "monospace": 0x1D670,
    "squared": 0x1F130,
    "negative circled": 0x1F150,
    "negative squared": 0x1F170,
    "circled": 0x24B6,
    "full width": 0xFF21,
}
_CYRILLIC = str.maketrans("aceiopsxyjdhqw", "асеіорѕхујԁһԛԝ")
_GREEK_CAPITALS = str.maketrans("ABEHIKMNOPTXYZ", "ΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")
_CHEROKEE = str.maketrans("ADEGHLMPRSTVWZ", "ᎪᎠᎬᏀᎻᏞᎷᏢᎡᏚᎢᏙᎳᏃ")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u202c\u2066\u2069\u180e\u034f\u3164\ufe00\U000e0061\U000e0100"
_MARKS = "\u0336\u0335\u0338\u0332\u0305\u20dd\u0489"


def _styled(word: str, start: int) -> str:
    return "".join(chr(start + ord(s) - 65) if s.isalpha() else s for s in word.upper())


STYLED = [(_styled(word, start), word) for word in _BRANDS for start in _MATHS_STARTS.values()]
CONFUSED = [(word.translate(_CYRILLIC), word) for word in _BRANDS]
CONFUSED += [(word.upper().translate(_GREEK_CAPITALS), word) for word in _BRANDS]
CONFUSED += [(word.upper().translate(_CHEROKEE), word) for word in _BRANDS]
HIDDEN = [(sign.join(word), word) for word in ("gucci", "高仿", "复刻", "微信", "298") for sign in _INVISIBLE]
MARKED = [("".join(s + mark for s in word), word) for word in ("chanel", "高仿", "298") for mark in _MARKS]
SPREAD = [
    (gap.join(word), word)
    for word in ("高仿", "精仿", "复刻", "原单", "莆田", "香奈儿", "爱马仕", "劳力士", "驴牌")
    for gap in (" ", ".", "*", "·", "-", "_", "|", "/", "~", "❤", "🔥", "⭐️", "  ", "\u200b")
]
SPELLED = [(gap.join(word), word) for word in ("gucci", "chanel", "dior", "prada", "rolex") for gap in " .-*·"]
SINGLE = [
    ("ѕаӏе", "sale"),
    ("¢hanel", "chanel"),
    ("Ⅼ∨", "lv"),
    ("ＬＶ", "lv"),
    ("𝐋𝐕", "lv"),
    ("А货", "a货"),
    ("СНАNEL", "chanel"),
    ("ʟᴏᴜɪꜱ", "louis"),
    ("Dїor", "dior"),
    ("2⃣9⃣8⃣", "298"),
    ("２９８", "298"),
    ("②⑨⑧", "298"),
    ("❷❾❽", "298"),
    ("٢٩٨", "298"),
    ("₂₉₈", "298"),
    ("Pokémon", "pokemon"),
    ("HERMÈS", "hermes"),
    ("L.V包包", "lv包包"),
    ("l v包包", "lv包包"),
    ("l v 包包", "lv 包包"),
    ("L·V 老花", "lv 老花"),
    ("A*货", "a货"),
    ("a 货", "a货"),
    ("一 比 一", "一比一"),
    ("香 奈 儿 包 包", "香奈儿包包"),
    ("顶*级", "顶级"),
    ("亻言", "信"),
    ("高亻方", "高仿"),
    ("复亥刂", "复刻"),
    ("革圭子", "鞋子"),
    ("马户牌", "驴牌"),
    ("馬戶牌", "驴牌"),
    ("繁體復刻", "繁体复刻"),
    ("愛馬仕", "爱马仕"),
    ("勞力士", "劳力士"),
    ("兩百九十八", "两百九十八"),
    ("加威信 lv8888", "加微信 lv8888"),
    ("加威信", "加微信"),
    ("威信：lv8888", "微信：lv8888"),
    ("薇信 lv8888", "微信 lv8888"),
    ("维信lv8888", "微信lv8888"),
    ("徽信 lv8888", "微信 lv8888"),
    ("薇❤ lv8888", "微信 lv8888"),
    ("薇❤️ lv8888", "微信 lv8888"),
    ("V❤信 lv8888", "微信 lv8888"),
    ("V信 lv8888", "微信 lv8888"),
    ("➕V lv8888", "加微信 lv8888"),
    ("加➕V lv8888", "加微信 lv8888"),
    ("+v: lv8888", "加微信: lv8888"),
    ("＋Ｖ lv8888", "加微信 lv8888"),
    ("加v lv8888", "加微信 lv8888"),
    ("加V", "加微信"),
    ("加卫星", "加微信"),
    ("vx lv8888", "微信 lv8888"),
    ("VX：lv8888", "微信：lv8888"),
    ("wx: lv8888", "微信: lv8888"),
    ("v x 12345678", "微信 12345678"),
    ("扣扣 12345678", "qq 12345678"),
    ("Q Q 12345678", "qq 12345678"),
    ("企鹅：12345678", "qq：12345678"),
    ("加亻言 威亻言 lv8888", "微信 lv8888"),
]
DISGUISED = [*STYLED, *CONFUSED, *HIDDEN, *MARKED, *SPREAD, *SPELLED, *SINGLE]

BENIGN = [
    "привет, как дела",
    "сор и рост, осы и нос: это по-русски",
    "και το καλό παιδί",
    "全国包邮，欢迎选购。",
    "专柜品质 支持验货",
    "红 黑 白 三色",
    "女子篮球队",
    "他在群众中威信很高",
    "加v领带",
    "卫星发射成功",
    "微信支付",
    "a b c d",
    "s m l xl",
    "vitamin a b",
    "made in u.k.",
    "1:1 对话",
    "3.5 折",
    "nike™ 官方",
    "日本のガイド",
    "한국어 안내",
    "السلام عليكم",
    "नमस्ते दुनिया",
    "https://example.com/a?b=c",
    "me@x.com",
    "l.v@x.com",
    "👍🎉 新年快乐",
    "¥298 包邮",
    "企鹅馆 2026",
    "wx",
    "薇娅直播间",
    "一二三 四五六",
    "提高 效率",
    "a-b 测试",
    "20*30 厘米",
]


@pytest.mark.parametrize(("disguised", "expected"), DISGUISED)
def test_reads_disguised_text(disguised: str, expected: str) -> None:
    assert expected in read_text(disguised).plain


@pytest.mark.parametrize(("disguised", "expected"), wild_rows("disguises"))
def test_reads_a_wild_disguise(disguised: str, expected: str) -> None:
    assert expected in read_text(disguised).plain


@pytest.mark.parametrize("text", [row.values[0] for row in wild_rows("not_disguised")])
def test_leaves_a_likeness_of_disguise_as_it_stands(text: str) -> None:
    assert read_text(text).plain == text.lower()


@pytest.mark.parametrize("text", BENIGN)
def test_leaves_benign_text_unchanged(text: str) -> None:
    assert read_text(text).plain == text


@pytest.mark.parametrize("text", ["早安 世界", "gOOD Morning", "新年快樂", "Café crème", "今日份早餐"])
@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u2060"])
def test_reads_benign_text_under_disguise_as_itself(text: str, sign: str) -> None:
    assert read_text(sign.join(text)).plain == read_text(text).plain


@pytest.mark.parametrize("text", ["LV包包298元，专柜品质！", "plain english", "￥298（包邮）", "今天🎉上新"])
def test_keeps_places_untouched_where_nothing_was_undone(text: str) -> None:
    read = read_text(text)
    assert (read.starts, read.ends, read.disguises) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("买ＬＶ包", "width", "ＬＶ"),
        ("买𝐋𝐕包", "style", "𝐋𝐕"),
        ("big ѕаӏе", "confusable", "ѕаӏе"),
        ("高\u200b仿", "invisible", "\u200b"),
        ("高*仿", "split", "*"),
        ("複刻", "traditional", "複"),
        ("请加威信", "sound_alike", "加威信"),
        ("c\u0336ool", "mark", "\u0336"),
    ],
)
def test_names_what_was_undone_and_where(text: str, kind: str, part: str) -> None:
    first = read_text(text).disguises[0]
    assert (first.kind, text[slice(*first.span)]) == (kind, part)


@pytest.mark.parametrize("text", ["❤️", "👩‍👩‍👧", "می\u200cخواهم", "क्\u200dष", "été", "HELLO", "a\u00a0b", "a\u3000b"])
def test_does_not_call_ordinary_spelling_a_disguise(text: str) -> None:
    assert read_text(text).disguises == ()


@pytest.mark.parametrize(
    ("text", "word", "part"),
    [
        ("买 2⃣9⃣8⃣ 元", "298", "2⃣9⃣8⃣"),
        ("x高 * 仿y", "高仿", "高 * 仿"),
        ("请➕V lv8888", "加微信", "➕V"),
        ("一\u200b𝐋\u200b𝐕一", "lv", "𝐋\u200b𝐕"),
        ("买ﷺlv", "lv", "lv"),
    ],
)
def test_finds_the_place_in_the_text_as_sent(text: str, word: str, part: str) -> None:
    read = read_text(text)
    start = read.plain.index(word)
    assert text[slice(*read.span(start, start + len(word)))] == part


def test_reads_at_most_its_limit_of_a_long_text() -> None:
    read = read_text("好" * 1_000_000)
    assert len(read.plain) == MAX_READ
    assert len(read.original) == 1_000_000


HOSTILE = [
    *("1" * 100_000, "一" * 100_000, "v " * 50_000, "." * 100_000, "高 " * 50_000, "威信 " * 30_000, "亻言" * 50_000),
    *("\u200b" * 100_000, "ѕ" * 100_000, "ﷺ" * 100_000, "e\u0301\u0301" * 30_000, "\ud800" * 100_000, "加+" * 50_000),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_finishes_on_hostile_text(text: str) -> None:
    read = read_text(text)
    assert len(read.plain) <= 2 * MAX_READ
    assert read.original == text


_TRICKY = st.sampled_from(
    [s for row in (*DISGUISED, *(row.values for row in wild_rows("disguises"))) for s in row[0]]
    + list("加微威信薇vVxXqQ ❤+➕.*:仿高8")
)
_TEXTS = st.one_of(st.text(st.characters(exclude_categories=()), max_size=60), st.text(_TRICKY, max_size=40))


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_reading_twice_is_reading_once(text: str) -> None:
    once = read_text(text).plain
    assert read_text(once).plain == once


def test_every_sign_of_the_european_blocks_is_read_once_for_all() -> None:
    plains = [read_text(f"x{chr(code)}y").plain for code in range(0x3000)]
    assert [read_text(plain).plain for plain in plains] == plains


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_places_stay_inside_the_original_and_in_order(text: str) -> None:
    read = read_text(text)
    assert len(read.plain) <= 18 * len(text)
    spans = [read.span(i, i + 1) for i in range(len(read.plain))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert [s for s, _ in spans] == sorted(s for s, _ in spans)
    assert all(0 <= d.span[0] < d.span[1] <= len(text) for d in read.disguises)


@settings(max_examples=100, deadline=None)
@given(st.text("早安你好世界，。！？今天天气 ", max_size=60))
def test_ordinary_chinese_is_read_as_it_stands(text: str) -> None:
    assert read_text(text).plain == text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("&#76;&#86;包包", "lv包包"),
        ("高&#x4eff; &amp;#x4c;&#118;", "高仿 lv"),
        ("&#65324;&#65334; 298&yen;", "lv 298¥"),
        ("Levi&#39;s &nbsp; &gt;50%", "levi's   >50%"),
        ("&#0;&#xd800;&#99999999;", "  &#99999999;"),
        ("AT&T & co; &unknown;", "at&t & co; &unknown;"),
    ],
)
def test_reads_signs_written_as_numbers_of_html(written: str, plain: str) -> None:
    read = read_text(written)
    assert read.plain == plain
    assert read_text(read.plain).plain == plain
    assert not read.disguises or written.startswith("&#65324;")


def test_an_entity_stands_for_the_whole_of_its_place() -> None:
    written = "买&#76;&#86;包"
    read = read_text(written)
    assert [written[slice(*read.span(i, i + 1))] for i in range(4)] == ["买", "&#76;", "&#86;", "包"]
