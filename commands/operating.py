"""Commands of operators: database, keys, the record."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import Progress

from bootstrap.record import build_rebuilding, build_sealing, find_ledger_faults, make_ledger_key
from bootstrap.storage import build_clock, build_store, prepare_database
from service.keys import SCOPES, Keys
from service.records import Checkpoint
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


@ledger.command("key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def ledger_key(file: Path) -> None:
    """Write a new private key that seals the record into FILE; its public part is printed, to be kept elsewhere."""
    click.echo(make_ledger_key(file), nl=False)


@ledger.command("checkpoint")
def ledger_checkpoint() -> None:
    """Seal the record now, and print the checkpoint as a line of JSON, to be kept elsewhere."""
    made = build_sealing(read_settings()).seal()
    if made is None:
        click.echo("Nothing was recorded since the last checkpoint.", err=True)
    else:
        click.echo(msgspec.json.encode(made).decode())


@ledger.command("verify")
@click.option("--public-key", "keys", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--checkpoints", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Lines kept elsewhere."
)
def ledger_verify(keys: tuple[Path, ...], checkpoints: Path | None) -> None:
    """Prove that no entry was changed, moved or taken out, and that no account is gone since the last checkpoint."""
    settings = read_settings()
    kept = [] if checkpoints is None else _read_checkpoints(checkpoints)
    faults = find_ledger_faults(settings, keys, kept)
    for fault in faults:
        click.echo(str(fault))
    if not keys and settings.ledger_key is None:
        click.echo("No public key was given, so signatures were not checked.", err=True)
    click.echo("The record is whole." if not faults else f"{len(faults)} faults.", err=True)
    sys.exit(1 if faults else 0)


@ledger.command("rebuild")
@click.option("--check", is_flag=True, help="Change nothing; exit status 1 where something differs.")
def ledger_rebuild(*, check: bool) -> None:
    """Make anew, from posts and ledger, what is kept beside them; nothing else is written meanwhile."""
    settings = read_settings()
    if faults := find_ledger_faults(settings):
        click.echo(str(faults[0]))
        click.echo(
            f"The record itself has {len(faults)} faults: see `dajia ledger verify`. Nothing is made of it.", err=True
        )
        sys.exit(1)
    rebuilding, posts = build_rebuilding(settings)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading posts", total=posts)
        found = rebuilding.run(repair=not check, tick=lambda: progress.advance(task))
    for difference in found:
        click.echo(str(difference))
    done = "differ" if check else "were put right"
    click.echo(f"{len(found)} rows {done}." if found else "Everything is as the record tells it.", err=True)
    sys.exit(1 if found and check else 0)


def _read_checkpoints(file: Path) -> list[Checkpoint]:
    try:
        return [msgspec.json.decode(line, type=Checkpoint) for line in file.read_bytes().splitlines() if line.strip()]
    except msgspec.DecodeError as error:
        raise click.BadParameter(f"{file} holds no checkpoints: {error}.", param_hint="--checkpoints") from None


@ledger.command("export")
def ledger_export() -> None:
    """Print every entry, one JSON object a line, stream by stream in order."""
    for entry in build_store(read_settings()).ledger_entries():
        click.echo(msgspec.json.encode(entry).decode())
