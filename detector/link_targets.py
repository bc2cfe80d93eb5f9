"""Name the target of a link: the item, shop or album on a platform, the shop that a host is, or else the page.

Two links to one target get the same name. All parts that are named here are in canonical form already.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from detector.link_rules import Host, Kind, Platform, Rule

MAX_NAME = 2_000
MAX_ID = 64

_DIGITS = re.compile(r"[^\w%]{0,8}0*(\d{1,64})")
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
_SHOP_PATH = re.compile(
    r"/(?:products?|collections?|shop|store|items?|cart|goods|category|categories|catalog|catalogue|checkout"
    r"|product-category|product-tag|product_info|shopdetail|sale|brands?)(?:[/.\-_?]|$)"
    r"|-[cp]-\d+(?:_\d+)*\.html|/p-\d+|[?&](?:main_page=|route=product|add-to-cart=|c?path=\d"
    r"|(?:product|products|goods|item)_?id=)",
    re.IGNORECASE,
)


class Name(NamedTuple):
    """A target's name (``weidian:item:4371293``) and what the target is."""

    target: str
    kind: Kind


def target_of(host: Host, path: str, query: str, fragment: str, canonical: str) -> Name:
    """The platform's own name for it, else the shop that the host is, else the canonical URL."""
    if host.platform is not None and not host.shortener:
        routed = fragment.partition("?")[2]
        named = _on_platform(host.platform, host.sub, path, params_of(f"{query}&{routed}" if routed else query))
        if named:
            return named
    if host.shop and (path == "/" or host.shop_word or _SHOP_PATH.search(f"{path}?{query}"[:2_000])):
        return Name(host.shop, "shop")
    return Name(bounded("url:" + canonical), "page")


def _on_platform(platform: Platform, sub: str, path: str, params: dict[str, str]) -> Name | None:
    """The first rule that finds an id names the target."""
    place = f"{sub}{path}"[:600]
    for rule in platform.rules:
        found = rule.at.search(place)
        if not found:
            continue
        if rule.keys:
            values = [_first_of(params, rule.keys)]
        elif rule.form == "host" and found[1].lower() in platform.not_shops:
            continue
        else:
            values = list(found.groups(""))
        ids = [_part(value, rule, place_in_host=number == 0) for number, value in enumerate(values)]
        if all(ids):
            return Name(rule.name + rule.stem + platform.join.join(ids), rule.kind)
    return None


def _first_of(params: dict[str, str], keys: Iterable[str]) -> str:
    for key in keys:
        if key in params:
            return params[key]
    return ""


def _part(value: str, rule: Rule, *, place_in_host: bool) -> str:
    """A second captured id (an album's) is a number where it is written as one, the first (its owner's) a word."""
    if not place_in_host and value.isdigit():
        return value[:MAX_ID]
    return _shaped(value, rule)


def _shaped(value: str, rule: Rule) -> str:
    """An id in its one form; empty where the value is none."""
    if rule.form == "number":
        found = _DIGITS.match(value)
        return str(int(found[1])) if found else ""
    found = _WORD.match(value.strip())
    if not found or len(found[0]) > MAX_ID:
        return ""
    return found[0].upper() if rule.form == "asin" else found[0].lower()


def bounded(name: str) -> str:
    """A name of at most 2,000 characters; a longer one keeps a digest, so that two stay two."""
    if len(name) <= MAX_NAME:
        return name
    return name[: MAX_NAME - 65] + "~" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def params_of(query: str) -> dict[str, str]:
    """Parameters by name, percent-decoded; the first that is not empty wins."""
    found: dict[str, str] = {}
    for piece in query.split("&"):
        key, _, value = piece.partition("=")
        if value:
            found.setdefault(key, unquote(value) if "%" in value else value)
    return found
