"""Plots as inline SVG whose colours are the page's own, so that one picture serves a dark and a light page.

Matplotlib knows no CSS: it draws in stand-in colours, which are replaced by the page's variables afterwards. No word
of a post or of a user's file is ever drawn: names in plots are this project's own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from detector.evaluation.curves import has_both, precision_recall, roc

if TYPE_CHECKING:
    from detector.evaluation.ablation import Ablation
    from detector.evaluation.curves import Floats
    from detector.evaluation.views import Scored, ViewReport

_INK, _SOFT, _LINE = "#010203", "#010204", "#010205"
_SERIES = ("#010211", "#010212", "#010213", "#010214", "#010215", "#010216", "#010217")
_VARIABLES = {_INK: "var(--ink)", _SOFT: "var(--soft)", _LINE: "var(--line)"} | {
    colour: f"var(--series-{n})" for n, colour in enumerate(_SERIES, 1)
}
_DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)))
"""A line is told by its dashes as well: not everybody sees its colour."""
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "dajia", "font.family": "sans-serif", "font.size": 9,
    "text.color": _INK, "axes.edgecolor": _LINE, "axes.labelcolor": _SOFT, "xtick.color": _SOFT, "ytick.color": _SOFT,
    "grid.color": _LINE, "axes.grid": True, "grid.linewidth": 0.6, "axes.spines.top": False,
    "axes.spines.right": False, "legend.frameon": False, "legend.fontsize": 8, "lines.linewidth": 1.6,
    "figure.constrained_layout.use": True, "text.parse_math": False,
}  # fmt: skip
_MOST_POINTS = 400
"""Points of one curve: ten thousand would make a page of megabytes and look the same."""
_FEWEST = 50
"""Rows of each class from which a view has a curve, where any view has."""
_NO_METADATA = dict.fromkeys(["Date", "Creator", "Format", "Type"])
_SIZE = (4.3, 3.3)
"""Inches; small, so that words can still be read where the page is 390 pixels wide."""


def roc_plot(scored: Sequence[Scored]) -> str:
    """Share of counterfeit found over the share of honest accused, on a logarithmic axis: the left end matters."""

    def draw(axes: Any) -> None:
        for number, view in enumerate(_both(scored)):
            fpr, tpr = roc(view.scores, view.labels)
            _line(axes, number, *_through_ties(*_thinned(fpr, tpr)), view.view)
        axes.plot([n / 1000 for n in range(1, 1001)], [n / 1000 for n in range(1, 1001)], color=_LINE, linewidth=1)
        axes.set(xscale="log", xlim=(5e-4, 1), ylim=(0, 1.02), xlabel="honest accused", ylabel="counterfeit found")
        axes.set_xticks([0.001, 0.01, 0.1, 1], ["0.1 %", "1 %", "10 %", "100 %"])
        axes.figure.legend(loc="outside upper left", ncols=4)

    return _svg("roc", "ROC curve of each kind of evidence, with a logarithmic axis of false positives", draw)


def precision_recall_plot(scored: Sequence[Scored]) -> str:
    """Precision over recall, at the share of counterfeit that the rows have."""

    def draw(axes: Any) -> None:
        for number, view in enumerate(_both(scored)):
            precision, recall = precision_recall(view.scores, view.labels)
            _line(axes, number, *_thinned(recall, precision), view.view, drawstyle="steps-pre")
        axes.set(
            xlim=(0, 1.02), ylim=(0, 1.02), xlabel="counterfeit found (recall)", ylabel="accused rightly (precision)"
        )
        axes.figure.legend(loc="outside upper left", ncols=4)

    return _svg("pr", "Precision and recall of each kind of evidence", draw)


def reliability_plot(report: ViewReport) -> str:
    """What was observed over what was predicted; the size of a dot is the weight of its bin."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=_LINE, linewidth=1)
        predicted, observed = [b.predicted for b in report.reliability], [b.observed for b in report.reliability]
        axes.plot(predicted, observed, color=_SERIES[0])
        axes.scatter(predicted, observed, s=[12 + 300 * b.weight for b in report.reliability], color=_SERIES[0])
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xlabel="predicted", ylabel="observed")

    name = "reliability-" + report.view.replace("+", "-")
    return _svg(
        name, f"Predicted beside observed shares of counterfeit for the evidence {report.view}", draw, (3.2, 3.0)
    )


def ablation_plot(view: str, ablation: Sequence[Ablation]) -> str:
    """How far the area under the ROC curve falls without each group of features."""
    shown = [a for a in ablation if a.auc_change][::-1]

    def draw(axes: Any) -> None:
        places = range(len(shown))
        colours = [_SERIES[0] if a.auc_change < 0 else _SERIES[1] for a in shown]
        axes.barh(places, [a.auc_change for a in shown], color=colours, height=0.62)
        axes.set_yticks(places, [a.family for a in shown])
        axes.axvline(0, color=_SOFT, linewidth=0.8)
        axes.grid(visible=False, axis="y")
        axes.set_axisbelow(True)
        axes.xaxis.set_major_locator(MaxNLocator(4))
        axes.margins(x=0.08)
        axes.set(xlabel="change of AUC without the group")

    name = "ablation-" + view.replace("+", "-")
    return _svg(
        name, f"Change of AUC without each group of features, evidence {view}", draw, (4.3, 0.9 + 0.26 * len(shown))
    )


def months_plot(months: Sequence[tuple[str, Mapping[str, int]]]) -> str:
    """Rows of each month by verdict, one above the other; ``months`` are given in order, as ``2026-10``."""
    colours = {"hold": _SERIES[1], "review": _SERIES[3], "allow": _SERIES[6]}

    def draw(axes: Any) -> None:
        places, floor = range(len(months)), [0] * len(months)
        for verdict, colour in colours.items():
            counts = [counts.get(verdict, 0) for _, counts in months]
            axes.bar(places, counts, bottom=floor, color=colour, label=verdict, width=0.7)
            floor = [low + count for low, count in zip(floor, counts, strict=True)]
        step = -(-len(months) // 6)
        axes.set_xticks(places[::step], [name for name, _ in months][::step])
        axes.grid(visible=False, axis="x")
        axes.set_axisbelow(True)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.set(ylabel="rows")
        axes.figure.legend(loc="outside upper left", ncols=3)

    return _svg("months", "Rows of each month by verdict", draw, (6.8, 3.0))


def _both(scored: Sequence[Scored]) -> list[Scored]:
    """Views with rows enough to draw: a curve of a dozen rows is a few steps that look like a finding."""
    both = [view for view in scored if has_both(view.labels)]
    return [view for view in both if min(view.labels.sum(), (~view.labels).sum()) >= _FEWEST] or both


def _thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    step = max(1, len(x) // _MOST_POINTS)
    kept = [*range(0, len(x) - 1, step), len(x) - 1]
    return x[kept], y[kept]


def _through_ties(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Rows of one score are a straight line, which a logarithmic axis bends: points are put in between."""
    xs, ys = [x[:1]], [y[:1]]
    for n in range(1, len(x)):
        parts = 1 if x[n] == x[n - 1] or y[n] == y[n - 1] else 12
        shares = np.geomspace(1e-3, 1, parts) if parts > 1 else np.ones(1)
        xs.append(x[n - 1] + shares * (x[n] - x[n - 1]))
        ys.append(y[n - 1] + shares * (y[n] - y[n - 1]))
    return np.concatenate(xs).clip(1e-4), np.concatenate(ys)


def _line(axes: Any, number: int, x: Floats, y: Floats, label: str, *, drawstyle: str = "default") -> None:
    series = number % len(_SERIES)
    axes.plot(x, y, color=_SERIES[series], linestyle=_DASHES[series], label=label, drawstyle=drawstyle)


def _svg(name: str, description: str, draw: Callable[[Any], None], size: tuple[float, float] = _SIZE) -> str:
    """The drawing, with ids that no other picture of the page has."""
    with mpl.rc_context(cast("Any", _STYLE)):
        figure = Figure(figsize=size)
        draw(figure.add_subplot())
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata=_NO_METADATA)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, variable)
    text = re.sub(r'\bid="|url\(#|href="#', lambda found: f"{found[0]}{name}-", text)
    text = re.sub(r"font-family: [^;\"]*", "font-family: var(--sans)", text)
    text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)  # it would count for the whole page
    head = f'<svg role="img" aria-label="{description}" class="plot" viewBox="{_view_box(text)}">'
    return head + text[text.index(">") + 1 :]


def _view_box(svg: str) -> str:
    """The picture without a size: the page decides that."""
    found = re.search(r'viewBox="([\d. ]+)"', svg)
    return found[1] if found else "0 0 300 200"
