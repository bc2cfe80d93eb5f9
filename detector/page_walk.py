"""One walk over a parsed page that gathers everything the readers of pages need. Nothing is judged here.

The walk uses no recursion, so that deep pages are safe; each node is visited once.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

import msgspec
from selectolax.lexbor import LexborHTMLParser

MAX_ALTS = 100
MAX_LINKS = 2_000
MAX_CANDIDATES = 300
MAX_PRODUCTS = 20
MAX_JSON = 30
_MAX_SCRIPT = 2_000
_MAX_CAPTURE = 16

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "var",
        "-text",
        "del",
        "strike",
    ]
)
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "title", "iframe", "object", "svg"])
_STRUCK = frozenset(["del", "s", "strike"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"])
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PRICE_NAME = re.compile(
    r"pri[cx]|preis|prez|preci|preco|cena|ceny|цена|价|jiage|pris|money|amount|cost", re.IGNORECASE
)
_LIST_NAME = re.compile(
    r"old|was\b|was[-_]|original|regular|list|strike|before|rrp|msrp|uvp|compare|cross|through|line-?thro|barr|stara|anterior|prima",
    re.IGNORECASE,
)
_SALE_NAME = re.compile(
    r"sale|now|current|final|special|promo|offer|actual|sell|our|new|main|product-?price|aktual", re.IGNORECASE
)
_NOT_PRICE_NAME = re.compile(
    r"ship|deliver|instal|finanz|per[-_]?unit|unit[-_]?price|saving|discount|filter|range|cart|basket|relat|recomm|month",
    re.IGNORECASE,
)
_FORMER_NAME = re.compile(
    r"(?:old|was|full|original|list|former|crossed|strike|through|rrp|msrp|before)[-_]{0,2}(?:pri[cx]|preis)"
    r"|(?:pri[cx]e?|preis|prix)[-_]{0,2}(?:old|was|full|original|before|crossed|strike)|line-?through|strikethrough",
    re.IGNORECASE,
)
_TWO_DIGITS = re.compile(r"\s*\d\d\s*")


class Candidate(msgspec.Struct, frozen=True):
    """Text of an element that is named as a price. ``place`` counts pieces of text from the page's start."""

    text: str
    place: int
    name: str
    struck: bool
    hidden: bool


class Anchor(msgspec.Struct, frozen=True):
    """A link with its words."""

    href: str
    text: str


class _Open(msgspec.Struct):
    """An element with something to do at its end."""

    depth: int
    kind: str
    start: int
    value: str = ""
    item: dict[str, str] | None = None


class Walk(msgspec.Struct):
    """What a page holds, in the order of the document. Lists are cut at the limits of this module."""

    pieces: list[str] = []
    title: str = ""
    language: str = ""
    metas: dict[str, str] = {}
    anchors: list[Anchor] = []
    headings: list[str] = []
    json_blocks: list[str] = []
    items: list[dict[str, str]] = []
    """Products of the microdata, each with the properties ``name``, ``price`` …; the first value of each counts."""
    loose: dict[str, str] = {}
    """Properties of the microdata outside any product."""
    candidates: list[Candidate] = []
    struck: list[str] = []
    """Crossed-out pieces of text."""
    first_heading: int | None = None
    """Place of the first <h1>; ``None`` where there is none."""
    alts: list[str] = []
    image_sources: list[str] = []
    scripts: list[str] = []
    refresh: str = ""
    n_nodes: int = 0
    n_images: int = 0
    n_links: int = 0
    n_scripts: int = 0


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and _HIDDEN_STYLE.search(style[:500]) is not None)


# The same few classes stand on most elements of a page, and of the next page of the same shop.
@lru_cache(maxsize=4096)
def _is_former(name: str) -> bool:
    return _FORMER_NAME.search(name) is not None


@lru_cache(maxsize=4096)
def _is_price(name: str) -> bool:
    return _PRICE_NAME.search(name) is not None


class _Walker:
    def __init__(self) -> None:
        self.found = Walk()
        self.opened: list[_Open] = []
        self.depth = 0
        self.unseen = 0
        self.struck = 0
        self.struck_places: set[int] = set()
        self.scopes: list[tuple[str, dict[str, str]]] = [("", self.found.loose)]

    def walk(self, root: Any) -> Walk:
        """Visits the nodes below the root, children before siblings."""
        node = root
        while node is not None:
            tag = node.tag
            self.found.n_nodes += 1
            child = None
            if tag == "-text":
                self._text(node.text_content or "")
            elif tag is not None and tag[0] not in "-!":
                self._enter(node, tag)
                child = node.child
            if child is not None:
                node = child
                self.depth += 1
                continue
            self._leave()
            node = self._next(node)
        return self.found

    def _next(self, node: Any) -> Any:
        while node is not None:
            following = node.next
            if following is not None:
                return following
            node = node.parent
            self.depth -= 1
            if self.depth < 0:
                return None
            self._leave()
        return None

    def _text(self, text: str) -> None:
        if self.unseen:
            return
        pieces = self.found.pieces
        if (
            self.opened
            and self.opened[-1].kind == "sup"
            and pieces
            and pieces[-1][-1:].isdigit()
            and _TWO_DIGITS.fullmatch(text)
        ):
            # 12<sup>99</sup> is how shops write 12.99.
            text = "." + text.strip()
        if self.struck:
            self.struck_places.add(len(pieces))
            if len(self.found.struck) < 100 and not text.isspace():
                self.found.struck.append(text[:60])
        pieces.append(text)

    def _open(self, kind: str, value: str = "", item: dict[str, str] | None = None) -> None:
        self.opened.append(_Open(self.depth, kind, len(self.found.pieces), value, item))

    def _enter(self, node: Any, tag: str) -> None:
        attributes: dict[str, str | None] = node.attributes
        if tag not in _INLINE:
            self.found.pieces.append(" ")
            self._open("block")
        reader = self._READERS.get(tag)
        if reader is not None:
            reader(self, node, attributes)
        if tag in _UNSEEN or (attributes and _is_hidden(attributes)):
            self.unseen += 1
            self._open("unseen")
        if tag in _STRUCK or (attributes and _is_former((attributes.get("class") or "")[:200])):
            self.struck += 1
            self._open("struck")
        if attributes:
            self._properties(tag, attributes)
            self._price_names(attributes)

    def _leave(self) -> None:
        while self.opened and self.opened[-1].depth == self.depth:
            done = self.opened.pop()
            self._CLOSERS[done.kind](self, done)

    def _captured(self, done: _Open) -> str:
        """The element's words, cut; without its crossed-out parts unless it has no others."""
        pieces = self.found.pieces[done.start : done.start + _MAX_CAPTURE]
        if self.struck_places and not self.struck:
            kept = [piece for place, piece in enumerate(pieces, done.start) if place not in self.struck_places]
            pieces = kept if any(piece.strip() for piece in kept) else pieces
        return " ".join("".join(pieces).split())[:300]

    # --- what stands in attributes

    def _properties(self, tag: str, attributes: dict[str, str | None]) -> None:
        if "itemscope" in attributes and len(self.scopes) < 50:
            self._scope((attributes.get("itemtype") or "").rstrip("/").rsplit("/", 1)[-1].lower(), attributes)
            return
        names = attributes.get("itemprop") or (attributes.get("property") if tag != "meta" else None)
        if not names:
            return
        kind, item = self.scopes[-1]
        if kind == "foreign":
            return
        name = names.split(":")[-1].split()[0].lower() if names.split(":")[-1].split() else ""
        key = "brand" if kind in {"brand", "organization"} and name == "name" else name
        value = attributes.get("content") or (attributes.get("href") if tag in {"link", "a"} else None)
        if value:
            item.setdefault(key, value[:300])
        else:
            self._open("property", key, item)

    def _scope(self, kind: str, attributes: dict[str, str | None]) -> None:
        item = self.scopes[-1][1]
        prop = (attributes.get("itemprop") or "").lower()
        if kind in {"product", "productgroup", "individualproduct", "productmodel"}:
            item = {}
            if len(self.found.items) < MAX_PRODUCTS:
                self.found.items.append(item)
        elif prop == "brand":
            kind = "brand"
        elif kind not in {
            "offer",
            "aggregateoffer",
            "brand",
            "pricespecification",
            "unitpricespecification",
            "webpage",
            "itempage",
        }:
            kind = "foreign"
        self.scopes.append((kind, item))
        self._open("scope", prop if prop == "brand" else "", item)

    def _price_names(self, attributes: dict[str, str | None]) -> None:
        name = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('itemprop') or ''}"[:200]
        if len(self.found.candidates) >= MAX_CANDIDATES:
            return
        if len(name) > 2 and _is_price(name):
            self._open("price", name)
        for key in attributes:
            if key.startswith("data-") and key.endswith("price"):
                value = (attributes[key] or "")[:40]
                self.found.candidates.append(
                    Candidate(value, len(self.found.pieces), f"{name} {key}", self.struck > 0, hidden=True)
                )

    # --- elements with a meaning of their own

    def _html(self, _node: Any, attributes: dict[str, str | None]) -> None:
        self.found.language = (attributes.get("lang") or attributes.get("xml:lang") or "")[:35].strip()

    def _title(self, node: Any, _attributes: dict[str, str | None]) -> None:
        if not self.found.title:
            self.found.title = " ".join(_inner(node, 2000).split())[:500]

    def _meta(self, _node: Any, attributes: dict[str, str | None]) -> None:
        content = attributes.get("content") or ""
        if (attributes.get("http-equiv") or "").lower() == "refresh" and not self.found.refresh:
            self.found.refresh = content[:2000]
        name = attributes.get("property") or attributes.get("name")
        if name and content and len(self.found.metas) < 200:
            self.found.metas.setdefault(name.strip().lower()[:100], content[:2000])

    def _image(self, _node: Any, attributes: dict[str, str | None]) -> None:
        self.found.n_images += 1
        alt = " ".join((attributes.get("alt") or "")[:300].split())
        if alt and len(self.found.alts) < MAX_ALTS:
            self.found.alts.append(alt[:200])
        if len(self.found.image_sources) < 300:
            source = attributes.get("src") or ""
            self.found.image_sources.append("" if source.startswith("data:") else source[-200:])

    def _link(self, _node: Any, attributes: dict[str, str | None]) -> None:
        href = attributes.get("href")
        if href:
            self.found.n_links += 1
            if len(self.found.anchors) < MAX_LINKS:
                self._open("anchor", href[:500].strip())

    def _script(self, node: Any, attributes: dict[str, str | None]) -> None:
        self.found.n_scripts += 1
        if "ld+json" in (attributes.get("type") or "").lower():
            if len(self.found.json_blocks) < MAX_JSON:
                self.found.json_blocks.append(_inner(node, 500_000))
        elif "src" not in attributes and len(self.found.scripts) < 100:
            self.found.scripts.append(_inner(node, _MAX_SCRIPT + 1))

    def _heading(self, node: Any, _attributes: dict[str, str | None]) -> None:
        if node.tag == "h1" and self.found.first_heading is None and not self.unseen:
            self.found.first_heading = len(self.found.pieces)
        if len(self.found.headings) < 200:
            self._open("heading")

    def _superscript(self, _node: Any, _attributes: dict[str, str | None]) -> None:
        self._open("sup")

    # --- ends of elements

    def _end_block(self, _done: _Open) -> None:
        self.found.pieces.append(" ")

    def _end_unseen(self, _done: _Open) -> None:
        self.unseen -= 1

    def _end_struck(self, _done: _Open) -> None:
        self.struck -= 1

    def _end_nothing(self, _done: _Open) -> None:
        pass

    def _end_property(self, done: _Open) -> None:
        text = self._captured(done)
        if text and done.item is not None:
            done.item.setdefault(done.value, text)

    def _end_scope(self, done: _Open) -> None:
        self.scopes.pop()
        if done.value == "brand" and done.item is not None:
            text = self._captured(done)
            if text:
                done.item.setdefault("brand", text)

    def _end_price(self, done: _Open) -> None:
        text = self._captured(done)
        if text and len(text) <= 120 and len(self.found.candidates) < MAX_CANDIDATES:
            self.found.candidates.append(Candidate(text, done.start, done.value, self.struck > 0, self.unseen > 0))

    def _end_anchor(self, done: _Open) -> None:
        self.found.anchors.append(Anchor(done.value, self._captured(done)[:100]))

    def _end_heading(self, done: _Open) -> None:
        self.found.headings.append(self._captured(done)[:100])

    _READERS: ClassVar[dict[str, Any]] = {
        "html": _html, "title": _title, "meta": _meta, "img": _image,
        "a": _link, "area": _link, "script": _script, "sup": _superscript,
        **dict.fromkeys(_HEADINGS, _heading),
    }  # fmt: skip
    _CLOSERS: ClassVar[dict[str, Any]] = {
        "block": _end_block, "unseen": _end_unseen, "struck": _end_struck,
        "sup": _end_nothing, "property": _end_property, "scope": _end_scope,
        "price": _end_price, "anchor": _end_anchor, "heading": _end_heading,
    }  # fmt: skip


def _inner(node: Any, limit: int) -> str:
    """Text of an element that holds text only (script, title)."""
    child = node.child
    return (child.text_content or "")[:limit] if child is not None else ""


def is_list_price(name: str) -> bool:
    """Says whether an element's names call its price the former one."""
    return _LIST_NAME.search(name) is not None


def is_sale_price(name: str) -> bool:
    """Says whether an element's names call its price the asked one."""
    return _SALE_NAME.search(name) is not None


def is_other_price(name: str) -> bool:
    """Says whether an element's names call its price one of something else (shipping, a month's rate)."""
    return _NOT_PRICE_NAME.search(name) is not None


def walk_page(html: str) -> Walk:
    """Parses and walks a page. The caller has refused bombs (see ``page_cost``)."""
    root = LexborHTMLParser(html).root
    return _Walker().walk(root)
