"""What is wrong with a list of brands, said with its place and what to do. Pure: it reads no file.

Most faults would accuse honest people (an everyday word taken for a brand, a price that is too high) or acquit sellers
(a marketplace listed as a brand's own site); so a list with a fault is not used at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from detector.brand_names import LATIN, ListedBrand, forms_of, names_of, normalised
from detector.goods import GOODS
from detector.link_rules import EXTRACT, host_of
from detector.text import read_text

MAX_NAME = 100
MAX_PRICE_CNY = 100_000_000
GENERAL_KNOWLEDGE = "general knowledge"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_YEARS = range(2000, 2101)
_FRAMES = ("{}", "买{}包", "x, {}!", "新款 {} 298")
"""Neighbours that a name has in posts: reading a text must leave the name findable beside one of them."""


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong."""

    entry: int
    """Which brand of the list, from 0."""
    id: str
    field: str
    problem: str
    hint: str

    def __str__(self) -> str:
        return f"Brand {self.id!r}, `{self.field}`: {self.problem} Hint: {self.hint}"


class _Everyday(msgspec.Struct):
    about: str
    en: tuple[str, ...]
    zh: tuple[str, ...]


def _everyday_words() -> frozenset[str]:
    raw = (Path(__file__).parent / "data" / "everyday_words.json").read_bytes()
    words = msgspec.json.decode(raw, type=_Everyday)
    return frozenset(word for line in (*words.en, *words.zh) for word in line.split())


EVERYDAY = _everyday_words()
"""Words that stand in ordinary sentences. Not complete: what is missing here may still be an everyday word."""


def find_faults(brands: Sequence[ListedBrand], others: Iterable[ListedBrand] = ()) -> list[Fault]:
    """Every fault of a list, in the order of its entries; ``others`` are brands whose names and sites are taken."""
    faults = [fault for at, brand in enumerate(brands) for fault in _faults_of(at, brand)]
    faults += _clashes(brands, others)
    return sorted(faults, key=lambda fault: fault.entry)


def is_sorted(brands: Sequence[ListedBrand]) -> bool:
    """Whether the ids stand in order, as in the shipped file: two people who add a brand then rarely collide."""
    ids = [brand.id for brand in brands]
    return ids == sorted(ids)


def _faults_of(at: int, brand: ListedBrand) -> Iterator[Fault]:
    for field, problem, hint in (*_plain_fields(brand), *_names(brand), *_rules(brand), *_sites(brand), *_bands(brand)):
        yield Fault(at, brand.id, field, problem, hint)


_Found = Iterator[tuple[str, str, str]]


def _plain_fields(brand: ListedBrand) -> _Found:
    if not _ID.fullmatch(brand.id):
        yield "id", f"It is {brand.id!r}.", "Write lower-case letters, digits and single hyphens: `louis-vuitton`."
    for field, value in (("name", brand.name), ("sector", brand.sector)):
        if not value.strip():
            yield field, "It is empty.", "Say it: the brand is shown to people under it."


def _fields_of_names(brand: ListedBrand) -> Iterator[tuple[str, str]]:
    fields = {"name": "name", "zh": "zh", "alias": "aliases", "slang": "slang", "line": "lines"}
    return ((fields[kind], name) for name, kind in names_of(brand))


def _names(brand: ListedBrand) -> _Found:
    ruled = {normalised(name) for name in brand.context}
    seen: set[str] = set()
    for field, name in _fields_of_names(brand):
        if field == "name" and not name.strip():
            continue  # told already
        form = normalised(name[: MAX_NAME + 1])
        problem = _fault_of_name(field, name, form, ruled)
        if problem is not None:
            yield field, *problem
        elif form in seen and field != "name":
            yield (
                field,
                f"{name!r} is listed twice.",
                "Keep one; blanks, hyphens, accents and capitals are varied anyway.",
            )
        if field != "name":  # an alias may repeat the name, so that `context` can speak of it
            seen.add(form)


def _fault_of_name(field: str, name: str, form: str, ruled: set[str]) -> tuple[str, str] | None:
    if len(name) > MAX_NAME:
        return f"A name has {len(name):,} characters.", f"Write at most {MAX_NAME}."
    if not can_match(name):
        return (
            f"{name!r} can never be found: no text that was read holds it.",
            "Leave it out; disguises (width, spacing, look-alike letters) are undone before brands are looked for.",
        )
    if field == "zh" and form.isascii():
        return f"{name!r} holds no Chinese.", "List it under `aliases`."
    why = next(filter(None, map(why_everyday, forms_of(name))), "")
    if why and form not in ruled:
        return (
            f"{name!r} {why} and has no rule.",
            'Add it to `context`: "goods", "offer" or "brand" (beside one of these) or "host" (alone).',
        )
    return None


def why_everyday(form: str) -> str:
    """Why a name would be found in ordinary sentences; empty where it would not."""
    if form in EVERYDAY:
        return "is an everyday word"
    if form.isdigit():
        return "is a number"
    if len(form) == 1:
        return "is a single sign"
    return "has only two letters" if len(form) == 2 and form.isascii() else ""


def can_match(name: str) -> bool:
    """Whether some post that holds the name would be found to hold it."""
    name = " ".join(name[: MAX_NAME + 1].split())
    forms = forms_of(name)
    return any(_stands_in(read_text(frame.format(name)).plain, form) for frame in _FRAMES for form in forms)


def _stands_in(plain: str, form: str) -> bool:
    start = plain.find(form)
    if start < 0:
        return False
    end = start + len(form)
    left = form[0] in LATIN and start > 0 and plain[start - 1] in LATIN
    right = form[-1] in LATIN and end < len(plain) and plain[end] in LATIN
    return not (left or right)


def _rules(brand: ListedBrand) -> _Found:
    known = {form for name, _ in names_of(brand) for form in forms_of(name[:MAX_NAME])}
    for name in brand.context:
        if normalised(name) not in known:
            yield "context", f"{name!r} is none of the brand's names.", "Correct it, or list it as a name first."
    listed = {name for name, _ in names_of(brand)}
    for category, lines in brand.line_goods.items():
        if category not in GOODS:
            yield "line_goods", f"{category!r} is no category of goods.", _categories(category)
        for line in lines:
            if line not in listed:
                yield "line_goods", f"{line!r} is none of the brand's names.", "Correct it, or list it as a name first."


def _categories(wrong: str) -> str:
    near = [category for category in GOODS if category[:2] == wrong[:2]]
    return f"Did you mean `{near[0]}`?" if near else f"Write one of: {', '.join(sorted(GOODS))}."


def _sites(brand: ListedBrand) -> _Found:
    for field, hosts in (("domains", brand.domains), ("authorised", brand.authorised)):
        for host in hosts:
            problem = _fault_of_host(host, whole=field == "domains")
            if problem is not None:
                yield field, *problem


def _fault_of_host(host: str, *, whole: bool) -> tuple[str, str] | None:
    if not _HOST.fullmatch(host) or len(host) > 253:
        return (
            f"{host!r} is no host.",
            "Write it bare, in lower case and ASCII: `gucci.com`, without scheme, port or path.",
        )
    registrable = EXTRACT.extract_str(host).top_domain_under_public_suffix
    if not registrable:
        return f"{host!r} has no registrable domain.", "Its last part must be a public suffix such as `com` or `co.uk`."
    if whole and registrable != host:
        return f"{host!r} is not registrable.", f"Write `{registrable}`; every host below it counts as well."
    known = host_of(host)
    if host == registrable and (known.platform_name or known.agent or known.shortener):
        return f"{host!r} is a site where anybody sells or links.", "It would acquit every seller there: leave it out."
    return None


def _bands(brand: ListedBrand) -> _Found:
    for category, (lowest, highest) in brand.reference_cny.items():
        if category not in GOODS:
            yield "reference_cny", f"{category!r} is no category of goods.", _categories(category)
        if not 0 < lowest <= MAX_PRICE_CNY or not 0 < highest <= MAX_PRICE_CNY:
            yield (
                "reference_cny",
                f"`{category}` has a price out of range.",
                f"Write CNY above 0, up to {MAX_PRICE_CNY:,}.",
            )
        elif lowest > highest:
            yield (
                "reference_cny",
                f"The band of `{category}` is upside down: {lowest:g} to {highest:g}.",
                "Write the lowest price first.",
            )
    if brand.reference_cny:
        yield from _source(brand)


def _source(brand: ListedBrand) -> _Found:
    if brand.reference_year is None:
        yield "reference_year", "It is missing.", "Say of which year the prices are."
    elif brand.reference_year not in _YEARS:
        yield "reference_year", f"It is {brand.reference_year}.", "Write a year from 2000 to 2100."
    note = brand.reference_note
    if not note:
        yield "reference_note", "It is missing.", f'Say how the prices are known: "{GENERAL_KNOWLEDGE}", or the page.'
    elif note != GENERAL_KNOWLEDGE and not note.startswith("https://"):
        yield (
            "reference_note",
            f"It is {note!r}.",
            f'Write "{GENERAL_KNOWLEDGE}", or the https address of the page that was read.',
        )


def _clashes(brands: Sequence[ListedBrand], others: Iterable[ListedBrand]) -> Iterator[Fault]:
    ids: set[str] = set()
    names = {form: other.id for other in others for name, _ in names_of(other) for form in forms_of(name)}
    sites = {host: other.id for other in others for host in (*other.domains, *other.authorised)}
    for at, brand in enumerate(brands):
        if brand.id in ids:
            yield Fault(at, brand.id, "id", "Another brand has it too.", "Give each brand an id of its own.")
        ids.add(brand.id)
        yield from _taken_names(at, brand, names)
        yield from _taken_sites(at, brand, sites)


def _taken_names(at: int, brand: ListedBrand, names: dict[str, str]) -> Iterator[Fault]:
    for field, name in _fields_of_names(brand):
        forms = forms_of(name[:MAX_NAME])
        owners = sorted({names[form] for form in forms if form in names} - {brand.id})
        if owners:
            hint = "A name can mean one brand only: leave it with the one that is meant most often."
            yield Fault(at, brand.id, field, f"{name!r} belongs to {owners[0]!r} too.", hint)
        for form in forms:
            names.setdefault(form, brand.id)


def _taken_sites(at: int, brand: ListedBrand, sites: dict[str, str]) -> Iterator[Fault]:
    for field, hosts in (("domains", brand.domains), ("authorised", brand.authorised)):
        for host in hosts:
            owner = sites.setdefault(host, brand.id)
            if owner != brand.id and field == "domains":
                hint = "A site belongs to one brand; list it under `authorised` of a brand that sells there."
                yield Fault(at, brand.id, field, f"{host!r} belongs to {owner!r} too.", hint)
