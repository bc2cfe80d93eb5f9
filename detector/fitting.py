"""Fitting the weights: of named features under their sign and limit, and of stretches of text, in one convex problem.

The weights minimise the logistic loss with L2 penalties, by L-BFGS-B. A first fit sees every stretch; those that move
scores least are left out, and the rest are fitted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from threadpoolctl import threadpool_limits

from detector.features import REGISTRY
from detector.features.wording import MOST_OFFER, MOST_ORDINARY, OFFER, ORDINARY
from detector.model import VIEWS
from detector.rows import Row, row_weights
from detector.vocabulary import Corpus, Integers, among, pulls, rarities_of, weighed
from detector.wording import Wording
from detector.wording_signs import COPY

Floats = NDArray[np.float64]

SMALLEST_COUNT = 3
"""A feature seen fewer times in training gets no weight."""
L2_FEATURES = 2e-5
L2_STRETCHES = 1e-6
"""Chosen on posts of writers who were left out of the fit; see ``docs/decisions/0009-learned-wording.md``."""
MOST_STRETCHES = 20_000
ROUGH, FINE = 1e-5, 1e-8
"""Relative change of the loss at which a fit ends: one that only chooses stretches, and one that is kept."""
WORDING = frozenset({OFFER, ORDINARY})
"""Sums of the stretches' pulls: their weights are given, not fitted."""


class Fit(NamedTuple):
    """What was learned: enough to score rows of the same corpus."""

    weights: dict[str, float]
    wording: Wording
    chosen: Integers
    """Numbers of the stretches in the corpus."""


class _Problem(NamedTuple):
    matrix: csr_matrix
    labels: Floats
    importance: Floats
    penalty: Floats
    bounds: list[tuple[float | None, float | None]]


class _Share(NamedTuple):
    """The rows that a fit may see."""

    rows: list[Row]
    names: list[str]
    """Named features that are seen often enough among them."""
    corpus: Corpus
    numbers: Integers
    """Numbers of the rows in the corpus."""


def fit(rows: Sequence[Row], corpus: Corpus, numbers: Integers, most: int = MOST_STRETCHES) -> Fit:
    """Fit on some rows, given by their numbers in the corpus."""
    taken = [rows[n] for n in numbers]
    share = _Share(taken, _names(taken), corpus, numbers)
    chosen = among(corpus, numbers)
    if len(chosen) > most:
        chosen = chosen[_weightiest(_fit(share, chosen, ROUGH), share, chosen, most)]
    return _as_fit(_fit(share, chosen, FINE), share, chosen)


def raw_scores(fitted: Fit, rows: Sequence[Row], corpus: Corpus, numbers: Integers) -> Floats:
    """Sums of weight × value for some rows, wording included."""
    named = np.array([_named_score(fitted.weights, rows[n]) for n in numbers])
    if not len(fitted.chosen):
        return named
    rarities, weights = np.array(fitted.wording.rarities), np.array(fitted.wording.weights)
    pulled = pulls(corpus, numbers, fitted.chosen, rarities, weights)
    return np.asarray(named + np.clip(pulled, -MOST_ORDINARY, MOST_OFFER))


def _named_score(weights: dict[str, float], row: Row) -> float:
    return sum(weights[name] * seen.value for name, seen in row.observations.items() if name in weights)


def _names(rows: Sequence[Row]) -> list[str]:
    counts = Counter(name for r in rows for name in r.observations)
    left_out = [n for n in counts if n.startswith("abstain.") or n in WORDING]
    return sorted(name for name, size in counts.items() if size >= SMALLEST_COUNT and name not in left_out)


def _fit(share: _Share, chosen: Integers, stop: float) -> Floats:
    """Weights of the named features, the views' intercepts, weights of the chosen stretches."""
    problem = _problem(share, chosen)
    with threadpool_limits(1):  # vectors are too short for threads: they would wait for one another
        found = minimize(
            _loss, np.zeros(problem.matrix.shape[1]), args=(problem,), jac=True, bounds=problem.bounds,
            method="L-BFGS-B", options={"maxiter": 2000, "ftol": stop},
        )  # fmt: skip
    return np.asarray(found.x)


def _problem(share: _Share, chosen: Integers) -> _Problem:
    matrix, names, many = _matrix(share.rows, share.names), share.names, len(chosen)
    if many:
        matrix = hstack([matrix, _values(share, chosen)]).tocsr()
    penalties = (np.full(len(names), L2_FEATURES), np.full(len(VIEWS), 1e-6), np.full(many, L2_STRETCHES))
    return _Problem(
        matrix,
        np.array([1.0 if row.example.counterfeit else -1.0 for row in share.rows]),
        row_weights(share.rows),
        np.concatenate(penalties),
        [_bounds(name) for name in names]
        + [(None, None)] * len(VIEWS)
        + [_bounds_of_stretch(share.corpus.stretches[n]) for n in chosen],
    )


def _values(share: _Share, chosen: Integers) -> csr_matrix:
    rarities = rarities_of(share.corpus, share.numbers, chosen)
    return weighed(share.corpus, share.numbers, chosen, rarities)


def _matrix(rows: Sequence[Row], names: Sequence[str]) -> csr_matrix:
    column = {name: i for i, name in enumerate(names)}
    data, columns, starts = [], [], [0]
    for row in rows:
        for name, observation in row.observations.items():
            if name in column:
                data.append(observation.value)
                columns.append(column[name])
        data.append(1.0)
        columns.append(len(names) + VIEWS.index(row.view))
        starts.append(len(data))
    return csr_matrix((data, columns, starts), shape=(len(rows), len(names) + len(VIEWS)))


def _bounds(name: str) -> tuple[float | None, float | None]:
    limit, floor = REGISTRY[name].limit, REGISTRY[name].floor
    return {"fake": (floor, limit), "genuine": (-limit, floor), "either": (-limit, limit)}[REGISTRY[name].direction]


def _bounds_of_stretch(stretch: str) -> tuple[float | None, None]:
    """A word for copies never speaks for honesty: what stands around it must."""
    return (0.0 if COPY in stretch else None), None


def _loss(weights: Floats, problem: _Problem) -> tuple[float, Floats]:
    margins = problem.labels * (problem.matrix @ weights)
    losses = np.logaddexp(0.0, -margins)
    slopes = -problem.labels * problem.importance / (1.0 + np.exp(np.clip(margins, -500, 500)))
    loss = float(problem.importance @ losses + problem.penalty @ weights**2)
    return loss, np.asarray(problem.matrix.T @ slopes + 2 * problem.penalty * weights)


def _weightiest(found: Floats, share: _Share, chosen: Integers, most: int) -> Integers:
    """Places of the stretches that move scores most: by weight times the root mean square of their value."""
    values = _values(share, chosen)
    spread = np.sqrt(np.asarray(values.multiply(values).mean(axis=0)).ravel())
    moved = np.abs(found[len(share.names) + len(VIEWS) :]) * spread
    return np.sort(np.argsort(-moved, kind="stable")[:most])


def _as_fit(found: Floats, share: _Share, chosen: Integers) -> Fit:
    """Rounded here, so that what is judged is what is written."""
    names = share.names
    weights = {name: round(float(w), 4) for name, w in zip(names, found, strict=False) if abs(w) > 1e-3}
    rarities = rarities_of(share.corpus, share.numbers, chosen) if len(chosen) else np.zeros(0)
    wording = Wording(
        tuple(share.corpus.stretches[n] for n in chosen),
        tuple(round(float(w), 4) for w in found[len(names) + len(VIEWS) :]),
        tuple(round(float(r), 4) for r in rarities),
    )
    return Fit(weights, wording, chosen)
