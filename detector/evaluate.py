"""Judging a model on labelled rows and posts that it has not seen. The parts are in ``detector/evaluation/``.

Accuracy alone says nothing at one counterfeit link in a hundred, so what is reported is the share of counterfeit found
at 0.1 % to 3 % false positives, precision at 1 % prevalence, calibration, and for each kind of honest people how many
of them would be held or reviewed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from detector.evaluation.ablation import Ablation, ablate
from detector.evaluation.comparison import Comparison, compare
from detector.evaluation.deletion import DeletionReport, judge_deletion
from detector.evaluation.leaks import LeakAudit, audit
from detector.evaluation.mistakes import Mistakes, worst_mistakes
from detector.evaluation.outcomes import Outcome, PostsReport, judge_posts, outcomes_of
from detector.evaluation.peers import PeerReport, judge_peers
from detector.evaluation.slices import SliceReport, judge_slices
from detector.evaluation.views import Scored, ViewReport, judge_view, score_views
from detector.evasion.suite import EvasionReport, run_suite, suite_steps
from detector.examples import Example
from detector.labelled_files import Reject
from detector.model import Model
from detector.reading import Reader
from detector.rows import Row, rows_of
from detector.score import Detector


class Report(msgspec.Struct, frozen=True):
    """How a model does on rows: one a post or link, and more where parts were hidden."""

    model_version: str
    rows: int
    synthetic_rows: int
    """Rows whose text this project wrote itself."""
    views: tuple[ViewReport, ...]
    slices: tuple[SliceReport, ...]


class Evaluation(Report, frozen=True, kw_only=True):
    """The whole judgement."""

    prevalence: float
    review_from: float
    hold_from: float
    """The thresholds that verdicts were given by."""
    posts: PostsReport
    mistakes: Mistakes
    ablation: tuple[Ablation, ...]
    audit: LeakAudit
    deletion: DeletionReport
    evasion: EvasionReport | None = None
    """``None`` where it was not asked for."""
    peers: tuple[PeerReport, ...] = ()
    """Empty where they were not asked for."""
    comparison: Comparison | None = None
    """``None`` where there is no challenger."""
    rejects: tuple[Reject, ...] = ()
    """Lines of the files that were not taken."""
    notes: tuple[str, ...] = ()
    """What a reader has to know beside the figures."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be judged, and beside what."""

    model: Model
    judged: tuple[Example, ...]
    learned: tuple[Example, ...] = ()
    """Examples of the splits ``train`` and ``calibrate``: for peers to learn from, and to look for leaks."""
    challenger: Model | None = None
    peers: bool = False
    evasion: bool = False
    rejects: tuple[Reject, ...] = ()


def judge(model: Model, rows: Sequence[Row]) -> Report:
    """Judge a model by rows alone; they must be ones that nothing of it was fitted on."""
    return _report(model, rows, score_views(model, rows))


def judge_fully(
    plan: Plan, reader: Reader, tick: Callable[[], None] = lambda: None
) -> tuple[Evaluation, tuple[Scored, ...]]:
    """Judge a model by everything there is; the scores by view are for whoever draws curves.

    ``tick`` is called as often as :func:`steps` says.
    """
    model, judged = plan.model, plan.judged
    detector = Detector(model, reader)
    rows = rows_of(judged, reader, tick, detector.wording)
    scored = score_views(model, rows)
    outcomes = outcomes_of(detector, judged, tick)
    peers, notes = judge_peers(detector, _training(plan), judged) if plan.peers else ((), ())
    evaluation = Evaluation(
        **msgspec.structs.asdict(_report(model, rows, scored)),
        prevalence=model.prevalence,
        review_from=model.thresholds.review,
        hold_from=model.thresholds.hold,
        posts=judge_posts(outcomes),
        mistakes=worst_mistakes(outcomes),
        ablation=ablate(model, rows),
        audit=audit(plan.learned, judged),
        deletion=judge_deletion(detector, outcomes),
        evasion=run_suite(detector, outcomes, tick) if plan.evasion else None,
        peers=peers,
        comparison=_comparison(plan, reader, outcomes, tick),
        rejects=plan.rejects,
        notes=notes,
    )
    return evaluation, tuple(scored)


def steps(plan: Plan) -> int:
    """How many times ``tick`` will be called."""
    return len(plan.judged) * (2 if plan.challenger is None else 3) + (suite_steps() if plan.evasion else 0)


def _report(model: Model, rows: Sequence[Row], scored: Sequence[Scored]) -> Report:
    return Report(
        model_version=model.version,
        rows=len(rows),
        synthetic_rows=sum(r.example.synthetic for r in rows),
        views=tuple(judge_view(model, group) for group in scored),
        slices=judge_slices(model, rows),
    )


def _training(plan: Plan) -> list[Example]:
    return [e for e in plan.learned if e.split == "train"]


def _comparison(plan: Plan, reader: Reader, outcomes: Sequence[Outcome], tick: Callable[[], None]) -> Comparison | None:
    if plan.challenger is None:
        return None
    theirs = outcomes_of(Detector(plan.challenger, reader), plan.judged, tick)
    return compare(plan.model.version, plan.challenger.version, outcomes, theirs)
