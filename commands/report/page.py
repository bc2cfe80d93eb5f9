"""The HTML report: a template, its data and its pictures. Every word of a post is escaped by the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from commands.report import plots
from commands.report.highlight import pieces
from commands.report.template import environment, share, style, trusted
from detector.evasion.transform import TRANSFORMS

if TYPE_CHECKING:
    from markupsafe import Markup

    from detector.evaluate import Evaluation
    from detector.evaluation.ablation import Ablation
    from detector.evaluation.peers import PeerReport
    from detector.evaluation.rates import Verdicts
    from detector.evaluation.slices import SliceReport
    from detector.evaluation.views import Scored
    from detector.evasion.suite import Under
    from detector.evasion.transform import Transform


def page_of(evaluation: Evaluation, scored: Sequence[Scored], made_at: datetime | None = None) -> str:
    """The whole page, with its style and pictures in it; it asks nobody for anything."""
    return (
        environment(pieces=pieces, said=_said)
        .get_template("report.html.jinja")
        .render(
            e=evaluation,
            made_at=made_at or datetime.now(UTC),
            style=style(),
            sides=_sides(evaluation.posts.slices),
            curves=_curves(scored),
            reliability=[(v, trusted(plots.reliability_plot(v))) for v in evaluation.views if v.reliability],
            ablations=_ablations(evaluation.ablation),
            peer_sets=_peer_sets(evaluation.peers),
            disguises=_disguises(evaluation),
        )
    )


def _said(verdicts: Verdicts) -> str:
    """A bar in words, for who cannot see it."""
    return (
        f"held {share(verdicts.held.share)}, between {share(verdicts.held.low)} and {share(verdicts.held.high)}; "
        f"reviewed {share(verdicts.reviewed.share)}; allowed {share(verdicts.allowed.share)}"
    )


def _sides(slices: Iterable[SliceReport]) -> list[tuple[str, list[tuple[str, list[SliceReport]]]]]:
    """Honest people first, since they are the ones to be spared; by source."""
    found: dict[bool, dict[str, list[SliceReport]]] = {False: {}, True: {}}
    for part in slices:
        found[part.counterfeit].setdefault(part.source, []).append(part)
    titles = {False: "Honest posts", True: "Counterfeit posts"}
    return [(titles[label], list(sources.items())) for label, sources in found.items() if sources]


def _curves(scored: Sequence[Scored]) -> list[Markup]:
    if not any(view.labels.any() and not view.labels.all() for view in scored):
        return []
    return [trusted(plots.roc_plot(scored)), trusted(plots.precision_recall_plot(scored))]


def _ablations(ablation: Iterable[Ablation]) -> list[tuple[str, Markup | None, list[Ablation]]]:
    views: dict[str, list[Ablation]] = {}
    for part in ablation:
        views.setdefault(part.view, []).append(part)
    return [
        (view, trusted(plots.ablation_plot(view, parts)) if any(a.auc_change for a in parts) else None, parts)
        for view, parts in views.items()
    ]


def _disguises(evaluation: Evaluation) -> list[tuple[Transform, list[Under]]]:
    """Each transform with what is left under its three strengths."""
    found: dict[str, list[Under]] = {}
    for under in evaluation.evasion.under if evaluation.evasion is not None else ():
        found.setdefault(under.name, []).append(under)
    return [(TRANSFORMS[name], group) for name, group in found.items()]


def _peer_sets(peers: Iterable[PeerReport]) -> list[tuple[str, list[tuple[PeerReport, dict[str, Any]]]]]:
    """Tools by set of posts, each beside whether it is the best of its set."""
    sets: dict[str, list[PeerReport]] = {}
    for peer in peers:
        sets.setdefault(peer.posts, []).append(peer)
    return [(name, [(peer, _bests(peer, group)) for peer in group]) for name, group in sets.items()]


def _bests(peer: PeerReport, group: Sequence[PeerReport]) -> dict[str, bool]:
    rates = ("auc", "tpr_at_tenth_percent", "tpr_at_one_percent")
    best = {name: max((getattr(p, name) or 0.0) for p in group) for name in rates}
    found = {name: bool(best[name]) and getattr(peer, name) == best[name] for name in rates}
    return found | {"microseconds": peer.microseconds == min(p.microseconds for p in group)}
