"""``dajia evaluate --from-ledger``: two models on the targets that people decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bootstrap.detection import build_detector
from bootstrap.storage import build_store
from commands.ledger_reading import require_decisions
from detector.artefact import load_card, newest_model
from detector.decided_posts import DecidedPost
from service.compared import recorded_judgements
from service.labels import Decided, read_posts
from service.ports import Store
from settings import Settings, read_settings

if TYPE_CHECKING:
    from detector.evaluation.decided import DecidedComparison, ModelOnDecided

NO_SCORES = (
    "No challenger has scored a target before people decided it. Serve with DAJIA_CHALLENGER set for a while, or name "
    "a model by --challenger to score the recorded posts anew."
)
NO_NEW = (
    "All {targets:,} decided targets were decided before {until:%Y-%m-%d %H:%M} UTC, until when a model here has "
    "learned from the record, or have no post to judge. Wait for later decisions."
)
NOTE = (
    "People decide mostly what the model in use flagged: what it allowed and nobody looked at is not counted here. "
    "The weighted difference makes up for it as far as targets were drawn at random (DAJIA_AUDIT_SHARE)."
)


def evaluate_from_ledger(model: Path | None, challenger: Path | None, *, as_json: bool) -> None:
    """Print how two models do on decided targets: as they scored in the service, or scored anew where one is named."""
    settings = read_settings()
    store = build_store(settings)
    decided = require_decisions(store)
    found = _recorded(store, decided) if challenger is None else [_again(settings, store, decided, model, challenger)]
    store.close()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        for comparison in found:
            _show(comparison)
    click.echo(f"dajia: {NOTE}", err=True)


def _recorded(store: Store, decided: Decided) -> list[DecidedComparison]:
    from detector.evaluation.decided import compare_decided  # noqa: PLC0415 - scipy is loaded by judging alone

    found = recorded_judgements(store, decided)
    if not found:
        raise click.ClickException(NO_SCORES)
    return [compare_decided(*versions, judged) for versions, judged in found.items()]


def _again(
    settings: Settings, store: Store, decided: Decided, model: Path | None, challenger: Path
) -> DecidedComparison:
    from detector.evaluation.decided import compare_decided, judge_again  # noqa: PLC0415 - see above

    folders = (model or settings.model or newest_model(), challenger)
    ours, theirs = (build_detector(msgspec.structs.replace(settings, model=folder)) for folder in folders)
    until = max(map(learned_until, folders))
    judged = judge_again(_later_posts(store, decided, until), ours, theirs)
    if not judged:
        raise click.ClickException(NO_NEW.format(targets=len(decided.targets), until=until))
    return compare_decided(ours.model.version, theirs.model.version, judged)


def _later_posts(store: Store, decided: Decided, until: datetime) -> Iterator[tuple[DecidedPost, ...]]:
    """Posts of targets that nobody had decided when a model learned from the record."""
    later = {name: t for name, t in decided.targets.items() if t.first_at > until}
    for found in read_posts(store, decided):
        if found.target.target in later:
            yield found.posts


def learned_until(folder: Path) -> datetime:
    """The last decision that a model has learned from, as its card says; long ago where it learned from none."""
    ledger = load_card(folder).get("ledger")
    said = ledger.get("decided_until") if isinstance(ledger, dict) else None
    return datetime.fromisoformat(said) if isinstance(said, str) else datetime(1990, 1, 1, tzinfo=UTC)


def _show(comparison: DecidedComparison) -> None:
    console = Console(width=130)
    table = Table("model", "label", "targets", "held", "reviewed", "allowed", title=f"{comparison.targets:,} targets")
    for model in (comparison.champion, comparison.challenger):
        for row in _rows(model):
            table.add_row(*row)
    console.print(table)
    paired = Table("label", "question", "only in use", "only challenger", "difference", "95 %", "weighted", "McNemar p")
    for d in comparison.differences:
        paired.add_row(
            "fake" if d.counterfeit else "honest",
            d.question,
            f"{d.only_champion:,}",
            f"{d.only_challenger:,}",
            f"{d.difference:+.1%}",
            f"{d.low:+.1%} to {d.high:+.1%}",
            f"{d.weighted_difference:+.1%}",
            f"{d.p_value:.4g}",
        )
    console.print(paired)


def _rows(model: ModelOnDecided) -> Iterator[tuple[str, ...]]:
    for label, verdicts in (("fake", model.counterfeit), ("honest", model.honest)):
        parts = (verdicts.held, verdicts.reviewed, verdicts.allowed)
        cells = (f"{part.events:,} ({part.share:.1%})" for part in parts)
        yield escape(model.version), label, f"{verdicts.held.trials:,}", *cells
