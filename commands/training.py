"""``dajia train`` and ``dajia evaluate``: the only commands that load scikit-learn."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from detector.artefact import load_model, newest_model, save_model, shipped_models
from detector.score import default_reader
from settings import read_settings

if TYPE_CHECKING:
    from detector.evaluate import Report
    from detector.train import Row

_progress = Console(stderr=True)


@click.command()
@click.option("--version", "version_", help="Version of the new model; year.month-1 by default.")
@click.option("--samples", type=click.Path(path_type=Path, exists=True), help="Folder of labelled sample posts.")
@click.option(
    "--real-data", type=click.Path(path_type=Path, exists=True), help="Folder of real data, where you have it."
)
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write; models/<version> by default.")
def train(version_: str | None, samples: Path | None, real_data: Path | None, output: Path | None) -> None:
    """Train a model from labelled posts, and write it with its card."""
    from detector.card import make_card  # noqa: PLC0415 - scikit-learn is loaded by this command alone
    from detector.evaluate import judge  # noqa: PLC0415
    from detector.train import train as fit  # noqa: PLC0415

    version = version_ or f"{datetime.now(UTC):%Y.%m}-1"
    rows = _rows(samples, real_data)
    model, how = fit(rows, version)
    report = judge(model, [r for r in rows if r.example.split == "test"])
    folder = output or shipped_models() / version
    save_model(folder, model, make_card(model, rows, how, report))
    show_report(report)
    click.echo(f"{folder}: hold from {model.thresholds.hold}, review from {model.thresholds.review}", err=True)


@click.command()
@click.option("--model", "folder", type=click.Path(path_type=Path, exists=True), help="Folder of the model.")
@click.option("--samples", type=click.Path(path_type=Path, exists=True), help="Folder of labelled sample posts.")
@click.option(
    "--real-data", type=click.Path(path_type=Path, exists=True), help="Folder of real data, where you have it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON instead of tables.")
def evaluate(folder: Path | None, samples: Path | None, real_data: Path | None, as_json: bool) -> None:
    """Judge a model on the labelled rows that were kept apart from its training."""
    from detector.evaluate import judge  # noqa: PLC0415 - scikit-learn is loaded by this command alone

    model = load_model(folder or read_settings().model or newest_model())
    report = judge(model, [r for r in _rows(samples, real_data) if r.example.split == "test"])
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        show_report(report)


def _rows(samples: Path | None, real_data: Path | None) -> list[Row]:
    from detector.examples import load_examples  # noqa: PLC0415 - see above
    from detector.train import rows_of  # noqa: PLC0415

    examples = load_examples(samples, real_data)
    with Progress(console=_progress, disable=not _progress.is_terminal) as progress:
        task = progress.add_task("reading examples", total=len(examples))
        return rows_of(examples, default_reader(), lambda: progress.advance(task))


def show_report(report: Report) -> None:
    """Two tables: how well each kind of evidence separates, and what happens to each kind of people."""
    console = Console(width=120)
    console.print(f"Model {report.model_version} on {report.rows:,} rows, {report.synthetic_rows:,} of them synthetic")
    console.print(_views(report))
    console.print(_slices(report))


def _views(report: Report) -> Table:
    table = Table("evidence", "fake", "honest", "AUC", "TPR@0.1%", "TPR@1%", "ECE", "hold: TPR", "FPR", "prec.@1%")
    for v in report.views:
        rates = (v.auc, v.tpr_at_tenth_percent, v.tpr_at_one_percent, v.calibration_error)
        hold = (v.hold_recall, v.hold_false, v.hold_precision_at_one_percent)
        table.add_row(v.view, f"{v.counterfeit:,}", f"{v.honest:,}", *map(_figure, rates + hold))
    return table


def _slices(report: Report) -> Table:
    table = Table("source", "slice", "label", "rows", "held", "at most (95 %)", "reviewed")
    for s in report.slices:
        label = "fake" if s.counterfeit else "honest"
        table.add_row(
            s.source, s.slice, label, f"{s.rows:,}", f"{s.held:.2%}", f"{s.held_upper_95:.2%}", f"{s.reviewed:.2%}"
        )
    return table


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
