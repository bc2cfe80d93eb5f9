"""``dajia evaluate``: anybody judges a model, on the posts kept apart or on labelled posts of their own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
import msgspec
from rich.console import Console
from rich.progress import Progress

from commands.decided import evaluate_from_ledger
from commands.evaluation_tables import show_evaluation
from detector.artefact import load_model, newest_model
from detector.score import default_reader
from settings import read_settings

if TYPE_CHECKING:
    from detector.evaluate import Evaluation, Plan
    from detector.evaluation.views import Scored
    from detector.examples import Example
    from detector.labelled_files import Reject
    from detector.model import Model

_progress = Console(stderr=True)
_MOST_REJECTS_SHOWN = 20
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("files", nargs=-1, type=click.File("rb"))
@click.option("--model", "folder", type=_FOLDER, help="Folder of the model.")
@click.option("--challenger", type=_FOLDER, help="Folder of another model, to be compared on the same posts.")
@click.option("--samples", type=_FOLDER, help="Folder of labelled sample posts.")
@click.option("--posts", type=_FOLDER, help="Folder of written posts, with train/ and test/; data/posts by default.")
@click.option("--real-data", type=_FOLDER, help="Folder of real data, where you have it.")
@click.option("--peers", is_flag=True, help="Judge other tools on the same posts as well.")
@click.option("--evasion", is_flag=True, help="Judge disguised copies of the posts as well.")
@click.option("--from-ledger", is_flag=True, help="Compare models on the targets that people decided in your record.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON instead of tables.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as one HTML file.")
def evaluate(
    *,
    files: tuple[IO[bytes], ...],
    folder: Path | None,
    challenger: Path | None,
    samples: Path | None,
    posts: Path | None,
    real_data: Path | None,
    peers: bool,
    evasion: bool,
    from_ledger: bool,
    as_json: bool,
    html: Path | None,
) -> None:
    """Judge a model on labelled posts of your own (FILES, or `-`), or on those that were kept apart from its training.

    FILES hold one post a line, as JSON or CSV (.gz too), with `label` (counterfeit or honest) and `text` or `links`.

    Exit status: 0 all judged, 1 a line or file could not be taken, 2 wrong use.
    """
    if from_ledger:
        if files or samples or posts or real_data or peers or evasion or html:
            raise click.UsageError("--from-ledger goes with --model, --challenger and --json alone.")
        if folder is not None and challenger is None:
            raise click.UsageError("--from-ledger scores anew with --model only beside a --challenger.")
        evaluate_from_ledger(folder, challenger, as_json=as_json)
        return
    if html is not None:
        _require_plots()
    from detector.evaluate import Plan  # noqa: PLC0415 - scikit-learn is loaded by training and judging alone

    model, other = _models(folder, challenger)
    judged, rejects = _brought(files)
    known = _known(samples, posts, real_data)
    plan = Plan(
        model=model,
        judged=judged if files else tuple(e for e in known if e.split == "test"),
        learned=tuple(e for e in known if e.split != "test"),
        challenger=other,
        peers=peers,
        evasion=evasion,
        rejects=rejects,
    )
    _tell_rejects(rejects)
    if not plan.judged:
        raise click.ClickException("There is no post to judge.")
    evaluation, scored = _judge(plan)
    if html is not None:
        _write_html(html, evaluation, scored)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(evaluation)).decode())
    else:
        show_evaluation(evaluation)
    for note in evaluation.notes:
        click.echo(f"dajia: {note}", err=True)
    if rejects:
        sys.exit(1)


def _models(folder: Path | None, challenger: Path | None) -> tuple[Model, Model | None]:
    model = load_model(folder or read_settings().model or newest_model())
    return model, None if challenger is None else load_model(challenger)


def _brought(files: tuple[IO[bytes], ...]) -> tuple[tuple[Example, ...], tuple[Reject, ...]]:
    """Examples and rejects of all files, in their order."""
    from detector.labelled import read_labelled  # noqa: PLC0415 - see above

    read = [read_labelled(Path(str(file.name)).name, file) for file in files]
    return tuple(e for r in read for e in r.examples), tuple(x for r in read for x in r.rejects)


def _known(samples: Path | None, posts: Path | None, real_data: Path | None) -> list[Example]:
    from detector.examples import load_examples, one_side_each  # noqa: PLC0415 - see above
    from detector.labelled import posts_folder, written_examples  # noqa: PLC0415

    examples = load_examples(samples, real_data)
    if not any(e.source.startswith("written/") for e in examples):
        folder = posts or posts_folder()
        examples += [e for part in ("train", "test") if folder for e in written_examples(folder / part)]
    return one_side_each(examples)


def _tell_rejects(rejects: tuple[Reject, ...]) -> None:
    for r in rejects[:_MOST_REJECTS_SHOWN]:
        place = f"{r.file}:{r.line}" + (f", {r.field}" if r.field else "")
        click.echo(f"dajia: {place}: {r.problem}", err=True)
    if rejects:
        lines = "1 line" if len(rejects) == 1 else f"{len(rejects):,} lines"
        click.echo(f"dajia: {lines} could not be taken; the others are judged.", err=True)


def _judge(plan: Plan) -> tuple[Evaluation, tuple[Scored, ...]]:
    from detector.evaluate import judge_fully, steps  # noqa: PLC0415 - see above

    with Progress(console=_progress, disable=not _progress.is_terminal) as progress:
        task = progress.add_task("judging posts", total=steps(plan))
        return judge_fully(plan, default_reader(), lambda: progress.advance(task))


def _require_plots() -> None:
    """Before an hour of work rather than after it."""
    try:
        import jinja2  # noqa: F401, PLC0415 - only this report needs them
        import matplotlib as mpl  # noqa: F401, PLC0415
    except ImportError as error:
        problem = f"--html needs {error.name}, which is not installed: pip install 'dajia[report]'"
        raise click.ClickException(problem) from None


def _write_html(file: Path, evaluation: Evaluation, scored: tuple[Scored, ...]) -> None:
    from commands.report.page import page_of  # noqa: PLC0415 - see above

    try:
        file.write_text(page_of(evaluation, scored), encoding="utf-8", errors="replace")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    click.echo(f"{file} was written.", err=True)
