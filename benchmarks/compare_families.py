"""Three families of models on the same features and the same folds: which one wins within the time there is.

    python benchmarks/compare_families.py ../shared/data

Posts written for training, each writer judged by models that saw nothing of that writer, together with the training
split of the samples and of real data. Every family gets the same named features. The linear one learns stretches of
text jointly; the others cannot within reason (twenty thousand sparse columns), so they get the score of a wording-only
linear model, cross-fitted inside their training rows. Printed: area under the ROC curve, share of counterfeit found at
0.3, 1 and 3 % false positives, and microseconds a post for the model alone (features given), measured in turns.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer

from detector.cross_fitting import folds_of
from detector.evaluation.curves import area_under_roc, tpr_at
from detector.examples import load_examples
from detector.fitting import fit, raw_scores
from detector.labelled import posts_folder, written_examples
from detector.model import VIEWS, Model, Thresholds, evaluate, straight
from detector.rows import Row, row_weights, rows_of
from detector.score import default_reader
from detector.vocabulary import Corpus, Integers, corpus_of

Boosting = HistGradientBoostingClassifier
Floats = NDArray[np.float64]
FOLDS = 3
RATES = (0.003, 0.01, 0.03)


def main(real_data: Path | None) -> None:
    """Print the table."""
    rows = _rows(real_data)
    corpus = corpus_of(rows)
    named_only = [msgspec.structs.replace(row, observations={}) for row in rows]
    scores = {name: np.zeros(len(rows)) for name in ("linear", "additive, binned", "gradient boosting")}
    features = DictVectorizer().fit_transform([_values(row) for row in rows]).toarray()
    folds = folds_of(rows) % FOLDS
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("fitting", total=FOLDS * (FOLDS + 1))
        for fold in range(FOLDS):
            inside, outside = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
            scores["linear"][inside] = raw_scores(fit(rows, corpus, outside), rows, corpus, inside)
            progress.advance(task)
            wording = _wording_scores(named_only, corpus, folds, fold, lambda: progress.advance(task))
            table = np.column_stack([features, wording])
            for name, depth in (("additive, binned", 1), ("gradient boosting", None)):
                scores[name][inside] = _boosted(rows, table, outside, depth).decision_function(table[inside])
    _show(rows, scores, _times(rows, features))


def _rows(real_data: Path | None) -> list[Row]:
    folder = posts_folder()
    if folder is None:
        raise SystemExit("The written posts are not here: run this in a checkout.")
    examples = [*load_examples(None, real_data), *written_examples(folder / "train")]
    return rows_of([e for e in examples if e.split == "train" and e.text], default_reader())


def _values(row: Row) -> dict[str, float]:
    seen = {name: o.value for name, o in row.observations.items() if not name.startswith("abstain.")}
    return seen | {f"view={row.view}": 1.0}


def _wording_scores(
    rows: Sequence[Row], corpus: Corpus, folds: Integers, judged: int, tick: Callable[[], None]
) -> Floats:
    """What a wording-only model says: of the judged fold by all others, of each other fold by the rest."""
    inside, outside = np.flatnonzero(folds == judged), np.flatnonzero(folds != judged)
    scores = np.zeros(len(rows))
    scores[inside] = raw_scores(fit(rows, corpus, outside), rows, corpus, inside)
    tick()
    for fold in np.unique(folds[outside]):
        held_out, learned = outside[folds[outside] == fold], outside[folds[outside] != fold]
        scores[held_out] = raw_scores(fit(rows, corpus, learned), rows, corpus, held_out)
        tick()
    return scores


def _boosted(
    rows: Sequence[Row], table: Floats, numbers: Integers, depth: int | None
) -> HistGradientBoostingClassifier:
    """Trees of one split each are an additive model over binned features (Lou et al., 2012); deeper ones are not."""
    model = HistGradientBoostingClassifier(max_depth=depth, max_iter=300, learning_rate=0.1, random_state=0)
    taken = [rows[n] for n in numbers]
    labels = np.array([row.example.counterfeit for row in taken])
    return model.fit(table[numbers], labels, sample_weight=row_weights(taken) * len(taken))


def _times(rows: Sequence[Row], features: Floats) -> dict[str, float]:
    """Microseconds for one row, one by one."""
    sample = rows[:300]
    names = sorted({name for row in sample for name in row.observations if not name.startswith("abstain.")})
    linear = Model("x", 0.01, dict.fromkeys(names, 0.1), dict.fromkeys(VIEWS, straight(0, 1)), Thresholds(0.5, 0.5))
    labels = np.arange(len(features)) % 2
    trees = {
        name: HistGradientBoostingClassifier(max_depth=depth, max_iter=300).fit(features[:3_000], labels[:3_000])
        for name, depth in (("additive, binned", 1), ("gradient boosting", None))
    }
    found = {}
    start = time.perf_counter()
    for row in sample:
        evaluate(linear, row.observations, row.view)
    found["linear"] = (time.perf_counter() - start) / len(sample) * 1e6
    for name, model in trees.items():
        start = time.perf_counter()
        for number in range(len(sample)):
            model.predict_proba(features[number : number + 1])
        found[name] = (time.perf_counter() - start) / len(sample) * 1e6
    return found


def _show(rows: Sequence[Row], scores: dict[str, Floats], times: dict[str, float]) -> None:
    written = np.array([row.natural and row.example.source.startswith("written/") for row in rows])
    labels = np.array([row.example.counterfeit for row in rows])[written]
    table = Table("family", "AUC", *(f"found at {rate:.1%}" for rate in RATES), "µs a post", "ratio")
    for name, found in scores.items():
        shares = [tpr_at(found[written], labels, rate) or 0.0 for rate in RATES]
        area = area_under_roc(found[written], labels) or 0.0
        ratio = times[name] / times["linear"]
        table.add_row(name, f"{area:.4f}", *(f"{share:.3f}" for share in shares), f"{times[name]:.1f}", f"{ratio:.1f}")
    Console(width=100).print(table)
    print(f"{int(written.sum())} written posts (synthetic), {int(labels.sum())} counterfeit, writer by writer left out")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
