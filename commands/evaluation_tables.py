"""A judgement as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detector.evaluate import Evaluation, Report
    from detector.evaluation.slices import SliceReport

_MOST_CHANGES = 20


def show_report(report: Report) -> None:
    """How well each kind of evidence separates, and what happens to each kind of people."""
    console = Console(width=130)
    _show_views(console, report)
    console.print(_slices("Rows with everything known", report.slices))


def show_evaluation(evaluation: Evaluation) -> None:
    """The same for whole posts, with groups of features, leaks, peers and the challenger."""
    console = Console(width=130)
    _show_views(console, evaluation)
    console.print(_slices(f"Whole posts ({evaluation.posts.posts:,})", evaluation.posts.slices))
    console.print(_ablation(evaluation))
    if evaluation.peers:
        console.print(_peers(evaluation))
    if evaluation.comparison is not None:
        _show_comparison(console, evaluation)
    audit = evaluation.audit
    console.print(
        f"Leaks: of {audit.judged:,} judged examples, {audit.near_copies:,} are nearly a text among {audit.learned:,} "
        f"to learn from; {audit.shared_groups:,} groups stand on both sides."
    )


def _show_views(console: Console, report: Report) -> None:
    console.print(f"Model {escape(report.model_version)} on {report.rows:,} rows, {report.synthetic_rows:,} synthetic")
    console.print(_views(report))


def _views(report: Report) -> Table:
    rates = [f"TPR@{point.fpr:.1%}" for point in report.views[0].tpr] if report.views else []
    table = Table("evidence", "fake", "honest", "AUC", "PR-AUC", *rates, "ECE", "held fake", "honest", "prec.@1%")
    for v in report.views:
        areas = (v.auc, v.pr_auc, *(point.tpr for point in v.tpr), v.calibration_error)
        hold = (v.held_counterfeit.share, v.held_honest.share, v.hold_precision_at_one_percent)
        table.add_row(v.view, f"{v.counterfeit:,}", f"{v.honest:,}", *map(_figure, areas + hold))
    return table


def _slices(title: str, slices: Iterable[SliceReport]) -> Table:
    table = Table("source", "slice", "label", "rows", "held", "95 %", "reviewed", "allowed", title=title)
    for s in slices:
        held, reviewed, allowed = s.verdicts.held, s.verdicts.reviewed, s.verdicts.allowed
        table.add_row(
            escape(s.source), escape(s.slice), "fake" if s.counterfeit else "honest", f"{held.trials:,}",
            f"{held.share:.2%}", f"{held.low:.2%}–{held.high:.2%}", f"{reviewed.share:.2%}", f"{allowed.share:.2%}",
        )  # fmt: skip
    return table


def _ablation(evaluation: Evaluation) -> Table:
    table = Table("evidence", "without", "rows", "AUC", "TPR@1%", title="One group of features left out: change")
    for a in evaluation.ablation:
        table.add_row(a.view, a.family, f"{a.rows:,}", _change(a.auc_change), _change(a.tpr_at_one_percent_change))
    return table


def _peers(evaluation: Evaluation) -> Table:
    table = Table("posts", "tool", "reads", "fake", "honest", "AUC", "TPR@0.1%", "TPR@1%", "µs a post", title="Peers")
    for p in evaluation.peers:
        figures = (_figure(p.auc), _figure(p.tpr_at_tenth_percent), _figure(p.tpr_at_one_percent))
        table.add_row(
            p.posts, p.name, p.reads, f"{p.counterfeit:,}", f"{p.honest:,}", *figures, f"{p.microseconds:,.0f}"
        )
    return table


def _show_comparison(console: Console, evaluation: Evaluation) -> None:
    comparison = evaluation.comparison
    if comparison is None:
        return
    versions = f"{escape(comparison.model_version)} → {escape(comparison.challenger_version)}"
    console.print(f"{versions}: {comparison.changed:,} of {comparison.posts:,} verdicts change")
    for test in comparison.tests:
        console.print(
            f"  {test.question}: wrong in the model alone {test.wrong_in_model:,}, in the challenger alone "
            f"{test.wrong_in_challenger:,}, McNemar's exact p = {test.p_value:.4g}"
        )
    table = Table("source", "slice", "label", "posts", "changes", title="Changes by slice")
    for s in comparison.slices:
        steps = ", ".join(f"{step}: {n:,}" for step, n in s.changes.items())
        table.add_row(escape(s.source), escape(s.slice), "fake" if s.counterfeit else "honest", f"{s.posts:,}", steps)
    console.print(table)
    changed = Table(
        "post", "label", "verdicts", "", "text", title=f"The first {_MOST_CHANGES} changes, worse ones first"
    )
    for c in comparison.changes[:_MOST_CHANGES]:
        label, step = "fake" if c.post.counterfeit else "honest", f"{c.verdict} → {c.post.verdict}"
        changed.add_row(escape(c.post.name), label, step, "better" if c.better else "worse", escape(c.post.text[:60]))
    console.print(changed)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _change(value: float | None) -> str:
    return "–" if value is None else f"{value:+.4f}"
