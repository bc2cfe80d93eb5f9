"""The names of a brand and all forms in which people write them; each form is an ``Entry`` that can be searched for.

An entry also tells what else is looked for in the same pass: goods, words of the trade, and words that count for
nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import msgspec

from detector.goods import GOODS, NOT_GOODS, OFFER, TRADE
from detector.text import read_text
from detector.types import Brand

Kind = Literal["name", "zh", "alias", "slang", "line"]
Role = Literal["brand", "goods", "trade", "offer", "none"]
Rule = Literal["goods", "offer", "brand", "host"]

LATIN = frozenset(
    "abcdefghijklmnopqrstuvwxyz0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "".join(map(chr, range(0xC0, 0x250)))
)
"""Signs of Latin words. A name that begins or ends with one is no mention where another stands beside it."""


class ListedBrand(Brand, frozen=True, forbid_unknown_fields=True):
    """A brand as the file lists it, with what is needed to read its ambiguous names."""

    context: dict[str, Rule] = msgspec.field(default_factory=dict)
    """Alias → when it counts. ``goods``: only beside goods that the brand makes, beside a trade word, or beside a sure
    mention of the brand or of its sector. ``offer``: there, and near any goods, a price or a word of sale: a name that
    is no everyday word, though it may mean something else (Canada goose, 安踏 in the news). ``brand``: only beside a
    trade word or a sure mention of the brand, because unbranded goods are called so too (马鞍包). ``host``: alone in a
    text, but in a host only beside a shop or goods word."""
    line_goods: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Category → product lines of it, so that ``neverfull`` says that a bag is meant."""


class Entry(msgspec.Struct, frozen=True):
    """What one pattern of the automaton stands for."""

    role: Role
    text: str
    left: bool
    """The pattern begins with a Latin sign, so that no Latin sign may stand before it; ``right`` likewise."""
    right: bool
    category: str | None = None
    brand: Brand | None = None
    kind: Kind = "alias"
    needs: frozenset[str] | None = None
    """Categories that fit where the alias needs context, none of them where only the brand itself will do; ``None``
    where it counts alone."""
    offered: bool = False
    """An offer near it is context enough."""


def names_of(brand: Brand) -> Iterator[tuple[str, Kind]]:
    """Every way to name the brand, with the kind it is."""
    yield brand.name, "name"
    for kind, names in _lists(brand):
        for name in names:
            yield name, kind


def _lists(brand: Brand) -> tuple[tuple[Kind, tuple[str, ...]], ...]:
    return (("zh", brand.zh), ("alias", brand.aliases), ("slang", brand.slang), ("line", brand.lines))


@lru_cache(maxsize=65_536)
def normalised(alias: str) -> str:
    """The alias as it stands in a text that was read."""
    return " ".join(read_text(alias).plain.lower().split())


@lru_cache(maxsize=65_536)
def forms_of(alias: str) -> tuple[str, ...]:
    """Ways in which people write the alias: with or without blanks, hyphens, apostrophes and accents."""
    bases = {normalised(alias), " ".join(alias.lower().split())}
    bases |= {without_accents(base) for base in bases}
    bases |= {base.replace("'", "") for base in bases if len(base) > 3} | {base.replace("'", "’") for base in bases}
    forms = set(bases)
    for base in bases:
        if " " in base:
            forms |= {base.replace(" ", "-"), base.replace(" ", "_")}
            if len(base) > 5:
                forms.add(base.replace(" ", ""))
    return tuple(sorted(form for form in forms if form))


def without_accents(text: str) -> str:
    """The text in compatible signs (NFKD) without their accents: ``hermès`` → ``hermes``."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _plain_entry(role: Role, text: str, category: str | None = None) -> Entry:
    return Entry(role, text, text[0] in LATIN, text[-1] in LATIN, category)


def word_entries() -> Iterator[Entry]:
    """Entries that name no brand. Words that hide others come first: of two entries with one text the first counts."""
    for word in NOT_GOODS.split():
        yield _plain_entry("none", word.replace("_", " "))
    for category, words in GOODS.items():
        for word in words.split():
            yield _plain_entry("goods", normalised(word.replace("_", " ")), category)
    for word in TRADE.split():
        yield _plain_entry("trade", word.replace("_", " "))
    for word in OFFER.split():
        yield _plain_entry("offer", word.replace("_", " "))


def brand_entries(brand: Brand) -> Iterator[Entry]:
    """An entry for each form of each name of the brand; only a ``ListedBrand`` has some that need context."""
    context = brand.context if isinstance(brand, ListedBrand) else {}
    rules = {normalised(alias): rule for alias, rule in context.items()}
    sure = (alias for alias, _ in names_of(brand) if rules.get(normalised(alias), "host") == "host")
    alone = {form for alias in sure for form in forms_of(alias)}
    sorted_lines = brand.line_goods if isinstance(brand, ListedBrand) else {}
    category_of = {line: category for category, lines in sorted_lines.items() for line in lines}
    fitting = frozenset(brand.reference_cny) - {"other"} or frozenset({"other"})
    for alias, kind in names_of(brand):
        for form in forms_of(alias):
            rule = rules.get(normalised(alias))
            needs = None if form in alone else fitting if rule in {"goods", "offer"} else frozenset[str]()
            yield Entry(
                "brand", form, form[0] in LATIN, form[-1] in LATIN, category_of.get(alias), brand, kind, needs,
                rule == "offer",
            )  # fmt: skip
