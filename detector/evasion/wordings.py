"""Hiding in the words: other words, other spellings, prices and contacts told in another way."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from detector.evasion.transform import SHARE, Strength, Words, each_sign, each_word, transform

_PINYIN = {
    "包": ("bao",),
    "货": ("huo",),
    "微": ("wei",),
    "信": ("xin",),
    "高": ("gao",),
    "仿": ("fang",),
    "表": ("biao",),
    "鞋": ("xie",),
    "原": ("yuan",),
    "单": ("dan",),
    "正": ("zheng",),
    "品": ("pin",),
    "酒": ("jiu",),
    "私": ("si",),
    "聊": ("liao",),
    "价": ("jia",),
    "质": ("zhi",),
    "顶": ("ding",),
    "级": ("ji",),
    "代": ("dai",),
    "理": ("li",),
    "厂": ("chang",),
    "图": ("tu",),
    "看": ("kan",),
    "加": ("jia",),
    "我": ("wo",),
    "链": ("lian",),
    "接": ("jie",),
    "拍": ("pai",),
    "款": ("kuan",),
    "同": ("tong",),
    "专": ("zhuan",),
    "柜": ("gui",),
    "真": ("zhen",),
    "皮": ("pi",),
}


@transform("pinyin", "拼音代字", "pinyin for characters", "gao仿, wei信")
def pinyin(words: Words, strength: Strength, chance: Random) -> Words:
    """Single characters by their sound in Latin letters."""
    return each_word(words, strength, chance, _PINYIN)


_SOUNDS = {
    "微信": ("薇信", "威欣", "徽信", "v❤", "wx"),
    "包包": ("苞苞", "宝宝"),
    "高仿": ("糕仿", "高访"),
    "正品": ("正频", "政品"),
    "专柜": ("砖柜", "专贵"),
    "价格": ("嫁格",),
    "原单": ("源单", "元单"),
    "代理": ("带理", "代李"),
    "一比一": ("一笔一",),
    "手表": ("手婊", "手镖"),
    "私聊": ("思聊", "撕聊"),
    "质量": ("志量", "制量"),
    "加我": ("佳我", "+我"),
    "厂家": ("常家", "场家"),
    "现货": ("现伙", "先货"),
    "球鞋": ("球协", "球写"),
    "茅台": ("毛台", "猫台"),
    "同款": ("铜款", "童款"),
    "香奈儿": ("香乃儿", "相奈儿"),
    "古驰": ("骨痴", "谷驰"),
    "爱马仕": ("爱马是", "爱玛仕"),
    "劳力士": ("劳力是", "牢力士"),
    "耐克": ("奈克", "耐刻"),
}


@transform("sound_alikes", "谐音字", "words that sound alike", "薇信, 骨痴, 猫台")
def sound_alikes(words: Words, strength: Strength, chance: Random) -> Words:
    """Words of trade by others that sound like them."""
    return each_word(words, strength, chance, _SOUNDS)


_SPLIT = {
    "货": ("化贝",),
    "加": ("力口",),
    "信": ("亻言",),
    "码": ("石马",),
    "鞋": ("革圭",),
    "酒": ("氵酉",),
    "好": ("女子",),
    "的": ("白勺",),
    "仿": ("亻方",),
    "钱": ("钅戋",),
    "级": ("纟及",),
    "图": ("囗冬",),
    "期": ("其月",),
    "顶": ("丁页",),
    "柜": ("木巨",),
    "质": ("厂贝",),
    "链": ("车连",),
    "私": ("禾厶",),
    "聊": ("耳卯",),
    "价": ("亻介",),
    "代": ("亻弋",),
}


@transform("split_characters", "拆字", "characters in two parts", "亻方, 化贝, 力口")
def split_characters(words: Words, strength: Strength, chance: Random) -> Words:
    """Characters by their two halves."""
    return each_word(words, strength, chance, _SPLIT)


_EMOJI = {
    "包包": ("👜", "👜👜"),
    "包": ("👜", "🎒"),
    "鞋": ("👟", "👠"),
    "表": ("⌚",),
    "酒": ("🍷", "🍶"),
    "元": ("💰", "💴"),
    "手机": ("📱",),
    "看": ("👀",),
    "马": ("🐴", "🐎"),
    "香": ("🌸",),
    "车": ("🚗",),
    "衣": ("👕",),
    "加": ("➕",),
    "信": ("✉️",),
    "bag": ("👜",),
    "bags": ("👜👜",),
    "shoes": ("👟",),
    "watch": ("⌚",),
    "dm": ("📩",),
    "price": ("💲",),
    "fire": ("🔥",),
}


@transform("emoji", "表情代字", "emoji for words", "👜 298💰, 爱🐴仕")
def emoji(words: Words, strength: Strength, chance: Random) -> Words:
    """Things by their pictures."""
    return each_word(words, strength, chance, _EMOJI, any_case=True)


_BRANDS = (
    "louis vuitton",
    "gucci",
    "chanel",
    "dior",
    "prada",
    "hermes",
    "rolex",
    "omega",
    "nike",
    "adidas",
    "jordan",
    "yeezy",
    "balenciaga",
    "burberry",
    "cartier",
    "fendi",
    "moncler",
    "celine",
    "goyard",
    "airpods",
    "dyson",
    "labubu",
    "patek",
    "audemars",
    "coach",
    "supreme",
    "versace",
    "loewe",
    "ysl",
    "arcteryx",
    "lululemon",
    "canada goose",
    "pandora",
    "tiffany",
)


def _misspelt(name: str) -> tuple[str, ...]:
    middle = len(name) // 2
    swapped = name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]
    return swapped, name[:middle] + name[middle + 1 :], name[:middle] + name[middle] + name[middle:]


_TYPOS = {name: _misspelt(name) for name in _BRANDS}


@transform("brand_typo", "品牌错字", "brands misspelt by one letter", "guci, channel, rollex")
def brand_typo(words: Words, strength: Strength, chance: Random) -> Words:
    """Brands in Latin letters with one letter too few, too many, or out of place."""
    return each_word(words, strength, chance, _TYPOS, any_case=True)


_INITIALS = {
    "louis vuitton": ("L家", "L*V"),
    "lv": ("L家", "驴家"),
    "gucci": ("G家", "g*cci"),
    "chanel": ("C家", "小香"),
    "dior": ("D家", "d*or"),
    "prada": ("P家",),
    "hermes": ("H家",),
    "rolex": ("R家", "劳"),
    "nike": ("N家", "对勾"),
    "adidas": ("三条杠",),
    "香奈儿": ("小香", "C家"),
    "古驰": ("G家",),
    "爱马仕": ("H家", "马家"),
    "劳力士": ("劳家", "R家"),
    "迪奥": ("D家",),
    "普拉达": ("P家",),
    "耐克": ("对勾",),
    "阿迪达斯": ("三条杠",),
    "茅台": ("MT", "飞天那个"),
}


@transform("brand_initials", "品牌缩写", "brands by initials and by-names", "L家, 小香, 三条杠")
def brand_initials(words: Words, strength: Strength, chance: Random) -> Words:
    """Brands by what their buyers call them."""
    return each_word(words, strength, chance, _INITIALS, any_case=True)


_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")
_CAPITAL_NUMERALS = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
_NUMBER = re.compile(r"\d{2,6}")


def _each_number(words: Words, strength: Strength, chance: Random, change: Callable[[str], str]) -> Words:
    def replaced(found: re.Match[str]) -> str:
        return change(found[0]) if chance.random() < SHARE[strength] else found[0]

    return Words(_NUMBER.sub(replaced, words.text), words.links)


@transform("numerals", "中文数字", "numbers in Chinese numerals", "二九八, 贰玖捌")
def numerals(words: Words, strength: Strength, chance: Random) -> Words:
    """Prices and contacts digit by digit in numerals."""
    table = chance.choice((_NUMERALS, _CAPITAL_NUMERALS))
    return _each_number(words, strength, chance, lambda number: number.translate(table))


@transform("split_numbers", "拆开数字", "numbers taken apart", "2 9 8, 2.9.8")
def split_numbers(words: Words, strength: Strength, chance: Random) -> Words:
    """Signs between the digits."""
    between = chance.choice((" ", "·", "-"))
    return _each_number(words, strength, chance, between.join)


@transform("no_price", "不写价格", "price left out", "价格私, DM for price")
def no_price(words: Words, strength: Strength, chance: Random) -> Words:
    """Numbers replaced by a word that says to ask."""
    return _each_number(words, strength, chance, lambda _: chance.choice(("私", "秘", "💰", "ask")))


_DISGUISED_DIGITS = {str(n): (chr(0xFF10 + n), "零壹贰叁肆伍陆柒捌玖"[n], f"{n}\ufe0f\u20e3") for n in range(10)}


@transform("odd_digits", "变形数字", "digits in other forms", "２9捌, 2️⃣9️⃣8️⃣")
def odd_digits(words: Words, strength: Strength, chance: Random) -> Words:
    """Single digits in full width, in numerals or on keycaps."""
    return each_sign(
        words, strength, chance, lambda s, c: c.choice(_DISGUISED_DIGITS[s]) if s in _DISGUISED_DIGITS else None
    )
