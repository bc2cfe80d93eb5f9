"""Reading what people decided, for commands that learn from it or judge by it; what was found is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from bootstrap.storage import build_store
from detector.decided_posts import DecidedPost
from service.labels import Decided, read_decided, read_posts
from service.ports import Store
from service.propensity import CLIP
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.ledger_examples import LedgerExamples
    from detector.model import Model
    from detector.rows import Row

NOBODY = (
    "No person has decided a target in this record yet, so there is nothing to learn from it. Decide cases first "
    "(POST /v1/cases/{case_id}/decide or POST /v1/decisions), or set DAJIA_DATABASE_URL to the record that you mean."
)
NOTHING_LEFT = (
    "People have decided {targets:,} targets of this record, but none of their posts can be learned from: {left_out:,} "
    "ask or warn, or lead elsewhere too. Decide targets that posts lead to."
)


class LedgerLabels(msgspec.Struct, frozen=True):
    """What a record teaches."""

    found: LedgerExamples
    decided_targets: int
    not_sure: int
    """Posts left out because nobody has said what they are."""

    @property
    def decided_until(self) -> datetime:
        """The latest decision that stands behind an example."""
        return max(post.decided_at for post in self.found.posts)

    def kinds(self) -> dict[str, int]:
        """Rows of each kind: what people said, and why they looked."""
        return dict(sorted(Counter(example.slice for example in self.found.examples).items()))


def require_decisions(store: Store) -> Decided:
    """What people decided; says what to do where they decided nothing."""
    decided = read_decided(store)
    if not decided.targets:
        raise click.ClickException(NOBODY)
    return decided


def read_labels(settings: Settings) -> LedgerLabels:
    """Examples of the record that the settings name."""
    from detector.ledger_examples import ledger_examples  # noqa: PLC0415 - numpy is loaded by those who learn alone

    store = build_store(settings)
    decided = require_decisions(store)
    not_sure = 0

    def posts() -> Iterator[tuple[DecidedPost, ...]]:
        nonlocal not_sure
        for of_target in read_posts(store, decided):
            not_sure += of_target.left_out
            yield of_target.posts

    found = ledger_examples(posts())
    store.close()
    if not found.examples:
        raise click.ClickException(NOTHING_LEFT.format(targets=len(decided.targets), left_out=not_sure))
    return LedgerLabels(found, len(decided.targets), not_sure)


def tell(labels: LedgerLabels) -> None:
    """How many rows of which kind there are, on standard error."""
    found = labels.found
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in labels.kinds().items())
    click.echo(
        f"record: {labels.decided_targets:,} targets decided by people, {found.targets:,} with posts to learn from; "
        f"{len(found.examples):,} rows: {kinds}",
        err=True,
    )
    click.echo(
        f"record: left out {found.copies:,} copies, {found.beyond_caps:,} beyond the caps of a target or an account, "
        f"{labels.not_sure:,} of which nobody has said what they are",
        err=True,
    )


def share_rows(rows: Sequence[Row], labels: LedgerLabels, share: float) -> tuple[list[Row], dict[str, Any]]:
    """The rows with the record's part held to its share, and what the model's card says of it."""
    from detector.ledger_weights import ledger_part, share_out  # noqa: PLC0415 - see above

    shared = share_out(rows, share)
    part = ledger_part(shared)
    click.echo(f"record: {part:.1%} of the training weight, at most {share:.0%} of any class and view", err=True)
    return shared, {
        "targets": labels.found.targets,
        "rows": labels.kinds(),
        "decided_until": labels.decided_until.isoformat(),
        "largest_share": share,
        "part_of_training_weight": round(part, 4),
        "largest_weight": CLIP,
    }


def judge_kept_apart(model: Model, rows: Sequence[Row]) -> list[Any]:
    """Verdicts on the record's rows that nothing was fitted on, by what people said and why they looked."""
    from detector.evaluation.slices import judge_slices  # noqa: PLC0415 - see above
    from detector.ledger_examples import SOURCE  # noqa: PLC0415

    kept_apart = [r for r in rows if r.example.split == "test" and r.example.source == SOURCE]
    slices = judge_slices(model, kept_apart)
    for s in slices:
        held, reviewed, allowed = s.verdicts.held, s.verdicts.reviewed, s.verdicts.allowed
        counts = f"{held.events:,} held, {reviewed.events:,} reviewed, {allowed.events:,} allowed"
        click.echo(f"record, kept apart: {s.slice}: of {held.trials:,} rows {counts}", err=True)
    return [msgspec.to_builtins(s) for s in slices]
