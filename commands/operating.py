"""Commands of operators: database, keys, the record."""

from __future__ import annotations

import sys

import click
import msgspec

from bootstrap import build_clock, build_store, find_ledger_faults, prepare_database
from service.keys import SCOPES, Keys
from settings import Settings, read_settings


@click.group()
def db() -> None:
    """The database's schema."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema to the newest revision; safe to repeat."""
    click.echo(f"The schema is current: {prepare_database(read_settings())}", err=True)


@click.group()
def key() -> None:
    """API keys: made once, shown once."""


def _keys(settings: Settings) -> Keys:
    store = build_store(settings)
    return Keys(store, build_clock(settings, store))


@key.command("create")
@click.argument("name")
@click.option("--scopes", required=True, help=f"Separated by commas, of: {', '.join(SCOPES)}.")
def key_create(name: str, scopes: str) -> None:
    """Make a key called NAME; the secret is printed alone on standard output, and never again."""
    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    click.echo(_keys(read_settings()).create(name, wanted))


@key.command("list")
def key_list() -> None:
    """List keys: name, scopes, made, revoked."""
    for known in _keys(read_settings()).all():
        revoked = f"revoked {known.revoked_at:%Y-%m-%d %H:%M}" if known.revoked_at else "live"
        click.echo(f"{known.name}\t{','.join(known.scopes)}\t{known.created_at:%Y-%m-%d %H:%M}\t{revoked}")


@key.command("revoke")
@click.argument("name")
def key_revoke(name: str) -> None:
    """Revoke the key called NAME; web workers forget it within five seconds."""
    if not _keys(read_settings()).revoke(name):
        click.echo(f"dajia: there is no live key named {name!r}.", err=True)
        sys.exit(1)


@click.group()
def ledger() -> None:
    """The record."""


@ledger.command("verify")
def ledger_verify() -> None:
    """Prove that no entry was changed, and that none is missing before another."""
    faults = find_ledger_faults(read_settings())
    for fault in faults:
        click.echo(f"{fault.stream} entry {fault.position}: {fault.problem}")
    click.echo("The record is whole." if not faults else f"{len(faults)} faults.", err=True)
    sys.exit(1 if faults else 0)


@ledger.command("export")
def ledger_export() -> None:
    """Print every entry, one JSON object a line, stream by stream in order."""
    for entry in build_store(read_settings()).ledger_entries():
        click.echo(msgspec.json.encode(entry).decode())
