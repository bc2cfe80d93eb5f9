"""Commands of the policy owner: check, show, compare, try out and publish rulebooks."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import msgspec
from rich.console import Console
from rich.progress import track

from bootstrap.rules import build_publishing, compare_books
from commands.simulation_report import COLUMNS, Summary, plot_summary, row_of
from enforcement.book import Rulebook, RulebookError
from enforcement.rulebook import load_rulebooks, read_rulebook, seal
from enforcement.rulebook_diff import Change, differences, notice_days
from enforcement.simulate import Difference, as_if_always
from settings import read_settings

_MARK = {"harsher": "+", "milder": "-", "other": " "}
_SAID = {
    "zh": {
        "harsher": "更严",
        "milder": "更轻",
        "other": "其他",
        "none": "两个版本没有区别。",
        "notice": "须提前 {} 天公布。",
    },
    "en": {
        "harsher": "harsher",
        "milder": "milder",
        "other": "other",
        "none": "The two say the same.",
        "notice": "This needs {} days of notice.",
    },
}


@click.group()
def rulebook() -> None:
    """The rulebooks."""


@rulebook.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check rulebook FILES; each fault is told with file, line and a hint."""
    bad = 0
    for file in files:
        try:
            book = read_rulebook(file)
        except RulebookError as error:
            click.echo(str(error))
            bad += 1
        else:
            click.echo(f"{file}: version {book.version} is sound.")
    sys.exit(1 if bad else 0)


@rulebook.command("show")
@click.argument("version", required=False)
def show(version: str | None) -> None:
    """Print the rulebook VERSION (the newest by default) as JSON."""
    books = load_rulebooks(read_settings().rulebooks)
    book = books.latest() if version is None else named_book(version)
    click.echo(msgspec.json.format(msgspec.json.encode(book.to_public())).decode())


@rulebook.command("seal")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def seal_folder(folder: Path) -> None:
    """Write the digests of new rulebooks in FOLDER; one that was sealed before may not have changed."""
    seal(folder)
    click.echo(f"{folder}: {len(list(folder.glob('*.yaml')))} rulebooks are sealed.", err=True)


@rulebook.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def diff(old: str, new: str, lang: str) -> None:
    """Say what becomes harsher or milder from OLD to NEW: versions, or files."""
    before, after = named_book(old), named_book(new)
    changes = differences(before, after)
    click.echo("\n".join(change_line(change, lang) for change in changes) or _SAID[lang]["none"])
    click.echo(_SAID[lang]["notice"].format(notice_days(before, after)), err=True)


def change_line(change: Change, lang: str) -> str:
    """One difference as a line: ``+`` harsher, ``-`` milder."""
    text = change.text.zh if lang == "zh" else change.text.en
    return f"{_MARK[change.direction]} {change.where} ({_SAID[lang][change.direction]}): {text}"


def named_book(name: str) -> Rulebook:
    """A version that was published, or a file."""
    if Path(name).suffix in {".yaml", ".yml"}:
        return read_rulebook(Path(name))
    books = load_rulebooks(read_settings().rulebooks)
    try:
        return books.version(name)
    except KeyError:
        known = ", ".join(books.versions())
        raise RulebookError(name, None, "There is no such version.", f"Name a .yaml file, or one of {known}.") from None


@rulebook.command("publish")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--effective", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day on which it comes into force."
)
@click.option("--zone", default="Asia/Shanghai", show_default=True, help="Where that day begins.")
def publish(file: Path, effective: datetime, zone: str) -> None:
    """Publish FILE into the folder of DAJIA_RULEBOOKS; refused where the notice is shorter than its changes need."""
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise click.BadParameter(f"There is no time zone {zone!r}.", param_hint="--zone") from None
    done = build_publishing(read_settings()).publish(file.read_bytes(), file.name, effective.date(), where)
    for change in done.changes:
        click.echo(change_line(change, "en"))
    state = "is published" if done.is_new else "was published before"
    click.echo(
        f"Version {done.book.version} {state}; in force from {done.book.effective_from:%Y-%m-%d %H:%M%z}.", err=True
    )


@rulebook.command("simulate")
@click.argument("book")
@click.option("--since", type=click.DateTime(), help="Findings recorded from then on, in UTC. Default: all.")
@click.option("--until", type=click.DateTime(), help="Findings recorded until then, in UTC. Default: now.")
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False), help="A line for each account.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="A picture: .png, .svg or .pdf.")
def simulate(book: str, since: datetime | None, until: datetime | None, table: Path | None, plot: Path | None) -> None:
    """Say which accounts would stand differently had BOOK (a version or a file) been in force throughout.

    Replays the recorded findings twice: under the rulebooks as they were, and under BOOK. Nothing is recorded.
    """
    end = datetime.now(UTC) if until is None else until.replace(tzinfo=UTC)
    begin = None if since is None else since.replace(tzinfo=UTC)
    if begin is not None and begin >= end:
        raise click.UsageError("--since must lie before --until.")
    _compare(book, begin, end, table, plot)


@rulebook.command("shadow")
@click.argument("book")
@click.option(
    "--days", type=click.IntRange(1, 3_650), default=30, show_default=True, help="So many days back from now."
)
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False), help="A line for each account.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="A picture: .png, .svg or .pdf.")
def shadow(book: str, days: int, table: Path | None, plot: Path | None) -> None:
    """Run BOOK (a version or a file) beside the live decisions of the last days, without any effect.

    What comes in live is in the record the moment it is answered, so each call sees everything up to now.
    """
    end = datetime.now(UTC)
    _compare(book, end - timedelta(days=days), end, table, plot)


def _compare(book: str, begin: datetime | None, end: datetime, table: Path | None, plot: Path | None) -> None:
    settings = read_settings()
    after = as_if_always(named_book(book))
    found = compare_books(settings, after, begin, end, os.cpu_count() or 1)
    summary = Summary()
    with _account_table(table) as write:
        for difference in track(found, description="Replaying", console=Console(stderr=True)):
            summary.add(difference)
            write(difference)
    for line in summary.lines():
        click.echo(line)
    if plot is not None:
        plot_summary(summary, plot)


@contextmanager
def _account_table(file: Path | None) -> Iterator[Callable[[Difference], None]]:
    """Writes each account's line, where a file was asked for."""
    if file is None:
        yield lambda _difference: None
        return
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        yield lambda difference: writer.writerow(row_of(difference))
