"""``dajia train``: fits a model and writes it with its card."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress

from commands.evaluation_tables import show_report
from commands.ledger_reading import judge_kept_apart, read_labels, share_rows, tell
from detector.artefact import save_model, shipped_models
from detector.score import default_reader
from detector.wording import WordingReader
from settings import read_settings

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
@click.option(
    "--posts",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of written posts, one file a writer; data/posts/train by default.",
)
@click.option("--from-ledger", is_flag=True, help="Learn from what people decided too: the record in the settings.")
@click.option(
    "--ledger-share",
    type=click.FloatRange(0, 0.5, min_open=True),
    help="Largest part of the training weight that the record may have. Default: 0.2.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write; models/<version> by default.")
def train(
    *,
    version_: str | None,
    samples: Path | None,
    real_data: Path | None,
    posts: Path | None,
    from_ledger: bool,
    ledger_share: float | None,
    output: Path | None,
) -> None:
    """Train a model from labelled posts, and write it with its card."""
    if ledger_share is not None and not from_ledger:
        raise click.UsageError("--ledger-share needs --from-ledger.")
    from detector.card import make_card, reference_of  # noqa: PLC0415 - scikit-learn is loaded by this command alone
    from detector.evaluate import judge  # noqa: PLC0415
    from detector.examples import CHOSEN_BY_A_MODEL, one_side_each  # noqa: PLC0415
    from detector.ledger_weights import DEFAULT_SHARE  # noqa: PLC0415
    from detector.train import STEPS  # noqa: PLC0415
    from detector.train import train as fit  # noqa: PLC0415

    version = version_ or f"{datetime.now(UTC):%Y.%m}-1"
    labels = read_labels(read_settings()) if from_ledger else None
    examples = [*_known(samples, real_data), *_written(posts)]
    examples = one_side_each([*examples, *(() if labels is None else labels.found.examples)])
    rows = _rows(examples)
    shared: dict[str, Any] = {}
    if labels is not None:
        tell(labels)
        rows, shared = share_rows(rows, labels, DEFAULT_SHARE if ledger_share is None else ledger_share)
    with Progress(console=_progress, disable=not _progress.is_terminal) as progress:
        task = progress.add_task("fitting", total=STEPS)
        model, how = fit(rows, version, lambda: progress.advance(task))
    tested = _rows([e for e in examples if e.split == "test"], model)
    # The record's own posts were chosen by a model: they are told apart from those that every model is judged by.
    judged = [r for r in tested if r.example.source not in CHOSEN_BY_A_MODEL]
    report = judge(model, judged)
    card = make_card(model, rows, how, report, reference_of(model, judged))
    if labels is not None:
        card["ledger"] = shared | {"kept_apart": judge_kept_apart(model, tested)}
    folder = output or shipped_models() / version
    save_model(folder, model, card)
    show_report(report)
    click.echo(f"{folder}: hold from {model.thresholds.hold}, review from {model.thresholds.review}", err=True)


def _known(samples: Path | None, real_data: Path | None) -> list[Example]:
    from detector.examples import load_examples  # noqa: PLC0415 - see above

    return load_examples(samples, real_data)


def _written(folder: Path | None) -> list[Example]:
    """The posts written for training: of the folder, else of a checkout; a wheel brings none."""
    from detector.labelled import posts_folder, written_examples  # noqa: PLC0415 - see above

    shipped = posts_folder()
    if folder is not None:
        return written_examples(folder)
    return [] if shipped is None else written_examples(shipped / "train")


def _rows(examples: list[Example], model: Model | None = None) -> list[Row]:
    """Rows of examples; those of a model also have the pulls of the wording that it has learned."""
    from detector.rows import rows_of  # noqa: PLC0415 - see above

    wording = None if model is None or model.wording is None else WordingReader(model.wording)
    with Progress(console=_progress, disable=not _progress.is_terminal) as progress:
        task = progress.add_task("reading examples", total=len(examples))
        return rows_of(examples, default_reader(), lambda: progress.advance(task), wording)
