"""``dajia report``: the transparency report over a span of time, as a table, CSV and a page with plots."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bootstrap.storage import build_store
from service.transparency_report import KINDS, Figure, figures
from settings import read_settings

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ font: 1rem/1.6 system-ui, sans-serif; max-width: 56rem; margin: 3rem auto; padding: 0 1.2rem; color: #1e2422; }}
table {{ border-collapse: collapse; width: 100%; }}
td, th {{ text-align: left; padding: .35rem .7rem; border-bottom: 1px solid #ddd; }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums; }} svg {{ max-width: 100%; height: auto; }}
</style></head><body><h1>{title}</h1><p>{about}</p>{plots}
<table><thead><tr><th scope="col">Subject</th><th scope="col">Figure</th><th scope="col">Value</th></tr></thead>
<tbody>{rows}</tbody></table></body></html>
"""


@click.command()
@click.option("--from", "since", type=click.DateTime(), required=True, help="In UTC.")
@click.option("--to", "until", type=click.DateTime(), required=True, help="In UTC; not included.")
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False), help="The figures as CSV.")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="A page with plots.")
def report(since: datetime, until: datetime, table: Path | None, page: Path | None) -> None:
    """Count actions by kind, class and automation, appeals, notices and decisions, with median times."""
    begin, end = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    if begin >= end:
        raise click.UsageError("--from must lie before --to.")
    found = figures(build_store(read_settings()).entries_of(KINDS), begin, end)
    for figure in found:
        click.echo(f"{figure.subject}\t{figure.name}\t{_shown(figure)}")
    if table is not None:
        table.write_text(as_csv(found), encoding="utf-8")
    if page is not None:
        title = f"Transparency report {begin:%Y-%m-%d} to {end:%Y-%m-%d}"
        page.write_text(as_page(found, title), encoding="utf-8")


def as_csv(found: Sequence[Figure]) -> str:
    """The figures, one a line."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(Figure.__struct_fields__)
    writer.writerows((f.subject, f.name, f.value, f.unit) for f in found)
    return written.getvalue()


def as_page(found: Sequence[Figure], title: str) -> str:
    """The figures as a page that needs nothing else."""
    rows = "".join(
        f'<tr><td>{html.escape(f.subject)}</td><td>{html.escape(f.name)}</td><td class="n">{_shown(f)}</td></tr>'
        for f in found
    )
    about = "Folded from the record. No account, notifier or reviewer is named."
    return _PAGE.format(title=html.escape(title), about=about, plots=_plots(found), rows=rows)


def _shown(figure: Figure) -> str:
    if figure.unit == "share":
        return f"{100 * figure.value:.1f} %"
    return f"{figure.value:.1f} h" if figure.unit == "hours" else f"{figure.value:,.0f}"


def _plots(found: Sequence[Figure]) -> str:
    """A bar chart for each subject that is counted."""
    try:
        from matplotlib.figure import Figure as Canvas  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError:
        raise click.UsageError("A page with plots needs matplotlib: run `pip install 'dajia[report]'`.") from None
    subjects = [
        name for name in ("actions", "automation", "classes", "appeals") if any(f.subject == name for f in found)
    ]
    if not subjects:
        return ""
    canvas = Canvas(figsize=(9, 2.2 * ((len(subjects) + 1) // 2)), layout="constrained")
    axes = canvas.subplots((len(subjects) + 1) // 2, 2, squeeze=False).flatten()
    for place, axis in enumerate(axes):
        if place < len(subjects):
            _bars(axis, subjects[place], [f for f in found if f.subject == subjects[place] and f.unit == "count"])
        else:
            axis.set_visible(False)
    drawn = io.StringIO()
    canvas.savefig(drawn, format="svg")
    svg = drawn.getvalue()
    return svg[svg.index("<svg") :]


def _bars(axis: Any, title: str, found: Sequence[Figure]) -> None:
    axis.barh([f.name for f in found][::-1], [f.value for f in found][::-1], color="#0f5c54")
    axis.set_title(title, loc="left")
    axis.spines[["top", "right"]].set_visible(False)
