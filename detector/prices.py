"""Finds the prices in a post as people write them, and leaves other numbers alone.

A number is a price where money is named beside it (298元, $45, 298r, 298💰), where selling words stand at it (特价298,
298包邮, 298到手) or where its spelling only makes sense as a hidden price (2九8, 29捌, 两百九十八). Phone numbers,
dates, sizes, quantities, model numbers, percentages, thresholds (满200减50) and anything inside a URL are not prices.

Where no currency is named it is CNY, or USD in a text without a single Chinese sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from detector.currencies import CNY_PER_UNIT
from detector.types import Price, ReadText, Span

MAX_PRICES = 50
_MAX_DIGITS = 12
_MAX_AMOUNT = 100_000_000

Role = Literal["sale", "list", "bound", "unknown"]


def _words(spaced: str) -> list[str]:
    """A list that stays readable in the source."""
    return spaced.split()


# --- numerals -------------------------------------------------------------------------------------------------------

_DIGITS = {
    **{
        sign: value
        for value, signs in enumerate(
            ["零〇", "一壹", "二贰两俩", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"]
        )
        for sign in signs
    },
    **{str(value): value for value in range(10)},
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "k": 1000, "w": 10_000}
_CN = "".join([*(s for s in _DIGITS if not s.isascii()), *(s for s in _UNITS if not s.isascii())])
_PLAIN_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:([wk百千万])([0-9]?))?")


def parse_amount(token: str) -> float | None:
    """Value of a numeral (298, 15,000, 1.2万, 1w5, 2九8, 29捌, 两百九十八, 一千二); ``None`` where it is none."""
    if token.isascii() and token.isdigit():
        return float(token) if len(token) <= _MAX_DIGITS else None
    token = token.replace(",", "")
    if not token or len(token) > _MAX_DIGITS + 4:
        return None
    plain = _PLAIN_NUMBER.fullmatch(token)
    if plain is not None:
        scale = _UNITS.get(plain[2] or "", 1)
        amount = float(plain[1]) * scale + int(plain[3] or 0) * scale / 10
        return round(amount, 2)
    if any(sign in _UNITS for sign in token):
        return _parse_structured(token)
    if all(sign in _DIGITS for sign in token):
        return float("".join(str(_DIGITS[sign]) for sign in token))
    return None


def _parse_structured(token: str) -> float | None:
    """两百九十八, 1千5, 一万二: signs for tens and hundreds; each unit smaller than the one before, 万 apart."""
    total, section, pending, last_unit, zero = 0, 0, "", 100_000, False
    for sign in token:
        unit = _UNITS.get(sign)
        if unit is None:
            if sign not in _DIGITS:
                return None
            zero = zero or (_DIGITS[sign] == 0 and not pending)
            pending += str(_DIGITS[sign])
            continue
        if (total if unit == 10_000 else unit >= last_unit) or (
            not pending and unit != 10 and not (unit == 10_000 and section)
        ):
            return None
        if unit == 10_000:
            total, section = (section + int(pending or 0)) * unit, 0
        else:
            section += int(pending or 1) * unit
        pending, last_unit, zero = "", unit, False
    if pending:
        # 一千二 is 1200, 一千零二 is 1002, 2百98 is 298.
        section += int(pending) * (last_unit // 10 if len(pending) == 1 and not zero and last_unit > 10 else 1)
    return float(total + section)


# --- currencies -----------------------------------------------------------------------------------------------------

_BEFORE = {
    "us$": "USD", "hk$": "HKD", "hkd$": "HKD", "nt$": "TWD", "ntd$": "TWD", "au$": "AUD", "a$": "AUD", "ca$": "CAD",
    "c$": "CAD", "sg$": "SGD",
    "s$": "SGD", "nz$": "NZD", "r$": "BRL", "mx$": "MXN", "mop$": "MOP", "$": "USD", "¥": "CNY", "￥": "CNY",
    "💰": "CNY", "€": "EUR",
    "£": "GBP", "₩": "KRW", "₽": "RUB", "฿": "THB", "₹": "INR", "₫": "VND", "₱": "PHP", "rmb": "CNY", "cny": "CNY",
    "usd": "USD", "eur": "EUR",
    "gbp": "GBP", "hkd": "HKD", "ntd": "TWD", "twd": "TWD", "jpy": "JPY", "krw": "KRW", "aud": "AUD", "cad": "CAD",
    "sgd": "SGD", "rm": "MYR",
    "人民币": "CNY", "美金": "USD", "美元": "USD", "港币": "HKD", "日元": "JPY", "台币": "TWD",
}  # fmt: skip


def _by_last_sign(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Last sign → the words that end with it, longest first."""
    by_last: dict[str, tuple[str, ...]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_last[word[-1]] = (*by_last.get(word[-1], ()), word)
    return by_last


_BEFORE_BY_LAST = _by_last_sign(_BEFORE)
_AFTER = {
    "元": "CNY", "圆": "CNY", "块钱": "CNY", "块": "CNY", "人民币": "CNY", "软妹币": "CNY", "rmb": "CNY",
    "cny": "CNY", "yuan": "CNY",
    "r": "CNY", "米": "CNY", "💰": "CNY", "¥": "CNY", "￥": "CNY", "刀": "USD", "美元": "USD", "美金": "USD",
    "美刀": "USD", "usd": "USD", "us dollars": "USD",
    "dollars": "USD", "bucks": "USD", "$": "USD", "欧元": "EUR", "欧": "EUR", "€": "EUR", "eur": "EUR",
    "euros": "EUR", "euro": "EUR", "英镑": "GBP",
    "镑": "GBP", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "quid": "GBP", "港币": "HKD", "港元": "HKD",
    "港纸": "HKD", "hkd": "HKD", "新台币": "TWD",
    "台币": "TWD", "ntd": "TWD", "twd": "TWD", "日元": "JPY", "日币": "JPY", "円": "JPY", "jpy": "JPY", "yen": "JPY",
    "韩元": "KRW", "韩币": "KRW",
    "krw": "KRW", "won": "KRW", "澳元": "AUD", "澳币": "AUD", "澳刀": "AUD", "aud": "AUD", "加元": "CAD",
    "加币": "CAD", "cad": "CAD", "新币": "SGD",
    "sgd": "SGD", "泰铢": "THB", "thb": "THB", "卢布": "RUB", "₽": "RUB", "rub": "RUB", "马币": "MYR", "myr": "MYR",
    "瑞郎": "CHF", "chf": "CHF",
    "卢比": "INR", "inr": "INR", "越南盾": "VND", "vnd": "VND",
}  # fmt: skip
# The first signs of what the pattern below matches: most numbers have something else after them.
_AFTER_FIRST = frozenset("多来几 ") | frozenset(word[0] for word in _AFTER)
_AFTER_WORD = re.compile(
    "(?P<some>[多来几]?) ?(?P<word>"
    + "|".join(
        re.escape(w) + ("(?![a-z0-9])" if w.isascii() and w.isalpha() else "")
        for w in sorted(_AFTER, key=len, reverse=True)
    )
    + ")(?<!元(?=[旦素气件宵老首帅]))"
)
# ¥ is also the yen sign; only words beside the number tell.
_YEN_NEAR = re.compile(r"[^0-9]{0,6}(?:日元|日币|円|jpy|税込|税抜)")

# --- words around a number ------------------------------------------------------------------------------------------

_LIST_WORDS = (
    *_words(
        "原价 原售价 专柜 专柜价 市场价 吊牌 吊牌价 官网 官网价 官方 官方价 公价 国内价 门店价 正价 零售"
        " 零售价 正品 正品价 发售价 牌价 划线价"
    ),
    *_words("was rrp msrp retail originally reg regular orig"),
    *("retail price", "list price", "regular price", "reg.", "orig."),
)
_SALE_WORDS = (
    *_words(
        "特价 现价 秒杀 秒杀价 只要 只 仅 需 只需 仅售 卖 只卖 活动价 优惠价 到手 到手价 券后 券后价 折后"
        " 折后价 批发 批发价 拿货 拿货价 代购 代购价 一口价"
    ),
    *_words(
        "售价 价格 价位 报价 今日价 清仓 清仓价 福利价 内购价 会员价 团购 团购价 低至 我们 我家 我们家 本店"
        " 现在 特惠 开价 单价 出厂价 工厂价 成本价 甩卖 价"
    ),
    *_words("now only just price for sale asking from"),
    "sale price",
)
# An amount, but not what the goods cost.
_NO_PRICE_WORDS = (
    *_words(
        "满 减 省 返 赠 抵 抵扣 券 罚款 罚金 罚 处罚 涉案 金额 案值 货值 奖 奖金 奖励 工资 月薪 年薪 薪资"
        " 收入 营收 利润 运费 邮费 押金 定金 补贴 赔偿 赔"
    ),
    *_words(
        "粉丝 销量 月销 已售 销售 浏览 阅读 播放 点赞 市值 融资 贷款 存款 身高 体重 第 余额 充值 红包 qq"
        " 扣扣 微信 电话 手机 手机号 编号 货号 单号"
    ),
    *_words("款号 尺码 订单"),
)
_LEADS: dict[str, Literal["sale", "list", "no"]] = {
    **dict.fromkeys(_NO_PRICE_WORDS, "no"),
    **dict.fromkeys(_LIST_WORDS, "list"),
    **dict.fromkeys(_SALE_WORDS, "sale"),
}
_LEADS_BY_LAST = _by_last_sign(_LEADS)
_SPACERS = " \t\n:：=-"
_FILLERS = _SPACERS + "是为才都就也要的达约近超过了共价仅只"
_FILLER_SIGNS = frozenset(_FILLERS)
_SALE_TAIL = re.compile(
    r" ?(?:[多来]|[一每/][个件双条套只款])? ?(?:全国|顺丰|直接|就|即可|就能|都)?"
    r"(?:包邮|包顺丰|包税|到手|秒杀|批发|拿货|拿走|拿下|可拿|带走|带回家|入手|一口价|清仓|甩"
    r"|出售?(?![生来现口门])|起(?![床来点])|不议价|不讲价|不刀|走起|shipped)"
)
_SALE_FIRST = frozenset(" 多来一每/个件双条套只款全顺直就即能都包到秒批拿可带入清甩出起不走s")
"""The first signs of what the pattern above matches."""
_NEAR_TAIL = re.compile(r"[ ,，。!！][^0-9]{0,12}?(?:包邮|到手|秒杀|批发|拿货|顺丰|现货)")
_GOODS_BEFORE = re.compile(
    "(?:包|包包|鞋|鞋子|表|腕表|手表|腰带|皮带|衣|外套|裤|项链|手链|裙|墨镜|眼镜|围巾|丝巾|帽|t恤|卫衣|羽绒服"
    "|钱夹|香水|口红|货|仿|刻|单|质|"
    "lv|gucci|chanel|dior|nike|adidas|prada|hermes|rolex|ysl|mcm|coach|dw|aj) ?$"
)
_OTHER_UNIT = re.compile(
    r"[a-z]|[-/.:：][0-9]| ?(?:多|余|来)?(?:年|月|日|号|点|分|秒(?!杀)|小时|天|周|个|件|只(?!要)|双|条|款|套|张"
    r"|本|台|人|位|名|码|楼|层|级|折|倍|斤|克|公里|岁|寸|英寸|"
    r"度|届|届|次|集|章|页|期|路|街|弄|栋|室|班|届|家|种|色|粒|片|瓶|箱|盒|支|部|辆|颗|步|票|播放|浏览|阅读|赞"
    r"|粉|单(?!价)|股|吨|平|升|里|余|\+|%|％|‰|℃|°|"
    r"米|画质|屏|金|高清|gold|hours?|days?|years?|left|pcs|pieces|people|followers|views|likes|items?|size"
    r"|colou?rs?|weeks?|months?|mins?|minutes?)"
)
_ENGLISH_END = re.compile(r" *(?:$|[,;!?)\n/]|\.(?![0-9])|was|now|retail|rrp|shipped|free|each|obo|incl|only|usd|\()")
_END = re.compile(r" ?(?:$|[,，。.！!?？;；)）\n~～、]|[\u2600-\u27bf\U0001f300-\U0001faff])| ")
_RANGE_TO = re.compile(r" ?[-~～—–至到] ?[¥￥$€£]?[0-9][0-9.,]{0,11}(?:元|块|r(?![a-z0-9])|包邮|起)")
_RANGE_FIRST = frozenset(" -~～—–至到")
_LENGTHS = frozenset({100, 200, 400, 500, 800, 1000, 1500, 2000, 3000, 5000, 10000})
_LENGTH_WORD = re.compile("(?:长|宽|高|深|远|距离?|离|海拔|跑|游|约|近) ?$")

# It starts with one class of signs, and each branch looks back at it: so the regex engine skips other signs quickly.
_NUMBER = re.compile(
    f"[小大几0-9{_CN}](?:"
    r"(?P<vague>(?<=[两二三四五六2-6])位数|(?:(?<=[小大])几|(?<=几))[十百千万](?![分年种个次人条件款双]))"
    r"|(?<=[0-9])[0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]{1,2}(?![0-9]))?"
    rf"|(?:(?<=[0-9])|(?<=[{_CN}])[{_CN}]{{0,3}}[0-9])[0-9{_CN}]*(?:\.[0-9]+[百千万]?)?(?:[wk][0-9]?(?![a-z0-9]))?"
    rf"|(?<=[{_CN}])(?:[{_CN}]+|(?=[元块圆刀镑])))"
)
_URL = re.compile(
    r"(?:[a-z][a-z0-9+]{1,9}://|www\.)[^\s\u3000-\u9fff\uff00-\uffef]+"
    r"|[a-z0-9-]+\.[a-z]{2,6}/[^\s\u3000-\u9fff\uff00-\uffef]*"
)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_COUNTERS = frozenset("个件双条套只款台张对支瓶盒")
_VAGUE_TOP = {"十": 99, "百": 999, "千": 9_999, "万": 99_999}
# Said so often that they are words, not amounts.
_SAYINGS = frozenset(
    _words("五二零 一三一四 九九六 一二三 二零二 三六五 九一一 三一五 一二零 一一零 一一九 一二一 一二三四 三七二十一")
)
# Words that are money even where a letter is glued to the number (lv298元; but not 350v2 or a298r).
_EXACT = frozenset({"元", "圆", "块", "块钱", "人民币", "rmb", "cny", "usd", "美元"})
_PIECES = frozenset({"块", "刀", "欧", "镑"})
_AFTER_METRES = frozenset("长宽高深远跑外处内")
_BEFORE_COUNTS = frozenset("第之有近约超过上成点")
_NOT_THOUSANDS = frozenset(_words("2k 4k 5k 8k 10k 14k 18k 22k 24k"))
_LETTER_SYMBOLS = tuple(s for s in _BEFORE if s[-1].isalpha())
_TENTHS = re.compile("[1-9一二三四五六七八九](?![0-9个件条双只套])")


class _Found(msgspec.Struct, frozen=True):
    """A price, in places of ``plain``."""

    amount: float
    currency: str | None
    start: int
    end: int
    role: Role


class _Number(msgspec.Struct, frozen=True):
    """A numeral in ``plain`` and what stands at it."""

    plain: str
    token: str
    amount: float
    start: int
    end: int
    glued: bool
    """A Latin letter, digit or joining sign stands right before it."""
    restyled: bool
    """Written in other signs than plain digits (２９８, 2⃣9⃣8⃣)."""


class _Lead(msgspec.Struct, frozen=True):
    word: str
    role: Role


_NO_PRICE = _Lead("", "unknown")


def _sale_tail(plain: str, end: int) -> re.Match[str] | None:
    return _SALE_TAIL.match(plain, end) if plain[end : end + 1] in _SALE_FIRST else None


def _begins_range(plain: str, end: int) -> bool:
    return plain[end : end + 1] in _RANGE_FIRST and _RANGE_TO.match(plain, end) is not None


def _vague(match: re.Match[str]) -> _Found:
    words = match[0]
    if words.endswith("位数"):
        count = int(parse_amount(words[0]) or 0)
        return _Found(float(10**count - 1), None, match.start(), match.end(), "bound")
    top = _VAGUE_TOP[words[-1]]
    # 小几百 is the lower half of the hundreds.
    return _Found(float(top // 2 if words[0] == "小" else top), None, match.start(), match.end(), "bound")


def _number_end(plain: str, match: re.Match[str]) -> int:
    """End of the numeral without the start of a quantity (298一件 is 298 and 一件)."""
    start, end = match.span()
    if end - start > 1 and plain[end - 1] in "一两俩每" and plain[end : end + 1] in _COUNTERS:
        return end - 1
    return end


def _ending(text: str, by_last: dict[str, tuple[str, ...]]) -> str | None:
    """The longest of the words that the text ends with."""
    for word in by_last.get(text[-1:], ()):
        if text.endswith(word):
            return word
    return None


def _symbol_before(window: str) -> str | None:
    bare = window.rstrip(" ")
    symbol = _ending(bare, _BEFORE_BY_LAST)
    if symbol is None:
        return None
    letters_before = symbol[0].isalpha() and symbol[0].isascii() and bare[-len(symbol) - 1 : -len(symbol)].isalnum()
    if letters_before and bare[-len(symbol) - 1].isascii():
        return "$" if symbol.endswith("$") else None
    return symbol


def _means_money(number: _Number, money: re.Match[str]) -> bool:
    """Whether the word after a number is money there, not a piece (两块手表) nor a metre (3米)."""
    word, plain, amount = money["word"], number.plain, number.amount
    if number.glued and word not in _EXACT:
        return False
    follow = plain[money.end() : money.end() + 1]
    if word == "米":
        length = _LENGTH_WORD.search(plain, max(0, number.start - 4), number.start)
        return amount >= 50 and amount not in _LENGTHS and length is None and follow not in _AFTER_METRES
    if word in _PIECES and amount < 10:
        return number.token[0].isascii() and not follow.isalpha()
    return True


def _weak_price(number: _Number, lead: _Lead | None) -> Role | None:
    """Role of a number that no currency names, ``None`` where it is no price."""
    plain, token, start, end = number.plain, number.token, number.start, number.end
    if number.glued and _GOODS_BEFORE.search(plain, max(0, start - 8), start) is None:
        return None
    if number.amount >= 5 and _sale_tail(plain, end):
        return "sale" if lead is None else lead.role
    year = token.isdigit() and len(token) == 4 and 1900 <= number.amount < 2100
    if number.amount < 10 or (year and lead is None) or len(token) > 7 or _OTHER_UNIT.match(plain, end):
        return None
    if lead is not None:
        return None if lead.word.isascii() and not _ends_english_price(number) else lead.role
    if _is_disguised_number(number):
        return "unknown"
    goods = _GOODS_BEFORE.search(plain, max(0, start - 8), start)
    return "sale" if goods and _NEAR_TAIL.match(plain, end) else None


def _ends_english_price(number: _Number) -> bool:
    """Now 59.99, price 250 shipped; not: for 24 people."""
    return number.token[-3:-2] == "." or _ENGLISH_END.match(number.plain, number.end) is not None


def _is_disguised_number(number: _Number) -> bool:
    """Spellings that hide a price: 2九8, 29捌, 二九八, 两百九十八, ２９８, 1w5; not 第三百, 六六六, 一百."""
    token, amount = number.token, number.amount
    ends = _END.match(number.plain, number.end) is not None
    if token.isascii():
        thousands = token[-1] in "wk" and token not in _NOT_THOUSANDS and ends and amount < 200_000  # 65w is watts
        return "w" in token[:-1] or thousands or (number.restyled and ends and 3 <= len(token) <= 5)
    if number.plain[number.start - 1 : number.start] in _BEFORE_COUNTS:
        return False
    if any(sign.isascii() for sign in token):
        return token[-1] != "万" or ends
    if not ends or amount < 20 or token in _SAYINGS or len(set(token)) == 1:
        return False
    structured = any(sign in _UNITS for sign in token)
    return len(token) >= 3 if structured else 3 <= len(token) <= 5 and not 1900 <= amount < 2100


def _lead_word(window: str) -> _Lead | None:
    """The word that says what the number after it is: 原价, 特价, 满."""
    bare = window.rstrip(_SPACERS)
    word = _ending(bare, _LEADS_BY_LAST)
    if word is None and bare[-1:] in _FILLER_SIGNS:
        bare = bare.rstrip(_FILLERS)
        word = _ending(bare, _LEADS_BY_LAST)
    if word is None:
        return None
    inside = word.isascii() and bare[: -len(word)][-1:].isalnum()
    if inside:
        return None
    role = _LEADS[word]
    return _NO_PRICE if role == "no" else _Lead(word, role)


def _may_follow_a_letter(plain: str, start: int, end: int) -> bool:
    """usd45, nike298包邮, lv298 现货; not a model or a user name (350v2, lv8888)."""
    tail = _sale_tail(plain, end) or _NEAR_TAIL.match(plain, end)
    return tail is not None or plain.endswith(_LETTER_SYMBOLS, max(0, start - 4), start)


def _read_number(read: ReadText, match: re.Match[str]) -> _Found | None:
    plain, start = read.plain, match.start()
    end = _number_end(plain, match)
    token = plain[start:end]
    before = plain[start - 1 : start]
    glued = before != "" and before.isascii() and (before.isalnum() or before in "./:-_#@+*")
    money = _AFTER_WORD.match(plain, end) if plain[end : end + 1] in _AFTER_FIRST else None
    if glued and money is None and before.isalnum() and not _may_follow_a_letter(plain, start, end):
        return None
    amount = parse_amount(token)
    if amount is None or not 0 < amount <= _MAX_AMOUNT:
        return None
    restyled = read.starts is not None and not read.original[slice(*read.span(start, end))].isascii()
    number = _Number(plain, token, amount, start, end, glued, restyled)
    return _judge(number, money)


def _judge(number: _Number, money: re.Match[str] | None) -> _Found | None:
    plain, start, end = number.plain, number.start, number.end
    window = plain[max(0, start - 14) : start]
    symbol = _symbol_before(window)
    unit = money if money is not None and _means_money(number, money) else None
    lead = _lead_word(window.rstrip(" ")[: -len(symbol)] if symbol else window)
    if lead is _NO_PRICE:
        return None
    if symbol is None and unit is None and not _begins_range(plain, end):
        role = _weak_price(number, lead)
        currency = "CNY" if "w" in number.token else None
        return None if role is None else _Found(number.amount, currency, start, end, role)
    return _strong_price(number, symbol, unit, lead)


def _strong_price(number: _Number, symbol: str | None, unit: re.Match[str] | None, lead: _Lead | None) -> _Found:
    first = number.start if symbol is None else number.plain.rindex(symbol, max(0, number.start - 14), number.start)
    last = number.end if unit is None else unit.end()
    amount, role = number.amount, "unknown" if lead is None else lead.role
    if unit is not None and unit["word"] == "块" and (tenths := _TENTHS.match(number.plain, last)):
        amount, last = amount + _DIGITS[tenths[0]] / 10, tenths.end()
    if lead is None and _sale_tail(number.plain, last):
        role = "sale"
    if unit is not None and unit["some"]:
        amount, role = amount + 10 ** (len(str(int(amount))) - 1) - 1, "bound"
    return _Found(amount, _currency(number, symbol, unit), first, last, role)


def _currency(number: _Number, symbol: str | None, unit: re.Match[str] | None) -> str | None:
    """The named currency; a word after the number is more exact than a sign before it (¥3000日元)."""
    after = _AFTER[unit["word"]] if unit is not None else None
    before = _BEFORE[symbol] if symbol is not None else None
    if before in {None, "CNY", "USD"} and after not in {None, "CNY"}:
        return after
    if symbol in {"¥", "￥"} and _YEN_NEAR.match(number.plain, number.end):
        return "JPY"
    return before or after


def _urls(plain: str) -> list[Span]:
    return [m.span() for m in _URL.finditer(plain)] if "/" in plain or "www." in plain else []


def _in_any(spans: list[Span], place: int) -> bool:
    return any(start <= place < end for start, end in spans)


def find_prices(read: ReadText) -> list[Price]:
    """Prices of a text in the order of their places, at most 50. Never raises."""
    plain = read.plain
    urls: list[Span] | None = None
    found: list[Price] = []
    default, reached = "", 0
    for match in _NUMBER.finditer(plain):
        if match.start() < reached:
            continue
        price = _vague(match) if match["vague"] else _read_number(read, match)
        if price is None:
            continue
        urls = _urls(plain) if urls is None else urls  # looked for last: few texts have both a price and a URL
        if _in_any(urls, match.start()):
            continue
        reached = price.end
        default = default or ("CNY" if _CHINESE.search(plain) else "USD")
        found.append(_as_price(read, price, default))
        if len(found) == MAX_PRICES:
            break
    return found


def _as_price(read: ReadText, found: _Found, default: str) -> Price:
    currency = found.currency or default
    start, end = read.span(found.start, found.end)
    in_cny = round(found.amount * CNY_PER_UNIT[currency], 2)
    return Price(found.amount, currency, in_cny, (start, end), read.original[start:end], found.role)
