"""How a page is built, apart from what it says: nested elements with the names of their classes.

Who opens one shop after the other copies the same files and changes words, brand and pictures. A page that a shop
system or a site builder has made is left out: strangers share those, and its shape says nothing about who is behind it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from detector.page_cost import MAX_COST, parse_cost

Hashes = NDArray[np.uint64]

FEWEST = 40
"""Different nestings below which a page is too plain to be anybody's own: a frame, a form, a few paragraphs."""
MOST_NODES = 20_000
MAX_HTML = 2_000_000
_SHOP_SYSTEMS = (
    "cdn.shopify", "myshopify", "/wp-content/", "/wp-includes/", "woocommerce", "/skin/frontend/", "mage/cookies",
    "magento_", "bigcommerce", "squarespace", "wixstatic", "parastorage", "webflow", "weebly", "editmysite", "ecwid",
    "prestashop", "opencart", "catalog/view/theme", "zencart", "zen-cart", "shoplazza", "shopline", "shoplus",
    "xshoppy", "ueeshop", "shopyy", "ecshop", "youzan", "yzcdn", "weidian", "shopware", "demandware", "vtex",
    "tiendanube", "nuvemshop", "cafe24", "base.shop", "stores.jp", "makeshop", "volusion", "3dcart", "lightspeed",
    "ccvshop", "jimdo", "strikingly", "godaddysites", "sites.google", "notion.site",
)  # fmt: skip
"""What stands in the addresses and names of pages that they make; lower case."""
_FIND_SYSTEM = AhoCorasick(_SHOP_SYSTEMS)
_NOTHING: Hashes = np.empty(0, dtype=np.uint64)
_DIGITS = re.compile(r"\d+")
_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "head"})


def shape_of(html: str) -> Hashes:
    """Hashes of the different nestings of three elements, sorted; none for a page that was built by a shop system.

    A list of goods counts once, however long it is. Pure; none also for a page that costs too much to read.
    """
    # A lone half of a surrogate pair can be handed to nobody.
    html = html[:MAX_HTML].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if parse_cost(html) > MAX_COST or _FIND_SYSTEM.find_matches_as_indexes(html.lower()):
        return _NOTHING
    nestings = set(_nestings(LexborHTMLParser(html).root))
    if len(nestings) < FEWEST:
        return _NOTHING
    return np.unique(np.array([_hash(nesting) for nesting in nestings], dtype=np.uint64))


def _nestings(root: Any) -> Iterator[str]:
    """An element within its parent within that one's parent, for each; without recursion, since pages may be deep."""
    waiting = [(root, "", "")]
    seen = 0
    while waiting and seen < MOST_NODES:
        node, parent, grandparent = waiting.pop()
        for child in _elements(node):
            seen += 1
            name = _name(child)
            yield f"{grandparent}>{parent}>{name}"
            waiting.append((child, name, parent))


def _elements(node: Any) -> Iterator[Any]:
    child = node.child
    while child is not None:
        tag = child.tag
        if tag and tag[0] not in "-!" and tag not in _SKIPPED:
            yield child
        child = child.next


def _name(node: Any) -> str:
    """Its tag and classes; a number within a name is that of an item."""
    classes = (node.attributes.get("class") or "")[:200].split()
    return ".".join([node.tag, *sorted({_DIGITS.sub("0", name.lower()) for name in classes})])


def _hash(nesting: str) -> int:
    return int.from_bytes(hashlib.blake2b(nesting.encode("utf-8", "replace"), digest_size=8).digest(), "little")
