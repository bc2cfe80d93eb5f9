"""``dajia registrations``: when the domains of links were registered, loaded from a file or looked up."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from bootstrap.serving import build_registry
from bootstrap.storage import build_store
from detector.links import read_link
from service.records import Registration
from service.registrations import RegistryBusyError
from settings import read_settings

AT_ONCE = 1_000
FIELDS = ("domain", "registered_at")


@click.group()
def registrations() -> None:
    """Registration dates of domains, for people who decide."""


@registrations.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def registrations_load(file: Path) -> None:
    """Load FILE: CSV with the columns `domain` and `registered_at` (2026-11-03, or with time and offset)."""
    rejected = loaded = 0
    store, chunk = build_store(read_settings()), list[Registration]()
    for number, row in _rows(file):
        found = _registration(row)
        if isinstance(found, str):
            click.echo(f"{file}:{number}: {found}", err=True)
            rejected += 1
            continue
        chunk.append(found)
        if len(chunk) == AT_ONCE:
            with store.begin() as work:
                work.put_registrations(chunk)
            loaded, chunk = loaded + len(chunk), []
    with store.begin() as work:
        work.put_registrations(chunk)
    click.echo(f"loaded {loaded + len(chunk):,}, rejected {rejected:,}")
    sys.exit(1 if rejected else 0)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    with file.open(encoding="utf-8-sig", newline="", errors="replace") as opened:
        rows = csv.DictReader(opened)
        if missing := sorted(set(FIELDS) - set(rows.fieldnames or ())):
            raise click.ClickException(f"{file}: The first line must name the column `{missing[0]}`.")
        for row in rows:
            yield rows.line_num, row


def _registration(row: dict[str, str | None]) -> Registration | str:
    """What a row says, or what is wrong with it."""
    name = (row["domain"] or "").strip().lower().rstrip(".")
    domain = read_link(f"https://{name[:300]}/").registrable
    if not domain:
        return f"{name[:80]!r} is no domain. Write it as in shop.example.com."
    try:
        at = datetime.fromisoformat((row["registered_at"] or "").strip())
    except ValueError:
        return f"`registered_at` is no date: {(row['registered_at'] or '')[:40]!r}. Write it as in 2026-11-03."
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return Registration(domain, at.astimezone(UTC), "file", datetime.now(UTC))


@registrations.command("ask")
@click.argument("domains", nargs=-1, required=True)
def registrations_ask(domains: tuple[str, ...]) -> None:
    """Ask the server of DAJIA_RDAP for DOMAINS, and print each with its date."""
    registry = build_registry(read_settings())
    for domain in domains:
        try:
            at = registry.registered_at(domain)
        except RegistryBusyError as error:
            click.echo(f"{domain}: {error}", err=True)
            sys.exit(1)
        click.echo(f"{domain}\t{'unknown' if at is None else f'{at:%Y-%m-%d}'}")
