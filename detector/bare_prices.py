"""Numbers that may be prices though nothing says so: 鬼王 1680, 一双59, 两张半, 3开头, 8k8.

Sellers leave the currency out. Such a number is a *possible* price: it means nothing without a brand beside it. Years,
sizes, model numbers, counts, dates, times, percentages and long numbers are none.
"""

from __future__ import annotations

import re

import msgspec

from detector.numerals import CHINESE, parse_amount
from detector.price_words import LEAD_ENDINGS, Endings, other_unit


def _words(spaced: str) -> list[str]:
    """A list that stays readable in the source."""
    return spaced.split()


MIN_AMOUNT, MAX_AMOUNT = 15, 99_999
_MODELS = frozenset(
    map(
        int,
        _words(
            "90 95 97 98 270 720 237 327 350 380 450 500 501 505 511 514 530 550 560 574 576 580 608 610 650"
            " 700 725 740 750 860 878 920 990 991 992 993 996 997 998 999 1017 1080 1130 1166 1300 1460 1461"
            " 1500 1700 1906 2000 2055 2976 5167 5711 5740 9060 11661 15202 15400 15500"
        ),
    )
)
"""Numbers of shoes, jeans and watches."""
_MODEL_NAMES = Endings(
    _words(
        "椰子 yeezy boost nb balance 新百伦 扭百伦 levis levi's 李维斯 max 亚瑟士 asics gel 马丁 martens 鹦鹉螺 patek"
        " 百达翡丽 ap 爱彼 皇家橡树 oak converse 匡威 gucci"
    )
)
_SIZED_NAMES = Endings(
    _words(
        "speedy kelly birkin keepall alma togo epsom neverfull lindy picotin evelyne cf 凯莉 铂金 琳迪 菜篮子 尺寸 尺"
    )
)
_MAX_BAG_CM = 60
_SIZES = range(34, 49)
_EACH = Endings(
    (
        *(f"{one}{piece}" for one in "一每1" for piece in "个件双条套只款支瓶盒台对块箱"),
        *("都是", "任选", "统一", "均价", "各", "打包", "全套", "一口价", "随便挑", "只要", "卖", "出"),
    )
)
_PIECE = "[个件双条套只款支瓶盒台对块]"
_AFTER = re.compile(
    " ?(?:$|[,，。.!！?？;；)）】」\n~～、/|](?![0-9])|[\u2600-\u27bf\U0001f300-\U0001faff]"
    "|[走拿出秒带冲收抢买卖甩清](?![0-9一-龥])|[走拿出带冲][了吧走起]|不[议讲刀退包]|左右|上下|以内|封顶"
    f"|一{_PIECE}(?![月年])|[/每]{_PIECE})"
    "| (?![0-9:：./%-])"
)
_JOINTS = frozenset(["", *"\n ,，。.!！?？:：;；、/|~～)）】」"])
_LATIN_WORD = re.compile("[a-z]{2,20}$")
_NOT_PRICED = frozenset(
    _words(
        "size sz us eu uk no number room page top order level chapter day week season vol episode ep highway route gate"
        " flight apt suite floor class grade year type model iphone ipad galaxy pixel mate ps xbox windows win ios"
        " android version est since in on at by of the and or to from with for over under about only last next first"
    )
)
_LINE_END = re.compile(" ?(?:$|[\n/|])")
_COUNTED = frozenset("第共限剩前近约满减同差省欠还号楼室座版型期届周岁龄码尺寸长高宽重距班路栋年月")
_BARE_NUMBER = re.compile("[0-9]{2,5}(?:\\.[0-9])?|[0-9]k[1-9]|[" + CHINESE + "]{2,6}")
_SLANG_SHEETS = re.compile(
    "(?P<count>[0-9]{1,2}|[一二两三四五六七八九十])张(?:(?P<half>半)|(?P<tens>[一二三四五六七八九1-9])(?![0-9一二三四五六七八九十]))?"
)
_SHEETS_AFTER = re.compile(
    " ?(?:$|[,，。!！?？;；)）\n~～、/|]"
    "|[\u2600-\u27bf\U0001f300-\U0001faff]|任选|起|多|走|拿|不|包|一[个件双条只]|出|左右| )"
)
_NOT_SHEETS = frozenset("第这那有发拍贴印了几传画晒送哪")
_OPENING = re.compile("([1-9一二两三四五六七八九壹贰叁肆伍陆柒捌玖])(?:字?开头|打头|字头)(?!的)")
_PLACES = re.compile("([两二三四五2-5])位数[，, ]?$")
_CHINESE_SIGN = re.compile("[\u4e00-\u9fff]")


class Bare(msgspec.Struct, frozen=True, gc=False):
    """A possible price in places of ``plain``; ``bound`` where it is at most so much."""

    amount: float
    start: int
    end: int
    bound: bool


def bare_number(plain: str, start: int, end: int, token: str, amount: float) -> Bare | None:
    """The numeral as a possible price; ``None`` where it is something else, as far as can be told."""
    if not MIN_AMOUNT <= amount <= MAX_AMOUNT or _is_year(token, amount) or _BARE_NUMBER.fullmatch(token) is None:
        return None
    if other_unit(plain, end) or _AFTER.match(plain, end) is None:
        return None
    if not _stands_free(plain, start, end, amount):
        return None
    return Bare(amount, start, end, bound=False)


def _is_year(token: str, amount: float) -> bool:
    return len(token) == 4 and 1900 <= amount < 2100


def _stands_free(plain: str, start: int, end: int, amount: float) -> bool:
    """Whether what stands before a number leaves it a price: no count, no model, no size."""
    before = plain[max(0, start - 16) : start].rstrip(" :：")
    last = before[-1:]
    if last in _COUNTED and last:
        return False
    if _EACH.of(before) is not None:
        return True
    word = LEAD_ENDINGS.of(before)
    if amount in _SIZES or (word is not None and len(word) > 1) or _is_model(before, amount):
        return False
    direct = plain[start - 1 : start]
    if last.isascii() and last.isalpha():
        return direct in {" ", ":", "："} and _follows_a_word(plain, before, end)
    return direct in _JOINTS or not direct.isascii()


def _is_model(before: str, amount: float) -> bool:
    """椰子350, air max 97, Kelly 25."""
    if amount in _MODELS and _MODEL_NAMES.of(before) is not None:
        return True
    return amount <= _MAX_BAG_CM and _SIZED_NAMES.of(before) is not None


def _follows_a_word(plain: str, before: str, end: int) -> bool:
    """Alma 198 at the end of a line, or anything like it in a Chinese text; not: size 95, room 298."""
    word = _LATIN_WORD.search(before)
    if word is None or word[0] in _NOT_PRICED:
        return False
    return _LINE_END.match(plain, end) is not None or _CHINESE_SIGN.search(plain) is not None


def sheets(plain: str, start: int) -> Bare | None:
    """两张半 is 250, 4张 is 400: a sheet is a hundred-yuan note. Not 4张图."""
    match = _SLANG_SHEETS.match(plain, start)
    if match is None or plain[start - 1 : start] in _NOT_SHEETS or _SHEETS_AFTER.match(plain, match.end()) is None:
        return None
    count = parse_amount(match["count"]) or 0
    tens = 5 if match["half"] else parse_amount(match["tens"] or "0") or 0
    return Bare(100 * count + 10 * tens, start, match.end(), bound=False)


def opening(plain: str, start: int) -> Bare | None:
    """3开头, 贰开头, 三位数3开头: at most 399, where no number of places is named."""
    match = _OPENING.match(plain, start)
    if match is None:
        return None
    named = _PLACES.search(plain, max(0, start - 5), start)
    places = int(parse_amount(named[1]) or 3) if named else 3
    first = parse_amount(match[1]) or 0
    return Bare((first + 1) * 10 ** (places - 1) - 1, start, match.end(), bound=True)
