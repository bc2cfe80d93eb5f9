"""A file of brands: read, checked, and put together with the shipped one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from detector.brand_lint import Fault, find_faults
from detector.brand_names import ListedBrand
from detector.types import Brand

SHIPPED = Path(__file__).parent / "data" / "brands.json"
MAX_BYTES = 4_194_304
"""4 MiB: ten times the shipped file."""
MAX_BRANDS = 10_000
MAX_FAULTS_SHOWN = 20

_START_OVER = "Start from the example in docs/brands.md."
_SHAPES = {
    **dict.fromkeys(("zh", "aliases", "slang", "lines", "domains", "authorised"), 'Write a list of texts: ["…", "…"].'),
    "reference_cny": 'Write the lowest and the highest price of each category: {"bag": [900, 6000]}.',
    "reference_year": "Write the year as a number.",
    "context": 'Write "goods", "offer", "brand" or "host" for each name: {"coach": "goods"}.',
    "line_goods": 'Write a list of lines for each category: {"bag": ["…"]}.',
}
_VALUES = json.JSONDecoder()


class PlacedFault(msgspec.Struct, frozen=True):
    """A fault with its line, for people and for programs."""

    line: int
    brand: str
    field: str
    problem: str
    hint: str


class BrandsError(ValueError):
    """A brand file cannot be used. The message has a line for each fault: file, line, brand, field and a hint."""


def load_brands(path: Path | None = None) -> tuple[ListedBrand, ...]:
    """Read and check a brand file; the shipped one by default, which the tests have checked already.

    Raises ``BrandsError``, also where the file cannot be opened.
    """
    if path is None:
        return msgspec.json.decode(SHIPPED.read_bytes(), type=tuple[ListedBrand, ...])
    raw = read_bytes(path)
    brands = decode(raw, path)
    refuse(find_faults(brands), raw, path)
    return brands


def load_with_own(path: Path) -> tuple[ListedBrand, ...]:
    """The shipped brands with a platform's own: entries of its file add a brand, or replace the one of their id."""
    raw = read_bytes(path)
    own = decode(raw, path)
    kept = _kept_beside(own)
    refuse(find_faults(own, kept), raw, path)
    return tuple(sorted((*kept, *own), key=lambda brand: brand.id))


def check_own(path: Path) -> tuple[tuple[ListedBrand, ...], list[PlacedFault]]:
    """The brands of a platform's file and every fault in them; ``BrandsError`` where it is no list of brands at all."""
    raw = read_bytes(path)
    own = decode(raw, path)
    faults = find_faults(own, _kept_beside(own))
    if not faults:
        return own, []
    places = _Places(raw)
    return own, [PlacedFault(places.line(f.entry, f.field), f.id, f.field, f.problem, f.hint) for f in faults]


def _kept_beside(own: Sequence[ListedBrand]) -> list[ListedBrand]:
    """The shipped brands that a platform's own do not replace."""
    ids = {brand.id for brand in own}
    return [brand for brand in load_brands() if brand.id not in ids]


def digest_of(brands: Iterable[Brand]) -> str:
    """Twelve hex digits that differ where any brand does; the order and the layout of files do not matter."""
    encoded = sorted(msgspec.json.encode(brand) for brand in brands)
    return hashlib.sha256(b"\n".join(encoded)).hexdigest()[:12]


def read_bytes(path: Path) -> bytes:
    """The file's bytes, at most 4 MiB."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BrandsError(
            f"{path}: It cannot be read: {error.strerror}. Hint: Check the path and its rights."
        ) from None
    if len(raw) > MAX_BYTES:
        raise BrandsError(f"{path}: It is larger than {MAX_BYTES:,} bytes. Hint: Keep the brands that matter here.")
    return raw


def decode(raw: bytes, path: Path) -> tuple[ListedBrand, ...]:
    """The brands of a file by their types alone; ``BrandsError`` names entry and field."""
    try:
        brands = msgspec.json.decode(raw, type=tuple[ListedBrand, ...])
    except msgspec.ValidationError as error:
        raise BrandsError(_told(str(error), raw, path)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrandsError(f"{path}: This is not JSON: {error}. Hint: {_START_OVER}") from None
    if len(brands) > MAX_BRANDS:
        raise BrandsError(f"{path}: It lists {len(brands):,} brands. Hint: Keep at most {MAX_BRANDS:,}.")
    return brands


def refuse(faults: list[Fault], raw: bytes, path: Path) -> None:
    """Raise ``BrandsError`` with the first faults, where there are any."""
    if faults:
        raise BrandsError("\n".join(told(faults, raw, path)))


def told(faults: list[Fault], raw: bytes, path: Path) -> list[str]:
    """A line for each of the first twenty faults, and one that counts the rest."""
    places = _Places(raw)
    shown = [f"{path}:{places.line(fault.entry, fault.field)}: {fault}" for fault in faults[:MAX_FAULTS_SHOWN]]
    rest = len(faults) - len(shown)
    return [*shown, f"{path}: {rest:,} more faults."] if rest else shown


_AT = re.compile(
    r"(?P<problem>.*?)(?: - at `\$(?:\[(?P<entry>\d+|\.\.\.)\])?(?:\.(?P<field>\w+))?(?P<rest>.*)`)?", re.DOTALL
)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.+)`")


def _told(message: str, raw: bytes, path: Path) -> str:
    """What msgspec found, in the words and with the places of the other faults."""
    found = _AT.fullmatch(message)
    problem, entry, field = (found["problem"], found["entry"], found["field"] or "") if found else (message, None, "")
    if entry is None:
        return f"{path}:1: {problem}. Hint: The file is a list of brands. {_START_OVER}"
    places = _Places(raw)
    number = places.first_bad() if entry == "..." else int(entry)
    unknown = _UNKNOWN.fullmatch(problem)
    field = unknown["field"] if unknown else field
    where = f", `{field}`" if field else ""
    hint = (
        f"The fields are: {', '.join(ListedBrand.__struct_fields__)}." if unknown else _SHAPES.get(field, _START_OVER)
    )
    return f"{path}:{places.line(number, field)}: Brand {places.id(number)!r}{where}: {problem}. Hint: {hint}"


class _Places:
    """Where the entries of a file stand. Made only once something is wrong, so that reading stays fast."""

    def __init__(self, raw: bytes) -> None:
        self._text = raw.decode("utf-8", "replace")
        self._spans, self._values = _entries(self._text)

    def id(self, entry: int) -> str:
        """The entry's id, or its number from 1 where it has none."""
        value = self._values[entry] if entry < len(self._values) else None
        return str(value["id"]) if isinstance(value, dict) and "id" in value else f"#{entry + 1}"

    def line(self, entry: int, field: str) -> int:
        """Line of the entry's field, or of the entry where the field is missing."""
        if entry >= len(self._spans):
            return 1
        start, end = self._spans[entry]
        found = re.compile(rf'"{re.escape(field)}"\s*:').search(self._text, start, end) if field else None
        return self._text.count("\n", 0, found.start() if found else start) + 1

    def first_bad(self) -> int:
        """The first entry that is no brand by its types; msgspec does not say which it was."""
        for number, value in enumerate(self._values):
            try:
                msgspec.convert(value, ListedBrand)
            except msgspec.ValidationError:
                return number
        return 0


def _entries(text: str) -> tuple[list[tuple[int, int]], list[Any]]:
    """Start and end of each entry of a JSON list, with its value."""
    spans: list[tuple[int, int]] = []
    values: list[Any] = []
    at = text.find("[") + 1
    while True:
        start = _after_blanks(text, at)
        if start >= len(text) or text[start] == "]":
            return spans, values
        try:
            value, at = _VALUES.raw_decode(text, start)
        except (ValueError, RecursionError):  # what follows is broken as well; the places before it are known
            return spans, values
        spans.append((start, at))
        values.append(value)
        at = _after_blanks(text, at) + 1


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at
