"""Hiding in the signs: the eye reads the same words, a list of words does not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from detector.evasion.transform import Strength, Words, each_sign, transform


def _letter_or_han(sign: str) -> bool:
    return sign.isalnum()


def _behind(signs: str) -> Callable[[str, Random], str | None]:
    """Puts one of some signs behind letters and characters."""
    return lambda sign, chance: sign + chance.choice(signs) if _letter_or_han(sign) else None


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


@transform("blanks", "字间加空格", "blanks between signs", "L V 包 包, written so that no list matches")
def blanks(words: Words, strength: Strength, chance: Random) -> Words:
    """A blank behind letters and characters."""
    return each_sign(words, strength, chance, _behind(" "))


@transform("invisible", "零宽字符", "invisible signs", "zero-width signs pasted into brand names")
def invisible(words: Words, strength: Strength, chance: Random) -> Words:
    """A sign without width behind letters and characters."""
    return each_sign(
        words,
        strength,
        chance,
        lambda s, c: s + c.choice("\u200b\u200c\u2060\ufeff\u00ad") if _letter_or_han(s) else None,
    )


@transform("full_width", "全角字符", "full-width signs", "ＬＶ ２９８")
def full_width(words: Words, strength: Strength, chance: Random) -> Words:
    """ASCII letters and digits in full width."""
    return each_sign(
        words, strength, chance, lambda s, _: chr(ord(s) + 0xFEE0) if s.isascii() and s.isalnum() else None
    )


@transform("maths_letters", "数学字母", "letters for mathematics", "𝐋𝐕, 𝓖𝓾𝓬𝓬𝓲 from a font generator")
def maths_letters(words: Words, strength: Strength, chance: Random) -> Words:
    """Bold, italic or sans-serif letters from the block for mathematics."""

    def change(sign: str, source: Random) -> str | None:
        if not _latin(sign):
            return None
        block = source.choice((0x1D400, 0x1D468, 0x1D5A0, 0x1D5D4))
        return chr(block + ord(sign.upper()) - 65 + (26 if sign.islower() else 0))

    return each_sign(words, strength, chance, change)


_CYRILLIC = dict(zip("aceiopsxyABCEHIKMOPTX", "асеіорѕхуАВСЕНІКМОРТХ", strict=True))


@transform("homographs", "形近字母", "look-alike letters", "Guссі with Cyrillic letters")
def homographs(words: Words, strength: Strength, chance: Random) -> Words:
    """Cyrillic letters that are drawn like Latin ones."""
    return each_sign(words, strength, chance, lambda s, _: _CYRILLIC.get(s))


_LEET = dict(zip("aeiostAEIOST", "43105743105 7".replace(" ", ""), strict=True))


@transform("leet", "数字代字母", "digits for letters", "gucc1, r0lex, l0uis")
def leet(words: Words, strength: Strength, chance: Random) -> Words:
    """Digits that look like letters."""
    return each_sign(words, strength, chance, lambda s, _: _LEET.get(s))


_TRADITIONAL = dict(
    zip(
        "货专柜级单质纯书图买卖万贵仿价预订门见车东发这边实体关现费请谢号过还给长线钱样带运",
        "貨專櫃級單質純書圖買賣萬貴倣價預訂門見車東發這邊實體關現費請謝號過還給長線錢樣帶運",
        strict=True,
    )
)


@transform("traditional", "繁体字", "traditional characters", "專櫃級 for readers of simplified Chinese")
def traditional(words: Words, strength: Strength, chance: Random) -> Words:
    """Traditional forms of common characters of trade."""
    return each_sign(words, strength, chance, lambda s, _: _TRADITIONAL.get(s))


@transform("separators", "字间加符号", "signs inside words", "高.仿, g*u*c*c*i, L/V")
def separators(words: Words, strength: Strength, chance: Random) -> Words:
    """A dot, star, stroke or bar behind letters and characters."""
    return each_sign(words, strength, chance, _behind(".*-/|_·~"))


@transform("repeated", "叠字", "repeated letters", "guccci, loooouis")
def repeated(words: Words, strength: Strength, chance: Random) -> Words:
    """Letters written twice or three times; characters are left, since doubling them is plain speech."""
    return each_sign(words, strength, chance, lambda s, c: s * c.choice((2, 3)) if _latin(s) else None)


@transform("combining", "附加符号", "combining marks", "G̶u̶c̶c̶i̶ and zalgo")
def combining(words: Words, strength: Strength, chance: Random) -> Words:
    """A combining mark on letters and characters."""
    return each_sign(
        words,
        strength,
        chance,
        lambda s, c: s + c.choice("\u0336\u0332\u0301\u0308\u0335\u20dd") if _letter_or_han(s) else None,
    )


@transform("bidi", "双向控制符", "marks of direction", "left-to-right marks between letters")
def bidi(words: Words, strength: Strength, chance: Random) -> Words:
    """Marks that say which way to write, where nothing changes its way."""
    return each_sign(
        words,
        strength,
        chance,
        lambda s, c: s + c.choice("\u200e\u202a\u202c\u2066\u2069") if _letter_or_han(s) else None,
    )


_UPSIDE_DOWN = dict(zip("abcdefghijklmnopqrstuvwy", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍʎ", strict=True))


@transform("upside_down", "倒写字母", "letters upside down", "ıɔɔnƃ, read by turning the phone")
def upside_down(words: Words, strength: Strength, chance: Random) -> Words:
    """Letters turned in their place."""
    return each_sign(words, strength, chance, lambda s, _: _UPSIDE_DOWN.get(s.lower()))


@transform("enclosed", "带圈字符", "enclosed signs", "Ⓛⓥ ②⑨⑧")
def enclosed(words: Words, strength: Strength, chance: Random) -> Words:
    """Letters and digits in circles."""

    def change(sign: str, _: Random) -> str | None:
        if _latin(sign):
            return chr((0x24B6 if sign.isupper() else 0x24D0) + ord(sign.lower()) - 97)
        return chr(0x2460 + int(sign) - 1) if sign in set("123456789") else None

    return each_sign(words, strength, chance, change)


@transform("entities", "HTML 实体", "HTML entities", "&#76;&#86; pasted from a web page")
def entities(words: Words, strength: Strength, chance: Random) -> Words:
    """Letters and characters as numbers of HTML."""
    return each_sign(words, strength, chance, lambda s, _: f"&#{ord(s)};" if _letter_or_han(s) else None)


@transform("line_breaks", "逐字换行", "line breaks inside words", "one character a line, read downwards")
def line_breaks(words: Words, strength: Strength, chance: Random) -> Words:
    """A line break behind letters and characters."""
    return each_sign(words, strength, chance, _behind("\n"))


@transform("odd_case", "大小写混写", "odd capitals", "gUcCi")
def odd_case(words: Words, strength: Strength, chance: Random) -> Words:
    """Capitals and small letters mixed."""
    return each_sign(words, strength, chance, lambda s, _: s.swapcase() if _latin(s) else None)
