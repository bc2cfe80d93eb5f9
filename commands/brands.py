"""``dajia brands``: the brands that are looked for, and what a text is found to name."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Column, Table

from bootstrap.detection import build_brands, build_index
from detector.brand_file import SHIPPED, PlacedFault, check_own
from detector.brand_lint import is_sorted
from detector.brand_names import ListedBrand, forms_of, names_of, normalised
from detector.brands import Scan
from detector.text import read_text
from settings import read_settings

MAX_TEXT = 20_000
"""Characters of a text that are read; more are not looked at by the detector either."""


class FoundName(msgspec.Struct, frozen=True):
    """One mention, as ``dajia brands find --json`` prints it."""

    brand: str
    name: str
    alias: str
    kind: str
    evidence: str
    span: tuple[int, int] | None
    """Code points of the text as it was given."""
    goods: str | None
    """The category that a product line tells."""


@click.group()
def brands() -> None:
    """The brands: check a file of them, show them, find them in a text."""


@brands.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
def brands_check(file: Path | None, as_json: bool) -> None:
    """Check FILE (default: DAJIA_BRANDS, else what is shipped); each fault is told with file, line and a hint."""
    path = file or read_settings().brands or SHIPPED
    listed, faults = check_own(path)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(faults)).decode())
    else:
        _tell_check(path, listed, faults)
    sys.exit(1 if faults else 0)


def _tell_check(path: Path, listed: Sequence[ListedBrand], faults: Sequence[PlacedFault]) -> None:
    for fault in faults:
        where = f"Brand {fault.brand!r}, `{fault.field}`"
        click.echo(f"{path}:{fault.line}: {where}: {fault.problem} Hint: {fault.hint}")
    if faults:
        click.echo(f"{path}: {len(faults):,} {'fault' if len(faults) == 1 else 'faults'}.", err=True)
        return
    click.echo(f"{path}: sound, brands: {len(listed):,}.")
    if not is_sorted(listed):
        click.echo(f"{path}: The ids are not in order; sorted, two changes rarely collide.", err=True)


@brands.command("show")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def brands_show(name: str | None, as_json: bool) -> None:
    """Show the brand of that id or NAME, in any of its spellings; without NAME, the list of all that are in use."""
    listed = build_brands(read_settings())
    shown = listed if name is None else _named(listed, name)
    if not shown:
        click.echo(f"dajia: no brand has the id or the name {name!r}.", err=True)
        sys.exit(1)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(shown if name is None else shown[0])).decode())
    elif name is None:
        _console().print(_overview(shown))
    else:
        _console().print(_details(shown[0]))


def _named(listed: Sequence[ListedBrand], name: str) -> list[ListedBrand]:
    wanted = normalised(name)
    by_id = [brand for brand in listed if brand.id == name]
    return by_id or [brand for brand in listed if any(wanted in forms_of(known) for known, _ in names_of(brand))]


def _console() -> Console:
    return Console(width=120, markup=False, emoji=False)  # names are data, also those with brackets


def _overview(listed: Sequence[ListedBrand]) -> Table:
    table = Table("id", "name", "Chinese", "sector", "names", "lowest price, CNY", title=f"{len(listed):,} brands")
    for brand in listed:
        names = str(sum(1 for _ in names_of(brand)))
        table.add_row(brand.id, brand.name, "、".join(brand.zh[:2]), brand.sector, names, _lowest(brand))
    return table


def _lowest(brand: ListedBrand) -> str:
    cheapest = min(brand.reference_cny.items(), key=lambda item: item[1][0], default=None)
    return "" if cheapest is None else f"{cheapest[1][0]:,.0f} ({cheapest[0]})"


def _details(brand: ListedBrand) -> Table:
    table = Table("field", Column("value", overflow="fold"), title=f"{brand.name} ({brand.id}, {brand.sector})")
    ruled = {normalised(name): rule for name, rule in brand.context.items()}
    for field in ("zh", "aliases", "slang", "lines"):
        names = [_with_rule(name, ruled) for name in getattr(brand, field)]
        table.add_row(field, ", ".join(names))
    table.add_row("domains", ", ".join(brand.domains))
    table.add_row("authorised", ", ".join(brand.authorised))
    for category, (lowest, highest) in brand.reference_cny.items():
        table.add_row(f"price of {category}", f"CNY {lowest:,.0f} to {highest:,.0f}")
    table.add_row("prices of", f"{brand.reference_year or 'no year'}, {brand.reference_note or 'no source'}")
    return table


def _with_rule(name: str, ruled: Mapping[str, str]) -> str:
    rule = ruled.get(normalised(name))
    return name if rule is None else f"{name} ({rule})"


@brands.command("find")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def brands_find(text: str, as_json: bool) -> None:
    """Tell which brands and goods TEXT names (`-`: standard input), as the detector reads it."""
    text = sys.stdin.read(MAX_TEXT) if text == "-" else text
    if not text.strip():
        raise click.UsageError("TEXT is empty.")
    scan = build_index(read_settings()).scan(read_text(text))
    found = _found(scan)
    if as_json:
        goods = sorted({category for category, _, _ in scan.goods})
        click.echo(msgspec.json.format(msgspec.json.encode({"mentions": found, "goods": goods})).decode())
    else:
        _console().print(_mentions(found, scan))


def _found(scan: Scan) -> list[FoundName]:
    goods = {(start, end): category for category, start, end in scan.goods}
    return [
        FoundName(
            m.brand.id, m.brand.name, m.alias, m.kind, m.evidence, m.span, goods.get((m.plain_start, m.plain_end))
        )
        for m in scan.mentions
    ]


def _mentions(found: Sequence[FoundName], scan: Scan) -> Table:
    goods = ", ".join(sorted({category for category, _, _ in scan.goods})) or "none"
    table = Table("brand", "id", "as written", "known as", "kind", "goods", "at", title=f"Goods named: {goods}")
    for one in found:
        place = "" if one.span is None else f"{one.span[0]} to {one.span[1]}"
        table.add_row(one.name, one.brand, one.evidence, one.alias, one.kind, one.goods or "", place)
    return table
