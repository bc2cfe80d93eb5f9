"""``dajia import``: the posts of a platform from before it goes live."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import click
import msgspec

from bootstrap.rescanning import build_rescan
from commands.rescanning import named_columns
from commands.row_progress import Telling
from service.apply_rows import Applied, Applying
from service.rescan import Rejected
from settings import read_settings

AT_ONCE = 500
"""Posts that are settled in one transaction: nobody waits for a lock while the platform is not live."""


@click.command("import")
@click.argument("inputs", nargs=-1, required=True)
@click.option("--rejects", type=click.Path(path_type=Path, dir_okay=False), default="import.rejects", show_default=True)
@click.option("--columns", default="", help="Columns of tables, such as url=link,text=content. Guessed where left out.")
@click.option("--jobs", type=click.IntRange(1, 256), default=os.cpu_count() or 1, show_default="all cores")
@click.option("--yes", is_flag=True, help="Do not ask: for machines.")
def import_posts(inputs: tuple[str, ...], rejects: Path, columns: str, jobs: int, yes: bool) -> None:
    """Record the posts of INPUTS (files, folders, or `-`) as a platform's past, before it goes live.

    Takes what `dajia rescan` takes; rows need post_id and account_id. Links are hidden as ever. Whether such posts also
    count against accounts is for the rulebook to say (limits.points_for_backfilled_posts); unless it does, they do not.
    What was recorded before is left as it is, so the same command goes on after a crash.
    """
    run = build_rescan(read_settings(), [Path(name) for name in inputs], named_columns(columns), jobs)
    importing = run.importing()
    how = "they give no warnings and no points" if importing.amnesty else "they count as if each was sent now"
    if run.from_stdin and not yes:
        raise click.UsageError("Standard input cannot answer a question as well: add --yes.")
    if not yes and not click.confirm(f"Record these posts? By the rulebook in force {how}.", err=True):
        click.echo("Nothing was recorded.", err=True)
        sys.exit(1)
    # What was built until here stays: looking through it again and again for garbage costs a tenth of the time.
    gc.freeze()
    with rejects.open("wb") as opened, Telling() as telling:
        for done in importing.apply(run.assessed(AT_ONCE)):
            rejected = _rejected(done)
            if rejected is not None:
                opened.write(msgspec.json.encode(rejected) + b"\n")
            telling.tell(importing.counts.rows, importing.counts.refused)
    _report(importing)
    sys.exit(1 if importing.counts.refused else 0)


def _rejected(done: Applied | Rejected) -> Rejected | None:
    if isinstance(done, Rejected):
        return done
    return None if done.conflict is None else Rejected(done.file, done.line, done.conflict)


def _report(importing: Applying) -> None:
    counts = importing.counts
    click.echo(f"posts\t{counts.posts - counts.before - counts.conflicts}\nrecorded before\t{counts.before}")
    click.echo(f"rejected\t{counts.refused}")
    for kind, count in sorted(counts.actions.items()):
        click.echo(f"{kind}\t{count}")
