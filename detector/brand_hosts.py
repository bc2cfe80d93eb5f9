"""A brand's name inside a host name, where words stand without blanks: ``guccioutlet--online.org``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick

from detector.brand_names import Entry, ListedBrand, without_accents
from detector.text import read_text
from detector.types import BrandMention

_SHOPPING = (
    "shop shops store stores outlet outlets sale sales onsale forsale online cheap discount discounts "
    "official replica replicas fake fakes factory wholesale buy best top clearance warehouse deals deal "
    "direct mall club boutique luxury vip free shipping promo price prices offer offers australia canada "
    "france italia deutschland japan china usa uk us cn de fr it jp au ca new world women womens men "
    "mens kids lady ladies designer brand real authentic original the my for in and you only super hot "
    "fashion rep reps mirror supplier suppliers market gift gifts pascher soldes saldi billig kaufen "
    "günstig guenstig schweiz espana nederland nike sports sport team"
)
_SHOP_WORDS = frozenset(_SHOPPING.split())
_SELLING = frozenset(
    (
        "outlet",
        "outlets",
        "replica",
        "replicas",
        "cheap",
        "discount",
        "discounts",
        "wholesale",
        "fake",
        "fakes",
        "factory",
    )
)
_MIN_STRONG, _MIN_ANYWHERE, _MIN_HOST, _MIN_AFTER = 6, 8, 3, 4
_HOST_INNOCENT = (
    "chanelle",
    "coachella",
    "diorama",
    "guccione",
    "nikesh",
    "prolex",
    "ruggs",
    "struggle",
    "snugg",
    "rugg",
    "bulgaria",
)


_REGISTRY = re.compile(r"com|(?:(?:com?|or|ne|net|org)\.)?[a-z]{2}")
_OPEN_REGISTRIES = frozenset(["cc", "cf", "ga", "gd", "gq", "ml", "pw", "tk", "to", "tv", "vc", "ws"])
"""Of islands and the like, which sell or give names to anybody."""


def is_named_site(mention: BrandMention, registrable: str) -> bool:
    """Whether a domain is a brand's name and nothing else, under ``com`` or in a country's registry: ``dyson.co.in``.

    Nearly all such hosts on our lists belong to honest sites: registries give a name back to the holder of the mark
    (UDRP). What is said beside the name is what gives a copy away: ``dyson-outlet.co.in``.
    """
    label, _, suffix = registrable.partition(".")
    name = "".join(filter(str.isalnum, without_accents(mention.alias).lower()))
    is_name = mention.kind in {"name", "alias"} and label.replace("-", "") == name
    return is_name and suffix not in _OPEN_REGISTRIES and _REGISTRY.fullmatch(suffix) is not None


class HostReader:
    """Finds a brand inside a host name, where words stand without blanks."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        fits = {e.text: e for e in entries if e.brand is not None and _fits_host(e)}
        self._names = {text: e for text, e in fits.items() if not _is_plural(text, e, fits)}
        self._goods = {e.text.replace(" ", ""): e.category for e in entries if e.role == "goods"}
        words = {word for word in (*self._names, *self._goods, *_SHOP_WORDS) if word.isascii()}
        self._words = frozenset(words)
        self._automaton = AhoCorasick(list(self._names) or ["\0"])

    def read(self, host: str, registrable: str) -> BrandMention | None:
        """The best mention in registrable label and subdomains: the longest sure one, the leftmost of equals."""
        best: tuple[int, int, Entry] | None = None
        for label in _labels(host, registrable):
            for candidate in self._in_label(label):
                best = max(best, candidate, key=lambda c: c[:2]) if best else candidate
        if best is None:
            return None
        entry = best[2]
        if entry.brand is None:
            return None
        return BrandMention(entry.brand, entry.text, entry.kind, None, host)

    def _in_label(self, label: str) -> Iterator[tuple[int, int, Entry]]:
        tokens = [token for token in label.split("-") if token]
        joined = "".join(tokens)
        for text in (label, joined) if len(tokens) > 1 else (label,):
            for _, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
                entry = self._names[text[start:end]]
                if self._counts(text, start, end, entry, tokens):
                    yield end - start, -start, entry

    def _counts(self, text: str, start: int, end: int, entry: Entry, tokens: list[str]) -> bool:
        if not entry.text.isascii():
            return entry.needs is None and end - start > 1
        if any(word in text for word in _HOST_INNOCENT):
            return False
        left, right = text[:start].rpartition("-")[2], text[end:].partition("-")[0]
        if _is_ambiguous(entry):
            return self._stands_by_goods(left, right, entry, tokens)
        if end - start >= _MIN_ANYWHERE:
            return True
        before, after = self._ends_known(left), self._starts_known(right)
        if end - start >= _MIN_STRONG and entry.kind != "line":
            return before or after
        return after and (before or (len(left) >= 3 and len(right) >= _MIN_AFTER))

    def _stands_by_goods(self, left: str, right: str, entry: Entry, tokens: list[str]) -> bool:
        """An everyday or short name: a whole token beside a shop word, or glued to goods that fit."""
        if not left and not right:
            return any(self._is_shop(token, entry) for token in tokens if token != entry.text)
        if len(entry.text) < _MIN_AFTER:
            return False
        if left and not right:
            return left in _SELLING
        return (not left or left in _SELLING) and any(
            right.startswith(word) for word in (*_SELLING, *self._fitting(entry))
        )

    def _is_shop(self, token: str, entry: Entry) -> bool:
        return token in _SHOP_WORDS or token in self._fitting(entry)

    def _fitting(self, entry: Entry) -> tuple[str, ...]:
        makes = entry.brand.reference_cny if entry.brand is not None else {}
        return tuple(word for word, category in self._goods.items() if category in makes and word.isascii())

    def _starts_known(self, right: str) -> bool:
        if not right or right[0].isdigit() or right in self._words:
            return True
        return any(right[:size] in self._words for size in range(_MIN_AFTER, min(len(right), 12) + 1))

    def _ends_known(self, left: str) -> bool:
        if not left or left[-1].isdigit() or left in self._words:
            return True
        return any(left[-size:] in self._words for size in range(_MIN_AFTER, min(len(left), 12) + 1))


def _fits_host(entry: Entry) -> bool:
    """Lines of everyday words and signs that no host holds are left out."""
    if any(sign in " '_.&/’" for sign in entry.text):
        return False
    if entry.kind == "line":
        return entry.needs is None and entry.text.isascii() and len(entry.text) >= _MIN_STRONG
    return len(entry.text) > 1


def _is_plural(text: str, entry: Entry, fits: dict[str, Entry]) -> bool:
    """``samsungs``, which would take the s of ``samsungstore``."""
    shorter = fits.get(text.removesuffix("s"))
    return text.endswith("s") and shorter is not None and shorter.brand is entry.brand


def _is_ambiguous(entry: Entry) -> bool:
    if entry.needs is not None or len(entry.text) < _MIN_HOST:
        return True
    rules = entry.brand.context if isinstance(entry.brand, ListedBrand) else {}
    return rules.get(entry.text) == "host"


def _labels(host: str, registrable: str) -> list[str]:
    """The registrable label and the subdomains, homographs undone; ``www`` left out."""
    below = host[: -len(registrable) - 1] if host.endswith("." + registrable) else ""
    labels = [registrable.partition(".")[0], *below.split(".")]
    return [_shown(label) for label in labels if label and label != "www"]


def _shown(label: str) -> str:
    """The label as people see it: punycode decoded, look-alike letters read as the letters they look like."""
    if label.startswith("xn--"):
        try:
            label = label[4:].encode("ascii", "replace").decode("punycode")
        except (UnicodeError, ValueError, OverflowError):
            return ""
        label = re.sub("[\ud800-\udfff]", "", label)
        label = without_accents(read_text(label).plain)
    elif not label.isascii():
        label = re.sub("[\ud800-\udfff]", "", label)
    return label.lower()
