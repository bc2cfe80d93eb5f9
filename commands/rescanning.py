"""``dajia rescan``: historical links, judged again by the processes of one machine."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
import msgspec

from bootstrap.detection import build_brands, build_model
from bootstrap.rescanning import Rescan, StoredRescan, build_rescan, rescan_on_spark
from commands.row_progress import Telling
from service.apply_rows import AT_ONCE, Applied
from service.rescan import Row, Written
from service.rescan_totals import REST, Totals
from settings import read_settings

CHUNK = 500
KEEP_EVERY_S = 0.5
WORST_SHOWN = 20


@click.command()
@click.argument("inputs", nargs=-1)
@click.option("--stored", is_flag=True, help="Instead of INPUTS: the posts of the service's own store.")
@click.option("--since", type=click.DateTime(), help="With --stored: posts made since then, in UTC.")
@click.option("--changed-only", is_flag=True, help="With --stored: what another model or list of brands has answered.")
@click.option("--output", required=True, help="JSON lines, one a row; with Spark a folder of them.")
@click.option(
    "--engine",
    type=click.Choice(["joblib", "spark"]),
    default="joblib",
    show_default=True,
    help="Processes of this machine, or a Spark cluster: its machines have this package, and paths are Hadoop's.",
)
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), help="Default: beside the output.")
@click.option("--columns", default="", help="Columns of tables, such as url=link,text=content. Guessed where left out.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default="all cores")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as one HTML file.")
@click.option("--apply", is_flag=True, help="Then record the posts and apply the rulebook, once that was confirmed.")
@click.option("--max-actions", type=click.IntRange(1), default=1_000, show_default=True, help="Stop after so many.")
@click.option("--yes", is_flag=True, help="Do not ask: for machines.")
@click.option("--resume", is_flag=True, help="Go on where a run with the same inputs and output ended.")
def rescan(  # noqa: PLR0917 - one argument for each option
    inputs: tuple[str, ...],
    stored: bool,
    since: datetime | None,
    changed_only: bool,
    output: str,
    engine: str,
    rejects: Path | None,
    columns: str,
    jobs: int,
    html: Path | None,
    apply: bool,
    max_actions: int,
    yes: bool,
    resume: bool,
) -> None:
    """Judge the posts and URLs of INPUTS (files, folders, or `-`) and report; nobody is sanctioned without --apply.

    Lines of JSON or URLs, CSV, TSV, and Parquet; .gz, .bz2 and .xz are unpacked. Rows that cannot be judged go to the
    reject file with file, line and reason, and the exit status is 1.
    """
    if engine == "spark" and not stored:
        refused = {"--rejects": rejects, "--apply": apply, "--resume": resume}
        _on_spark(inputs, output, named_columns(columns), html, refused=refused)
    if stored == bool(inputs) or ((since is not None or changed_only) and not stored) or (stored and apply):
        raise click.UsageError(
            "Name INPUTS, or --stored for the service's own posts, where --since and --changed-only may be given and "
            "nothing is applied."
        )
    if stored:
        begin = None if since is None else since.replace(tzinfo=UTC)
        run: Rescan = StoredRescan(read_settings(), begin, jobs, changed_only=changed_only)
    else:
        run = build_rescan(read_settings(), [Path(name) for name in inputs], named_columns(columns), jobs)
    if (resume or apply) and run.from_stdin:
        raise click.UsageError("Standard input cannot be read again, so it can be neither resumed nor applied.")
    file = Path(output)
    with run.open(file, rejects or file.with_name(f"{file.name}.rejects"), resume=resume) as written:
        _judge_all(run, written)
        written.finish()
    _report(written.totals)
    if html is not None:
        write_page(written.totals, "the service's own posts" if stored else ", ".join(inputs), html)
    whole = not written.totals.rejected
    if apply:
        whole = _apply(run, file.with_name(f"{file.name}.applied"), max_actions, yes=yes) and whole
    sys.exit(0 if whole else 1)


def _on_spark(
    inputs: Sequence[str], output: str, columns: dict[str, str], html: Path | None, *, refused: Mapping[str, object]
) -> NoReturn:
    given = [name for name, value in refused.items() if value]
    if given or "-" in inputs:
        what = " and ".join(given) or "standard input"
        raise click.UsageError(f"The engine `spark` takes no {what}. See docs/rescan.md for what to do instead.")
    totals = rescan_on_spark(read_settings(), inputs, output, columns)
    _report(totals)
    if html is not None:
        write_page(totals, ", ".join(inputs), html)
    sys.exit(1 if totals.rejected else 0)


def write_page(totals: Totals, inputs: str, file: Path) -> None:
    """The report as one HTML file."""
    try:
        from commands.report.rescan_page import page_of  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError:
        raise click.UsageError("A page with plots needs its libraries: run `pip install 'dajia[report]'`.") from None
    settings = read_settings()
    names = {brand.id: brand.name for brand in build_brands(settings)}
    file.write_text(page_of(totals, inputs, build_model(settings).version, names), encoding="utf-8", errors="replace")


def _apply(run: Rescan, applied: Path, max_actions: int, *, yes: bool) -> bool:
    """Record the posts and apply the rulebook to them; whether all of it was done."""
    question = f"Record these posts and apply the rulebook, with at most about {max_actions} actions?"
    if not yes and not click.confirm(question, err=True):
        click.echo("Nothing was recorded.", err=True)
        return False
    applying = run.applying(max_actions)
    with applied.open("wb") as opened:
        for done in applying.apply(run.assessed(AT_ONCE)):
            if isinstance(done, Applied):
                opened.write(msgspec.json.encode(done) + b"\n")
    counts = applying.counts
    click.echo(f"posts\t{counts.posts}\nrecorded before\t{counts.before}\nconflicts\t{counts.conflicts}")
    click.echo(f"left out\t{counts.left_out}")
    for kind, count in sorted(counts.actions.items()):
        click.echo(f"{kind}\t{count}")
    if applying.stopped:
        click.echo("Stopped at --max-actions. Look at what was done; run it again to go on.", err=True)
    return not applying.stopped and not counts.conflicts


def _judge_all(run: Rescan, written: Written) -> None:
    done = written.totals.rows
    rows = itertools.islice(run.rows(), done, None)
    last = time.monotonic()
    with Telling(done) as telling:
        for judged in run.judge(_chunks(rows)):
            written.write(judged)
            telling.tell(written.totals.rows, written.totals.rejected)
            if time.monotonic() - last >= KEEP_EVERY_S:
                written.keep()
                last = time.monotonic()


def named_columns(columns: str) -> dict[str, str]:
    """What `--columns` names."""
    pairs = [part.partition("=") for part in columns.split(",") if part.strip()]
    for field, equals, name in pairs:
        if not equals or not name.strip() or field.strip() not in Rescan.FIELDS:
            fields = ", ".join(Rescan.FIELDS)
            raise click.BadParameter(f"Write field=column, the field one of {fields}.", param_hint="--columns")
    return {field.strip(): name.strip() for field, _, name in pairs}


def _chunks(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk


def _report(totals: Totals) -> None:
    click.echo(f"{totals.rows} rows: {totals.answers} judged, {totals.rejected} rejected", err=True)
    for verdict in ("allow", "review", "hold"):
        click.echo(f"{verdict}\t{totals.verdicts.get(verdict, 0)}")
    for move, count in sorted(totals.moves.items()):
        before, now = move.split(">")
        if before != now:
            click.echo(f"changed\t{before}\t{now}\t{count}")
    held = {target: found for target, found in totals.held.items() if target != REST}
    for target, found in sorted(held.items(), key=lambda item: (-item[1].rows, item[0]))[:WORST_SHOWN]:
        click.echo(f"held\t{found.rows}\t{target}")
