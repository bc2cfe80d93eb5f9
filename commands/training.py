"""``dajia train``: fits a model and writes it with its card."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from commands.evaluation_tables import show_report
from detector.artefact import save_model, shipped_models
from detector.score import default_reader
from detector.wording import WordingReader

if TYPE_CHECKING:
    from detector.examples import Example
    from detector.model import Model
    from detector.rows import Row

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
    from detector.train import STEPS  # noqa: PLC0415
    from detector.train import train as fit  # noqa: PLC0415

    version = version_ or f"{datetime.now(UTC):%Y.%m}-1"
    examples = _examples(samples, real_data)
    rows = _rows(examples)
    with Progress(console=_progress, disable=not _progress.is_terminal) as progress:
        task = progress.add_task("fitting", total=STEPS)
        model, how = fit(rows, version, lambda: progress.advance(task))
    report = judge(model, _rows([e for e in examples if e.split == "test"], model))
    folder = output or shipped_models() / version
    save_model(folder, model, make_card(model, rows, how, report))
    show_report(report)
    click.echo(f"{folder}: hold from {model.thresholds.hold}, review from {model.thresholds.review}", err=True)


def _examples(samples: Path | None, real_data: Path | None) -> list[Example]:
    """The samples, the posts written for training where they are, and real data where it is given."""
    from detector.examples import load_examples  # noqa: PLC0415 - see above
    from detector.labelled import posts_folder, written_examples  # noqa: PLC0415

    posts = posts_folder()
    written = [] if posts is None else written_examples(posts / "train")
    return [*load_examples(samples, real_data), *written]


def _rows(examples: list[Example], model: Model | None = None) -> list[Row]:
    """Rows of examples; those of a model also have the pulls of the wording that it has learned."""
    from detector.rows import rows_of  # noqa: PLC0415 - see above

    wording = None if model is None or model.wording is None else WordingReader(model.wording)
    with Progress(console=_progress, disable=not _progress.is_terminal) as progress:
        task = progress.add_task("reading examples", total=len(examples))
        return rows_of(examples, default_reader(), lambda: progress.advance(task), wording)
