"""Finds ways to reach the seller off the platform: WeChat, QQ, WhatsApp, Telegram, LINE, telephone, email.

An invitation without an address (加我, dm me, 主页有联系方式) is a contact of the kind ``unnamed`` with an empty
value; it is given only where the text names no address. The names of the services alone (微信支付,
WhatsApp as a topic) are none.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from detector.numerals import parse_amount
from detector.text_draft import matches_at
from detector.types import Contact, ReadText

MAX_CONTACTS = 50


def _words(spaced: str) -> list[str]:
    """A list that stays readable in the source."""
    return spaced.split()


_GAP = "[ \\t:：=~_\\-.。,，、()（）【】\\[\\]|/+➕👉📱🛰☎💬❤🌹]{0,4}"
_USER = "[a-z][a-z0-9_-]{4,19}(?![a-z0-9_-])"
_ENGLISH_USER = "(?=[a-z_-]{0,19}[0-9_])[a-z][a-z0-9_-]{4,19}(?![a-z0-9_-])"
_NUMBER = "[1-9][0-9]{4,10}(?![0-9])"
_WIDE_NUMBER = r"\+?[0-9](?:[ \-()]{0,2}[0-9]){7,14}(?![0-9])"
_HANDLE = "[a-z][a-z0-9_]{3,31}(?![a-z0-9_])"

_COUNTED = "[a-z][a-z0-9_-]{0,15}(?:后面|再|后|尾)?(?:加|跟|是)?[一二两三四五六七八九2-9]个[0-9a-z](?![0-9a-z])"
"""An id that is told rather than written: tech后面四个8."""
_COUNT = re.compile("([a-z0-9_-]+?)(?:后面|再|后|尾)?(?:加|跟|是)?([一二两三四五六七八九2-9])个([0-9a-z])")

_NAMED = re.compile(
    # The service is named in Chinese: any user name counts.
    f"(?:微信号?|v信号?|(?:号|同)微|[vw]x同号|微同号)(?:id|号码|同号)?{_GAP}(?:id{_GAP})?"
    f"(?:(?P<counted>{_COUNTED})|(?P<wechat>{_USER}|{_NUMBER}))"
    f"|(?<![a-z0-9])(?:[vw]x|v)[:： ]{{1,2}}(?P<counted2>{_COUNTED})"
    # A short name needs a user name with a digit (wx on its own is part of many words).
    f"|(?<![a-z0-9])(?:we ?chat|weixin|v ?x|w ?x|加v|v)(?: ?id)?(?:(?:[:：]"
    f"|{_GAP}(?=[0-9])){_GAP}(?P<wechat2>{_USER}|{_NUMBER})"
    f"|{_GAP}(?P<wechat3>{_ENGLISH_USER}))"
    f"|加v{_GAP}(?P<wechat4>{_USER}|{_NUMBER})"
    f"|(?<![a-z0-9])(?:qq(?:号码?|群号?)?|q[群裙]号?){_GAP}(?P<qq>{_NUMBER})"
    f"|(?<![a-z0-9])(?:wa\\.me/|api\\.whatsapp\\.com/send/?\\?phone=|(?:whats ?app?s?|wh?a?tsp|wsp|wa)(?: ?(?:me|us"
    f"|number|no))?{_GAP})(?P<whatsapp>{_WIDE_NUMBER})"
    f"|(?<![a-z0-9])(?:t\\.me/\\+?|telegram\\.me/|(?:telegram|tele|tg)(?: ?id)?{_GAP}@|(?:telegram"
    f"|tg)[:： ]{{1,2}}(?=[a-z]{{0,31}}[0-9_]))(?P<telegram>{_HANDLE})"
    f"|(?:电报|纸飞机|飞机)[号群]?{_GAP}@?(?P<telegram2>{_HANDLE})|✈ ?[:：]? ?@(?P<telegram3>{_HANDLE})"
    "|(?<![a-z0-9])line(?:\\.me/(?:r/)?ti/p/[~@]?| ?id ?[:：]? ?@?| ?[:：] ?@?| @"
    "|@)(?P<line>[a-z0-9][a-z0-9._-]{3,19}(?![a-z0-9._-]))"
    f"|(?<![依信无抵耍])赖(?: ?id)?{_GAP}(?P<line2>{_ENGLISH_USER})"
    r"|(?<![a-z0-9_=./\-])(?P<phone>(?:\+?86[ -]?)?1[3-9][0-9]"
    r"(?:(?:[ -]?[0-9]{4}){2}|(?:[.*丨·_][0-9]{4}){2})(?![0-9]))"
    r"|(?<![a-z0-9_=./\-])(?P<phone2>\+[1-9][0-9]{0,2}(?:[ \-().]{0,2}[0-9]){6,12}(?![0-9]))"
)
# Where the pattern above could match. It starts with one class of signs and looks back at it: the regex engine then
# skips other signs many times as fast as it tries the pattern at each of them.
_STARTS = re.compile(
    "[微v加wqatl电纸飞+81号同✈赖](?:"
    # A word that begins with v and holds no digit names nobody; most English words with wa are not WhatsApp.
    "(?<=[a-z])(?<![a-z0-9].)(?:(?<=v)(?!(?!x|id)[a-z]+(?![a-z0-9_-]))|(?<=q)(?=[q群裙])|(?<=a)(?=pi\\.)"
    "|(?<=w)(?=e ?c|eix| ?x|h?a?ts|sp|a(?![a-lo-tv-z]))"
    "|(?<=t)(?=\\.me|ele|g)|(?<=l)(?=ine(?:\\.| ?[i:：@])))"
    "|(?<=[微v])(?=信)|(?<=微)(?=同)|(?<=[号同])(?=微)|(?<=✈)|(?<=赖)|(?<=加)(?=v)|(?<=电)(?=报)|(?<=[纸飞])(?=[飞机])"
    r"|(?<=[+81])(?<![a-z0-9_=./\-].)(?:(?<=1)(?=[3-9][0-9][ .*丨·_-]?[0-9]{4})|(?<=8)(?=6[ -]?1)|(?<=\+)(?=[1-9])))"
)
_SPELLED_AT_HINT = re.compile("[(\\[（【](?= ?(?:at|艾特|@))")
_SPELLED_AT = re.compile(
    r"(?<![a-z0-9._%+\-])(?P<email2>[a-z0-9._%+\-]{1,64} ?[(\[（【] ?(?:at|艾特|@) ?[)\]）】] ?"
    r"(?:[a-z0-9\-]{1,63} ?(?:\.|[(\[（【] ?(?:dot|点) ?[)\]）】]) ?){1,4}[a-z]{2,18}(?![a-z0-9\-]))"
)
_EMAIL = re.compile(
    r"(?<![a-z0-9._%+\-])(?P<email>[a-z0-9._%+\-]{1,64}@(?:[a-z0-9](?:[a-z0-9\-]{0,62})\.){1,4}[a-z]{2,18}(?![a-z0-9\-]))"
)
# Begins like ``_STARTS``.
_INVITED = re.compile(
    "[加+私戳滴看见点进主简联评扫二dphimtlc](?:(?<=[a-z])(?<![a-z].)(?:(?<=d)m (?:me|us|for|to)|(?<=d)d我"
    "|(?<=p)m (?:me|for)|(?<=h)mu|(?<=i)nbox (?:me|us)|(?<=m)essage me|(?<=t)ext me|(?<=l)ink in bio"
    "|(?<=c)ontact in bio)(?![a-z])"
    "|(?<=加)我(?!们|国|方)|(?<=[加+])微信?(?![支公群小视号博商软])(?=$|[^a-z\u4e00-\u9fff])"
    "|(?<=加)微信(?:聊|咨询|私|详|看|发|了解|好友|领|购|下单)|(?<=加)薇|(?<=[加+])v(?=[看拿聊咨问发详，。！])"
    "|(?<=私)(?:聊|我|信(?:我|咨询|下单|拿|获取))|(?<=戳)我|(?<=滴)滴我"
    "|(?<=[看见点进])(?:我)?(?:主页|简介)|(?:(?<=主)页|(?<=简)介)(?:有|见|里有|看|找|加)|(?<=联)系方式(?:在|见|看)"
    "|(?<=评)论区?(?:扣|滴)|(?<=扫)码(?:加|联系)|(?<=二)维码加)"
)
# Names of services, and other signs of a contact: an address counts only in a text that has one.
_HINT = re.compile(
    "微信|[加+]微|v信|v ?x|w ?x|v[:：]|qq|加[v我薇]|wechat|we chat|weixin|whats|wsp|wa|tele|tg|t\\.me|电报|飞机"
    "|line|赖|✈|[(\\[（【] ?(?:at|艾特)|[号同]微|q[群裙]|ts|私[聊我信]|戳我|滴滴|主页|简介|"
    "联系|扫码|二维|评论|dm |pm |hmu|inbox|message|text me|bio|1[3-9][0-9]|\\+[1-9]|@"
)
_NOT_USERS = frozenset(
    _words(
        "wechat weixin whatsapp telegram alipay paypal please iphone android windows number contact official "
        "online payment store"
    )
)
_Kind = Literal["wechat", "qq", "whatsapp", "telegram", "phone", "email", "line"]
_KINDS: dict[str, _Kind] = {kind: kind for kind in get_args(_Kind)}
_DIGITS_ONLY = frozenset({"qq", "whatsapp", "phone"})
_AT_SIGN = re.compile("[(\\[（【] ?(?:at|艾特|@) ?[)\\]）】]")
_DOT_SIGN = re.compile("[(\\[（【] ?(?:dot|点) ?[)\\]）】]")


def _value(kind: str, written: str) -> str:
    """One spelling for every way to write the same address."""
    if kind == "email":
        return _AT_SIGN.sub("@", _DOT_SIGN.sub(".", written)).replace(" ", "")
    if kind not in _DIGITS_ONLY:
        return written
    digits = "".join(sign for sign in written if sign.isdigit())
    digits = digits.removeprefix("00")
    if kind != "phone":
        return digits
    if len(digits) == 13 and digits.startswith("861"):
        return digits[2:]
    return f"+{digits}" if written.startswith("+") else digits


def _as_contact(read: ReadText, match: re.Match[str]) -> Contact | None:
    group = match.lastgroup or ""
    kind = group.rstrip("0123456789")
    written = match[group]
    if kind == "counted":
        kind, written = "wechat", _told(written)
    value = _value(kind, written)
    if value in _NOT_USERS:
        return None
    start, end = read.span(*match.span())
    evidence = read.original[start:end]
    return Contact(_KINDS[kind], value, (start, end), evidence)


def _told(written: str) -> str:
    """The id that tech后面四个8 tells: tech8888."""
    told = _COUNT.fullmatch(written)
    return told[1] + told[3] * int(parse_amount(told[2]) or 1) if told else written


# Runs of Chinese numerals that are long enough to be an id; each numeral is one sign, so that places stay.
_NUMERALS_HINT = re.compile(
    "[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖](?=[0-9〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖]{3})|幺[三四五六七八九]"
)
_NUMERALS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "001234567891234567891")


def _with_digits(plain: str) -> str:
    """The text with Chinese numerals as digits, where an id may be written in them."""
    return plain.translate(_NUMERALS) if _NUMERALS_HINT.search(plain) is not None else plain


def _named(read: ReadText) -> list[Contact]:
    plain = _with_digits(read.plain)
    matches = matches_at(_STARTS, _NAMED, plain)
    if "@" in plain:
        matches += _EMAIL.finditer(plain)
    if _SPELLED_AT_HINT.search(plain) is not None:
        matches += _SPELLED_AT.finditer(plain)
    if not matches or _HINT.search(plain) is None:
        return []
    matches.sort(key=lambda match: match.start())
    found: list[Contact] = []
    reached = 0
    for match in matches:
        contact = _as_contact(read, match) if match.start() >= reached else None
        if contact is not None:
            found.append(contact)
            reached = match.end()
    return found[:MAX_CONTACTS]


def find_contacts(read: ReadText) -> list[Contact]:
    """Contacts of a text in the order of their places, at most 50. Never raises."""
    named = _named(read)
    if named:
        return named
    invitation = _INVITED.search(read.plain)
    if invitation is None:
        return []
    start, end = read.span(*invitation.span())
    return [Contact("unnamed", "", (start, end), read.original[start:end])]
