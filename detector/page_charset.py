"""Turns a page's bytes into text: a mark of byte order, then what is declared, then what the bytes look like.

A declaration is believed only where the bytes can be read with it. Shops that copy pages often declare one charset and
send another.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Each family by its largest member, as browsers do.
_WIDER = {
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030", "hz": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "cp950": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "euckr": "cp949",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-9": "cp1254", "tis-620": "cp874", "utf8": "utf-8",
}  # fmt: skip
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:\-]{2,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_WIDE_PAIR = re.compile("[\u0400-\u04ff]{2}")
_META_WITHIN = 4096
_SAMPLE = 60_000
_SURE_OF_UTF8 = 4
_SINGLE_BYTE = ("cp1252", "cp1251")

_COMMON_HANS = (
    "的一是不了在有我他这中大来上个国到说们为子和你出时年得就要下以生会过家可后小多天能好都没日于起还发成"
    "品牌正价格元购物包货商店新款女男表鞋手机联系方式客服关首页服务全部分类"
)
_COMMON_HANT = (
    "的一是不了在有我他這中大來上個國到說們為子和你出時年得就要下以會過家可後小多天能好都沒於還發成"
    "品牌價格購物貨商店新款女男錶鞋聯繫首頁服務"
)
_COMMON_HANGUL = "이가는을의에다하고지도로사은한시기자인리어정상품서대수구매원"


@cache
def _frequent(codec: str) -> tuple[frozenset[str], frozenset[str]]:
    """Signs of the charset that texts in it are made of, and those that are in every sentence."""
    kana = frozenset(map(chr, range(0x3041, 0x30FF)))
    if codec == "gb18030":
        return _signs("gb2312", (0xB0, 0xD7), (0xA1, 0xFE)), frozenset(_COMMON_HANS)
    if codec == "big5hkscs":
        return _signs("big5", (0xA4, 0xC6), (0x40, 0xFE)), frozenset(_COMMON_HANT)
    if codec == "cp949":
        return _signs("euc-kr", (0xB0, 0xC8), (0xA1, 0xFE)), frozenset(_COMMON_HANGUL)
    if codec in {"cp932", "euc-jp"}:
        return kana | _signs("euc-jp", (0xB0, 0xCF), (0xA1, 0xFE)), kana
    if codec == "cp1251":
        return frozenset(map(chr, range(0x410, 0x450))), frozenset("оеаинтсрвл")
    return frozenset(), frozenset()


def _signs(codec: str, leads: tuple[int, int], trails: tuple[int, int]) -> frozenset[str]:
    pairs = (bytes((a, b)) for a in range(leads[0], leads[1] + 1) for b in range(trails[0], trails[1] + 1))
    return frozenset(sign for pair in pairs if len(sign := pair.decode(codec, "ignore")) == 1)


def _known(name: str) -> str | None:
    """Python's name of a text codec that may be declared in a page; ``None`` for others (``zip``, ``rot13``)."""
    name = name.strip().lower()
    name = _WIDER.get(name, name)
    if name.startswith(("utf-7", "utf7", "idna", "punycode", "unicode_escape", "raw_unicode", "undefined")):
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    return info.name if getattr(info, "_is_text_encoding", False) else None


def _declared(body: bytes, content_type: str | None) -> list[str]:
    names = []
    header = _HEADER.search(content_type[:300]) if content_type else None
    if header:
        names.append(header[1])
    meta = _META.search(body[:_META_WITHIN])
    if meta:
        # A page that can be read as ASCII so far cannot be UTF-16 (the HTML standard says so).
        name = meta[1].decode("ascii")
        names.append("utf-8" if name.lower().startswith("utf-16") else name)
    return [codec for name in names if (codec := _known(name)) is not None]


def _strictly(body: bytes, codec: str) -> str | None:
    """The text, a sign that was cut off at the end forgiven; ``None`` where the bytes are not in this charset."""
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(body)
    except (UnicodeError, LookupError, ValueError):
        return None


def _leniently(body: bytes, codec: str) -> str | None:
    """The text where at most a few signs in a thousand are broken; otherwise ``None``."""
    text = body.decode(codec, "replace")
    wide = sum(1 for sign in text[:_SAMPLE] if sign > "\x7f")
    return text if text.count("\ufffd") * 20 < wide else None


def _plausibility(body: bytes, codec: str) -> float:
    """How much the bytes, read with this charset, look like writing: 0 to 2."""
    text = body[:_SAMPLE].decode(codec, "replace")
    wide = [
        sign for sign in text if sign > "\x7f" and not "\uff00" <= sign <= "\uff60" and not "\u2000" <= sign <= "\u303f"
    ]
    if not wide:
        return 0.0
    usual, common = _frequent(codec)
    broken = text.count("\ufffd")
    hits, often = sum(sign in usual for sign in wide), sum(sign in common for sign in wide)
    score = (hits + often - 3 * broken) / len(wide)
    # An accented letter among Latin ones is no Cyrillic: whole words are.
    return score * len(_WIDE_PAIR.findall(text)) * 2 / len(wide) if codec == "cp1251" else score


def _guess(body: bytes) -> str:
    families = ("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949", "cp1251")
    best = max(families, key=lambda codec: _plausibility(body, codec))
    return best if _plausibility(body, best) >= 0.6 else "cp1252"


def decode_page(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Text of a page and the charset that it was read with. Never raises; what cannot be read becomes U+FFFD."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace"), codec
    utf8 = _strictly(body, "utf-8")
    if utf8 is not None and (body.isascii() or len(body) - len(utf8) >= 2 * _SURE_OF_UTF8):
        return utf8, "utf-8"
    return _decode_other(body, utf8, _declared(body, content_type))


def _decode_other(body: bytes, utf8: str | None, declared: list[str]) -> tuple[str, str]:
    for codec in declared:
        text = _strictly(body, codec)
        if text is not None and (codec == "utf-8" or _fits(body, codec)):
            return text, codec
    if utf8 is not None:
        return utf8, "utf-8"
    for codec in [*declared, "utf-8"]:
        text = _leniently(body, codec) if codec == "utf-8" or _fits(body, codec) else None
        if text is not None:
            return text, codec
    codec = _guess(body)
    return body.decode(codec, "replace"), codec


def _fits(body: bytes, codec: str) -> bool:
    """Charsets of one byte, and GB18030, can read nearly anything: they must also look better than the best guess."""
    guess = _guess(body)
    if codec == guess or (guess in _SINGLE_BYTE and codec not in {"gb18030", "big5hkscs"}):
        return not (guess == "cp1251" and codec == "cp1252")
    return guess == "cp1252" or _plausibility(body, guess) < _plausibility(body, codec) + 0.3
