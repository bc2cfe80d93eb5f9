"""Addresses that are written so that only people can read them: hxxp, [.], (dot), 点, and what else is odd in one.

People who warn of a link write it so too, so none of this is guilt by itself.
"""

from __future__ import annotations

import re
import unicodedata

from detector.text import read_text

TLDS = (
    "com|cn|net|org|cc|co|top|vip|shop|xyz|store|site|online|club|info|biz|me|tv|io|hk|tw|app|link|live|ru|us|uk"
    "|example"
)
"""Suffixes before which a dot may be written in words."""
_FEW = "com|cn|net|org|cc|xyz"
"""Those with which no sentence begins: only before them may a space stand beside the dot."""
_EDGE_BEFORE = "(?<=[A-Za-z0-9_-])"
_DOT = (
    r"(?: ?(?:\[ ?(?:\.|dot|点) ?\]"
    r"|\( ?(?:\.|dot|点) ?\)|\{ ?(?:\.|dot) ?\}|【 ?(?:\.|点) ?】|（ ?(?:\.|点) ?）|[点。．｡]) ?"
    rf"| dot (?=(?:{_FEW})(?![A-Za-z0-9]))|(?: \. ?|\. )(?=(?:{_FEW})(?![A-Za-z0-9])))"
)
_DOTS = re.compile(f"{_EDGE_BEFORE}{_DOT}(?=[A-Za-z0-9])", re.IGNORECASE)
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_BODY = r"A-Za-z0-9\-._~:/?#@!$&'()*+,;=%|"
_SPELLED = re.compile(
    rf"(?<![A-Za-z0-9@._\-])(?:h[txTX*]{{1,4}}[pP][sS]?[:：;；]?//)?(?:{_HOST}(?:{_DOT}|\.)){{1,4}}(?:{TLDS})(?![A-Za-z0-9-])"
    rf"(?:[:/?][{_BODY}]*)?",
    re.IGNORECASE,
)
_ODD_LINK = re.compile(
    r"(?<![A-Za-z0-9])(?:h[txTX*]{2,4}[pP][sS]?|ttps?|https?)(?:[:：] ?/{1,3} ?|[;；]//|：?／／)"
    rf"(?:{_HOST}(?:{_DOT}|\.)){{1,6}}[A-Za-z]{{2,24}}(?::\d{{2,5}})?(?:[/?#][{_BODY}]*)?",
    re.IGNORECASE,
)
# Signs of the two patterns above; each begins with one class of signs, so that the regex engine skips others quickly.
_SPELLED_HINT = re.compile(
    r"[.点。．｡](?:(?<=[\[(【（{ ][.点])[\])】）}]"
    rf"|(?<=[A-Za-z0-9][点。．｡])(?= ?(?i:{TLDS})(?![A-Za-z]))"
    rf"|(?<=[A-Za-z0-9 ]\.)(?:(?<= \.)| )(?=(?i:{_FEW})(?![A-Za-z0-9])))"
)
_ODD_HINT = re.compile(r"[:：;；](?<=[pPsS].) ?[/／](?:(?<!(?i:http):/)(?<!(?i:https):/)|(?!/))")
_HEAD_END = re.compile(r"[/?#\\]")
_ODD_SCHEME = re.compile(
    r"(?:h[tx*]{1,4}ps?|ttps?|http?s?)(?: ?[:：;；] ?[/\\／]{1,4} ?|[/\\]{2}(?=[A-Za-z0-9]))", re.IGNORECASE
)
_SCHEME = re.compile(r"https?:[/\\]{2}(?![/\\])", re.IGNORECASE)
_ORDINARY = re.compile(
    r"(?:(?:https?:)?//)?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.?(?::\d+)?(?:[/?#][^\\]*)?", re.IGNORECASE
)
_AUTHORITY = re.compile(r"(?:[A-Za-z*]{2,6}(?:[:：;；]|(?=[/\\]{2})))?[/\\／]{0,4}([^/?#\\]*)")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_QUAD = re.compile(rf"(?:[a-z]+:)?[/\\]*(?:[^@/]*@)?{_BYTE}(?:\.{_BYTE}){{3}}\.?(?:[:/?#\\]|$)", re.IGNORECASE)
_LIKE_LATIN = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def with_scheme_repaired(text: str) -> str:
    """``hxxps://x``, ``ttp://x``, ``http;//x`` and ``https/x`` with the scheme that was meant; others as they are."""
    if _SCHEME.match(text):
        return text
    found = _ODD_SCHEME.match(text)
    if found is None:
        return text
    secure = "s" in found[0].lower().rstrip(" :：;；/\\／")[-1:]
    return f"http{'s' if secure else ''}://{text[found.end() :]}"


def with_dots_repaired(text: str) -> str:
    """The address with the dots of its host that were written in another way."""
    start = text.find("//") + 2 if "//" in text[:9] else 0
    end = _HEAD_END.search(text, start)
    host_end = end.start() if end else len(text)
    if host_end - start > 500:
        return text
    return text[:start] + _DOTS.sub(".", text[start:host_end]) + text[host_end:]


def find_disguised(text: str) -> list[tuple[int, int]]:
    """Places of links that only people can read as such: ``lv-outlet[.]com``, ``lv-outlet点com/bags``, ``hxxps://…``."""
    places: list[tuple[int, int]] = []
    if "dot" in text or "DOT" in text or _SPELLED_HINT.search(text) is not None:
        places += (match.span() for match in _SPELLED.finditer(text) if _DOTS.search(match[0]) and _is_name(match[0]))
    if ("/" in text or "／" in text) and _ODD_HINT.search(text) is not None:
        places += (match.span() for match in _ODD_LINK.finditer(text) if not _SCHEME.match(match[0]))
    return places


def _is_name(spelled: str) -> bool:
    """Whether the label before the suffix can be somebody's: three signs at least, six before a dot in a sentence."""
    host, *path = _HEAD_END.split(spelled.partition("//")[2] or spelled, maxsplit=1)
    if path and len(path[0]) > 3 and " " not in host:
        return True  # t点cn/A6abc
    label = _DOTS.sub(".", host).split(".")[-2]
    least = 6 if " " in host.replace("( ", "(") and not any(sign in label for sign in "-0123456789") else 3
    return len(label) >= least and any(sign.isalpha() for sign in label)


def oddities_of(written: str, hostname: str) -> tuple[str, ...]:
    """What is odd in an address that leads to the host: see ``Link.oddities``. Empty for nearly all."""
    address = hostname[:1].isdigit() and hostname.replace(".", "").isdigit()
    if not address and "xn--" not in hostname and _ORDINARY.fullmatch(written):
        return ()
    found = []
    head = written[:600]
    authority = _AUTHORITY.match(head)
    named = authority[1] if authority else ""
    if "@" in named:
        found.append("userinfo")
    if address and _QUAD.match(head) is None:
        found.append("numeric_host")
    if _is_disguised(head, named):
        found.append("disguised")
    if "xn--" in hostname and any(map(_is_homograph, hostname.split("."))):
        found.append("homograph")
    return tuple(found)


def _is_disguised(head: str, named: str) -> bool:
    odd_scheme = _SCHEME.match(head) is None and _ODD_SCHEME.match(head) is not None
    return (
        odd_scheme
        or "\\" in head
        or "%" in named
        or _HIDDEN.search(named) is not None
        or _DOTS.search(named) is not None
    )


def _is_homograph(label: str) -> bool:
    """A label that mixes Latin and Cyrillic or Greek letters, or of such letters alone that look Latin (аррӏе)."""
    if not label.startswith("xn--"):
        return False
    try:
        shown = label[4:].encode("ascii", "replace").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return False
    scripts = {unicodedata.name(sign, "?").partition(" ")[0] for sign in shown if sign.isalpha()}
    if scripts.isdisjoint(_LIKE_LATIN):
        return False
    return "LATIN" in scripts or read_text(shown).plain.isascii()
