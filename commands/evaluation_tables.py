"""A judgement as tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from detector.evasion.transform import STRENGTHS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detector.evaluate import Evaluation, Report
    from detector.evaluation.slices import SliceReport
    from detector.evasion.suite import EvasionReport, Under

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
    if evaluation.evasion is not None:
        console.print(_evasion(evaluation.evasion))
    if evaluation.peers:
        console.print(_peers(evaluation))
    if evaluation.comparison is not None:
        _show_comparison(console, evaluation)
    deletion, audit = evaluation.deletion, evaluation.audit
    console.print(
        f"Reasons: of {deletion.posts:,} posts whose cited words are taken out {deletion.falls.share:.1%} score lower, "
        f"by {deletion.mean_drop:.2f} in log-odds; by {deletion.mean_drop_of_chance:.2f} where other words are."
    )
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


def _evasion(report: EvasionReport) -> Table:
    """Three figures a cell: recall kept, honest posts held, and sent to people."""
    posts = f"{report.counterfeit} counterfeit posts that were not allowed, {report.honest} honest"
    table = Table("disguise", *STRENGTHS, "log-odds", title=f"{posts}: found / held / reviewed")
    before = f"100.0% / {report.honest_held_before.share:.1%} / {report.honest_reviewed_before.share:.1%}"
    table.add_row("none", before, before, before, "")
    by_name: dict[str, list[Under]] = {}
    for under in report.under:
        by_name.setdefault(under.name, []).append(under)
    for name, group in by_name.items():
        cells = (
            f"{u.recall_kept.share:.1%} / {u.honest_held.share:.1%} / {u.honest_reviewed.share:.1%}" for u in group
        )
        table.add_row(name, *cells, f"{group[-1].shift:+.2f}")
    table.caption = f"{len(report.failures)} of {len(report.under)} miss 95 % found or 0.5 % held"
    return table


def _left(under: Under) -> str:
    found, held, reviewed = under.recall_kept.share, under.honest_held.share, under.honest_reviewed.share
    return f"{found:.1%} / {held:.1%} / {reviewed:.1%}"


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
