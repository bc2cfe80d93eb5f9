"""The HTML report: a template, its data and its pictures. Every word of a post is escaped by the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from commands.report import plots
from commands.report.highlight import pieces, visible
from detector.evasion.transform import TRANSFORMS

if TYPE_CHECKING:
    from detector.evaluate import Evaluation
    from detector.evaluation.ablation import Ablation
    from detector.evaluation.peers import PeerReport
    from detector.evaluation.rates import Verdicts
    from detector.evaluation.slices import SliceReport
    from detector.evaluation.views import Scored
    from detector.evasion.suite import Under
    from detector.evasion.transform import Transform

_FOLDER = Path(__file__).parent


def page_of(evaluation: Evaluation, scored: Sequence[Scored], made_at: datetime | None = None) -> str:
    """The whole page, with its style and pictures in it; it asks nobody for anything."""
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            e=evaluation,
            made_at=made_at or datetime.now(UTC),
            style=_markup((_FOLDER / "report.css").read_text(encoding="utf-8")),
            sides=_sides(evaluation.posts.slices),
            curves=_curves(scored),
            reliability=[(v, _markup(plots.reliability_plot(v))) for v in evaluation.views if v.reliability],
            ablations=_ablations(evaluation.ablation),
            peer_sets=_peer_sets(evaluation.peers),
            disguises=_disguises(evaluation),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"share": _share, "figure": _figure, "change": _change, "visible": visible, "words": _words}
    environment.globals["pieces"] = pieces
    environment.globals["said"] = _said
    return environment


def _markup(trusted: str) -> Markup:
    """Text of this package, or a picture that it drew: never a word of a post."""
    return Markup(trusted)  # noqa: S704 - see above


def _share(value: float | None) -> str:
    """A share in per cent, with a decimal where it would otherwise be nothing."""
    if value is None:
        return "–"
    text = f"{value:.0%}" if value in {0.0, 1.0} or 0.1 <= value < 0.995 else f"{value:.2%}"
    return text.replace("%", "\N{NARROW NO-BREAK SPACE}%")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _change(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}".replace("-", "−")


def _words(name: str) -> str:
    """The name of a slice or source as people write it."""
    return visible(name).replace("_", " ")


def _said(verdicts: Verdicts) -> str:
    """A bar in words, for who cannot see it."""
    return (
        f"held {_share(verdicts.held.share)}, between {_share(verdicts.held.low)} and {_share(verdicts.held.high)}; "
        f"reviewed {_share(verdicts.reviewed.share)}; allowed {_share(verdicts.allowed.share)}"
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
    return [_markup(plots.roc_plot(scored)), _markup(plots.precision_recall_plot(scored))]


def _ablations(ablation: Iterable[Ablation]) -> list[tuple[str, Markup | None, list[Ablation]]]:
    views: dict[str, list[Ablation]] = {}
    for part in ablation:
        views.setdefault(part.view, []).append(part)
    return [
        (view, _markup(plots.ablation_plot(view, parts)) if any(a.auc_change for a in parts) else None, parts)
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
