"""Brands named in a text or a host, and what a genuine piece costs at least.

The brands are data (``detector/data/brands.json``). One pass over the text finds brands and goods words together,
because an everyday word (``coach``, ``苹果``) counts as a brand only beside the goods that the brand makes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from detector.brand_file import BrandsError, digest_of, load_brands
from detector.brand_hosts import HostReader
from detector.brand_names import LATIN, Entry, brand_entries, forms_of, names_of, word_entries
from detector.types import Brand, BrandMention, Link, ReadText

MAX_MENTIONS = 50
MAX_GOODS = 200
MAX_DOUBTS = 2_000
"""Everyday words whose neighbours are looked at: a text of nothing else must not take longer than others."""
CONTEXT_WINDOW = 12
"""Characters between an everyday word and the goods that make a brand of it."""
OFFER_WINDOW = 30
"""The same where an offer is enough: a price stands at the end of the line."""
PLURAL = 6
"""Letters of the shortest name that an s may follow."""
SINGLE_SIGN_WINDOW = 2
"""The same for an alias of one sign (驴, 香, 劳), which stands in half of all sentences."""

_MAIN_GOODS = {"watches": "watch", "jewellery": "jewellery"}
"""Sector → what a name alone stands for: a house of watches sells perfume as well, but nobody calls that an Omega."""
_SIDELINES = frozenset({"other", "perfume", "charger"})
"""What houses of something else sell beside it, for little."""
_MARKS_ACCESS = frozenset({"tmall", "jd"})
"""Marketplaces that give a brand's name as a subdomain only to whoever shows a licence from the brand."""


class Scan(msgspec.Struct, frozen=True):
    """What one pass over a text found, in order of place."""

    mentions: tuple[BrandMention, ...] = ()
    goods: tuple[tuple[str, int, int], ...] = ()
    """(category, start, end) in the text as read, at most 200."""


_NOTHING = Scan()
_Hit = tuple[int, int, Entry]


def _refuse_doubles(brands: Iterable[Brand]) -> None:
    ids: set[str] = set()
    owner: dict[str, Brand] = {}
    for brand in brands:
        if brand.id in ids:
            raise BrandsError(f"two brands have the id {brand.id!r}")
        ids.add(brand.id)
        for alias, _ in names_of(brand):
            for form in forms_of(alias):
                other = owner.setdefault(form, brand)
                if other is not brand:
                    raise BrandsError(f"alias {alias!r} belongs to both {other.id!r} and {brand.id!r}")


class BrandIndex:
    """Finds the brands it was built with. Immutable; one may serve many threads.

    Parameters
    ----------
    brands
        Brands to find. ``ListedBrand`` tells which aliases need context; a bare ``Brand`` has no such alias.
    window
        Characters between an everyday alias and what makes a brand of it.
    """

    def __init__(self, brands: Iterable[Brand], *, window: int = CONTEXT_WINDOW) -> None:
        self.brands = tuple(brands)
        self.window = window
        self.digest = digest_of(self.brands)
        """Differs where any brand does: answers name it beside the model's version."""
        self._owners = {domain: b for b in self.brands for domain in (*b.domains, *b.authorised)}
        _refuse_doubles(self.brands)
        by_text: dict[str, Entry] = {}
        for entry in (*(e for b in self.brands for e in brand_entries(b)), *word_entries()):
            by_text.setdefault(entry.text, entry)
        self._entries = tuple(by_text.values())
        self._left = tuple(entry.left for entry in self._entries)
        self._right = tuple(entry.right for entry in self._entries)
        self._texts = AhoCorasick(list(by_text), implementation=Implementation.ContiguousNFA)
        self._hosts = HostReader(self._entries)
        self._mention_in = lru_cache(maxsize=8192)(self._hosts.read)

    def scan(self, read: ReadText) -> Scan:
        """Brands and goods of a text, in one pass. Never raises."""
        hits = self._hits(read.plain)
        if not hits:
            return _NOTHING
        mentions: list[BrandMention] = []
        goods: list[tuple[str, int, int]] = []
        doubts = 0
        for at, (start, end, entry) in enumerate(hits):
            if entry.brand is None or len(mentions) >= MAX_MENTIONS:
                if entry.role != "goods":
                    continue
            elif entry.needs is None or (doubts < MAX_DOUBTS and self._has_context(hits, at)):
                mentions.append(_mention(read, start, end, entry))
            else:
                doubts += 1
                continue
            if entry.category is not None and len(goods) < MAX_GOODS:
                goods.append((entry.category, start, end))
        return Scan(tuple(mentions), tuple(goods))

    def find(self, read: ReadText) -> list[BrandMention]:
        """Brands named in a text: non-overlapping, in order of place, at most 50."""
        return list(self.scan(read).mentions)

    def categories(self, read: ReadText) -> list[tuple[str, int, int]]:
        """Goods words as (category, start, end) in the text as read, at most 200."""
        return list(self.scan(read).goods)

    def in_host(self, link: Link) -> BrandMention | None:
        """A brand named in the host of a link; ``None`` too on Tmall and JD, where the marketplace checks the name."""
        if not link.host or not link.registrable or link.platform in _MARKS_ACCESS:
            return None
        return self._mention_in(link.host[:253], link.registrable[:253])

    @staticmethod
    def is_own(link: Link, brand: Brand) -> bool:
        """Whether the link leads to the brand itself or to a reseller (domain or full host) that the brand names."""
        known = (*brand.domains, *brand.authorised)
        return bool(link.registrable) and (link.registrable in known or link.host in known)

    def owner(self, link: Link) -> Brand | None:
        """The brand that the link's site belongs to, or that names it as a reseller; ``None`` for all other sites."""
        return self._owners.get(link.registrable) or self._owners.get(link.host)

    @staticmethod
    def reference(brand: Brand, category: str | None) -> float | None:
        """Price in CNY below which no genuine new piece is sold: of the category, else the brand's lowest.

        Where no goods are named, those that the brand is known for are meant, not its key rings.
        """
        bands = brand.reference_cny
        if category is not None and category in bands:
            return bands[category][0]
        main = _MAIN_GOODS.get(brand.sector)
        if main in bands:
            return bands[main][0]
        known_for = [lowest for name, (lowest, _) in bands.items() if name not in _SIDELINES]
        return min(known_for or [lowest for lowest, _ in bands.values()], default=None)

    def _hits(self, plain: str) -> list[_Hit]:
        """Non-overlapping matches, leftmost and then longest.

        Overlaps are weighed here: a longer match that fails at a word boundary must not hide a shorter one.
        """
        try:
            found = self._texts.find_matches_as_indexes(plain, overlapping=True)
        except UnicodeEncodeError:  # a lone surrogate; each becomes one "?", so that places stay
            plain = plain.encode("utf-8", "replace").decode("utf-8")
            found = self._texts.find_matches_as_indexes(plain, overlapping=True)
        entries, left, right, size = self._entries, self._left, self._right, len(plain)
        whole: list[tuple[int, int, int]] = []
        for number, start, end in found:
            if left[number] and start and plain[start - 1] in LATIN:
                continue
            if right[number] and end < size and plain[end] in LATIN and not self._is_plural(plain, start, end):
                continue
            whole.append((start, -end, number))
        whole.sort()
        hits: list[_Hit] = []
        reached = 0
        for start, minus_end, number in whole:
            if start >= reached:
                reached = -minus_end
                hits.append((start, reached, entries[number]))
        return hits

    def _is_plural(self, plain: str, start: int, end: int) -> bool:
        """Neverfulls, Birkins: an s behind a name that is long enough to be none by chance."""
        return end - start >= PLURAL and plain[end] == "s" and (end + 1 == len(plain) or plain[end + 1] not in LATIN)

    def _has_context(self, hits: list[_Hit], at: int) -> bool:
        """Whether something within the window makes a brand of the everyday word at ``at``."""
        start, end, entry = hits[at]
        window = min(self.window, SINGLE_SIGN_WINDOW) if end - start == 1 else self.window
        if entry.offered:
            window = max(window, OFFER_WINDOW)
        for other in range(at + 1, len(hits)):
            if hits[other][0] - end > window:
                break
            if _supports(hits[other][2], entry):
                return True
        for other in range(at - 1, -1, -1):
            if start - hits[other][1] > window:
                break
            if _supports(hits[other][2], entry):
                return True
        return False


def _supports(other: Entry, entry: Entry) -> bool:
    if other.role == "trade":
        return True
    if other.role == "offer":
        return entry.offered
    if other.role == "goods":
        # Sellers of copies put names on goods that the house does not make.
        return entry.offered or (entry.needs is not None and other.category in entry.needs)
    if other.brand is None or entry.brand is None:
        return False
    if other.needs is not None:
        # Two Chinese by-names of one brand, side by side, mean it: 卡家蓝气球. Two teams of a league do not.
        same = other.brand is entry.brand and not entry.text.isascii() and not other.text.isascii()
        return same and other.text not in entry.text and entry.text not in other.text
    return other.brand is entry.brand or bool(entry.needs and other.brand.sector == entry.brand.sector)


def _mention(read: ReadText, start: int, end: int, entry: Entry) -> BrandMention:
    if entry.brand is None:  # only brands come here; the check is for the types
        raise TypeError(entry.text)
    span = read.span(start, end)
    return BrandMention(entry.brand, entry.text, entry.kind, span, read.original[span[0] : span[1]], start, end)


@lru_cache(maxsize=1)
def default_index() -> BrandIndex:
    """The index of the shipped brands, built once."""
    return BrandIndex(load_brands())
