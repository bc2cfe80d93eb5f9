"""Find the links in a text, and blank them out of it.

A bare host without a path (``lv-outlet.com``) is a link only under ``www.`` or a suffix that people write so. What a
link leads to is for ``detector/links.py`` to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from detector.link_disguise import find_disguised
from detector.link_rules import BARE_TLDS, EXTRACT, IPV4, MAX_HOST
from detector.links import read_link
from detector.types import Link, Span

MAX_LINKS = 250
"""More than are judged, so that what was left out can be told."""

MAX_TEXT = 100_000
"""A post holds no more: see ``service/payloads.py``."""
MAX_DISGUISED = 20_000

_LETTER = "A-Za-z0-9_\u00aa-\u1fff\u200b-\u200d\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff"
_CJK_TLD = (
    "中国|中國|公司|网络|網絡|商城|网店|商店|集团|在线|网站|网址|购物|时尚|手机|移动|企业|娱乐|游戏|信息|中文网|我爱你"
    "|香港|台湾|台灣|新加坡"
)
_BODY = r"A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\\|"
_FIND = re.compile(
    rf"([hH][tT][tT][pP][sS]?:)[/\\]{{1,4}}"
    rf"(?:\[[0-9A-Fa-f:.]{{2,45}}\]|[\w\-%]{{1,253}}(?:\.(?:[{_LETTER}\-%]{{1,253}}|{_CJK_TLD}|[\u3400-\u9fff]{{1,63}}(?=\.)))*\.?)"
    rf"(?:[:/?#@\\][{_BODY}]*)?"
    rf"|(?<![A-Za-z0-9@._\-+%&=])(?=[A-Za-z0-9])[A-Za-z0-9\-]{{1,63}}(?:\.[A-Za-z0-9\-]{{1,63}})+"
    rf"(?::\d{{2,5}}(?!\d))?(?:[/?][{_BODY}]*)?(?![A-Za-z0-9@_])"
)
# No link is without one of these; a full stop at the end of a sentence is none.
_LINK_HINT = re.compile(r"[.:](?:(?<=\.)[A-Za-z0-9\-]|(?<=:)[/\\])")
_HEAD = re.compile(r"[^/?:]+")
_TRAILING = ".,;:!?'\"*|\\(&"


def find_links(text: str) -> list[Link]:
    """The links of a text with their places, at most 250, in order. Linear in the length of the text.

    Reads the first 100,000 code points, and the first 20,000 for links that only people can read as such.
    """
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
    disguised = find_disguised(text[:MAX_DISGUISED])
    if disguised:
        return _merged(_ordinary_links(text), disguised, text)
    return _ordinary_links(text)


def _merged(ordinary: list[Link], disguised: Iterable[Span], text: str) -> list[Link]:
    """Disguised links among the ordinary ones, which give way where they are a part of one."""
    found: list[Link] = []
    reached = 0
    places = {span: read_link(text[slice(*span)], span) for span in disguised}
    for link in sorted([*places.values(), *ordinary], key=_place):
        start, end = _place(link)[0], -_place(link)[1]
        if start >= reached and link.kind != "unreadable":
            found.append(link)
            reached = end
    return found[:MAX_LINKS]


def _place(link: Link) -> Span:
    """Where a link begins, longer ones first."""
    return (link.span[0], -link.span[1]) if link.span else (0, 0)


def _ordinary_links(text: str) -> list[Link]:
    if ("." not in text and "://" not in text) or _LINK_HINT.search(text) is None:
        return []
    found: list[Link] = []
    for match in _FIND.finditer(text):
        start = match.start()
        url = _trimmed(match[0])
        if not (_is_web(url) if match[1] else _is_bare_link(url)):
            continue
        found.append(read_link(url, (start, start + len(url))))
        if len(found) >= MAX_LINKS:
            break
    return found


def _trimmed(url: str) -> str:
    """The URL without the sentence's punctuation and without a bracket that it did not open."""
    if url[-1].isalnum():
        return url
    for _ in range(4):
        short = url.rstrip(_TRAILING)
        if short.endswith(")"):
            excess = short.count(")") - short.count("(")
            run = len(short) - len(short.rstrip(")"))
            short = short[: len(short) - min(max(excess, 0), run)]
        if short == url:
            break
        url = short
    return url


def _is_web(url: str) -> bool:
    """A host that can be one: with a dot, a number, an address in brackets, or this machine."""
    host = url.partition(":")[2].lstrip("/\\")
    if not host:
        return False
    head = re.split(r"[/?#\\]", host[:600], maxsplit=1)[0]
    return (
        "." in head.strip(".")
        or (head[0].isascii() and head[0].isdigit())
        or head[0] == "["
        or head.startswith("localhost")
    )


def _is_bare_link(url: str) -> bool:
    """``weidian.com/item`` and ``lv-outlet.com`` are links; ``3.5``, ``v1.2``, ``LV.bag`` and ``e.g/`` are not."""
    head = _HEAD.match(url)
    if head is None:
        return False
    host = head[0].lower()
    last = host.rpartition(".")[2]
    has_path = len(url) > len(host) + 1
    if last.isdigit():
        return has_path and _is_address(host)
    if not has_path and last not in BARE_TLDS and not host.startswith("www."):
        return False
    return len(host) <= MAX_HOST and _has_suffix(host)


def _is_address(host: str) -> bool:
    return IPV4.fullmatch(host) is not None and all(int(part) < 256 for part in host.split("."))


@lru_cache(maxsize=4_096)
def _has_suffix(host: str) -> bool:
    extracted = EXTRACT.extract_str(host)
    return bool(extracted.suffix) and (bool(extracted.domain) or extracted.is_private)


_CONTACT_HOSTS = frozenset({"wa.me", "t.me", "line.me", "whatsapp.com"})


def blank_links(text: str, links: Iterable[Link]) -> str:
    """The text with its links blanked, every place kept: a link's letters are not words that the author wrote.

    Links that are themselves a way to reach the seller (``wa.me/8613…``) stay.
    """
    spans = [link.span for link in links if link.span is not None and link.registrable not in _CONTACT_HOSTS]
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
