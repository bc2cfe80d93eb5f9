"""What a simulated rulebook would change, as a table, a line for each account and a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from enforcement.simulate import Difference, Stand
from enforcement.types import State

STATES: tuple[State, ...] = ("good", "warned", "restricted", "suspended", "banned")
COLUMNS = (
    "account_id", "state_before", "state_after", "points_before", "points_after", "classes_before", "classes_after",
    "steps_before", "steps_after", "for_people_before", "for_people_after",
)  # fmt: skip


class Summary:
    """Counts over all accounts."""

    def __init__(self) -> None:
        self.accounts = 0
        self.moves: Counter[tuple[State, State]] = Counter()
        self.points = [0, 0]
        self.classes: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.steps: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
        self.for_people: tuple[Counter[int], Counter[int]] = (Counter(), Counter())

    def add(self, difference: Difference) -> None:
        """Count one account."""
        self.accounts += 1
        self.moves[difference.before.state, difference.after.state] += 1
        for place, found in enumerate((difference.before, difference.after)):
            self.points[place] += found.points
            self.classes[place].update(found.grades)
            self.steps[place].update(found.steps)
            self.for_people[place].update(found.proposed)

    @property
    def harsher(self) -> int:
        """Accounts that would stand worse."""
        return sum(n for (a, b), n in self.moves.items() if STATES.index(b) > STATES.index(a))

    @property
    def milder(self) -> int:
        """Accounts that would stand better."""
        return sum(n for (a, b), n in self.moves.items() if STATES.index(b) < STATES.index(a))

    def lines(self) -> Iterator[str]:
        """The table."""
        worse, better = self.harsher, self.milder
        yield f"{self.accounts} accounts with a confirmed finding: {worse} would stand worse, {better} better."
        yield f"points in all: {self.points[0]} -> {self.points[1]}"
        yield from (
            f"{before} -> {after}: {count} accounts"
            for (before, after), count in sorted(self.moves.items(), key=lambda item: -item[1])
            if before != after
        )
        yield from _pairs("incidents of class", self.classes)
        yield from _pairs("steps imposed by the rules at points", self.steps)
        yield from _pairs("steps that would wait for people at points", self.for_people)


def _pairs(what: str, counters: tuple[Counter[Any], Counter[Any]]) -> Iterator[str]:
    before, after = counters
    return (f"{what} {key}: {before[key]} -> {after[key]}" for key in sorted({*before, *after}))


def row_of(difference: Difference) -> tuple[object, ...]:
    """One account's line in the CSV. An id that a spreadsheet would take for a formula is put in quotes by a tab."""
    before, after = difference.before, difference.after
    account = difference.account_id
    safe = f"\t{account}" if account[:1] in {"=", "+", "-", "@"} else account
    return (safe, before.state, after.state, before.points, after.points, *_lists(before, after))


def _lists(before: Stand, after: Stand) -> Iterator[str]:
    for name in ("grades", "steps", "proposed"):
        for found in (before, after):
            yield " ".join(map(str, getattr(found, name)))


def plot_summary(summary: Summary, file: Path) -> None:
    """States before and after, side by side, and the classes of incidents."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError:
        raise click.UsageError("A plot needs matplotlib: run `pip install 'dajia[report]'`.") from None
    if file.suffix not in {".png", ".svg", ".pdf"}:
        raise click.BadParameter("Name a .png, .svg or .pdf file.", param_hint="--plot")
    figure = Figure(figsize=(9, 4), layout="constrained")
    states, classes = figure.subplots(1, 2)
    counts = [Counter({s: sum(n for move, n in summary.moves.items() if move[p] == s) for s in STATES}) for p in (0, 1)]
    _bars(states, list(STATES), counts[0], counts[1], "accounts by standing")
    names = sorted({*summary.classes[0], *summary.classes[1]})
    _bars(classes, names, *summary.classes, "incidents by class")
    figure.savefig(file, dpi=150)


def _bars(axes: Any, names: list[str], before: Counter[Any], after: Counter[Any], title: str) -> None:
    places = range(len(names))
    axes.bar([p - 0.2 for p in places], [before[n] for n in names], 0.4, label="as it was", color="#8a8f98")
    axes.bar([p + 0.2 for p in places], [after[n] for n in names], 0.4, label="under the book", color="#b3261e")
    axes.set_xticks(list(places), names)
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
