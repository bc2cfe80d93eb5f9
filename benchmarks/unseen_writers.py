"""How well posts are told apart whose writer the model has never read: each fold by a model fitted without its writers.

    python benchmarks/unseen_writers.py [../shared/data]

Calibration and thresholds are taken from the same scores, as in training, so a writer's own posts have one part in some
thirty in them. Printed for each writer: counterfeit posts, how many are not allowed and held; honest posts, how many go
to people and are held; the same by kind of post, and for landing pages. All of it is synthetic. Takes some minutes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from rich.progress import Progress

from detector.calibrating import Scored, calibrate
from detector.cross_fitting import cross_fitted
from detector.examples import load_examples, one_side_each
from detector.fitting import fit
from detector.labelled import posts_folder, written_examples
from detector.model import Thresholds, VerdictName
from detector.rows import Row, rows_of
from detector.score import default_reader
from detector.thresholds import choose_thresholds
from detector.train import by_links, model_of, probabilities_of
from detector.vocabulary import corpus_of


class Judged(NamedTuple):
    """A row, and what a model makes of it that saw nothing of its group."""

    row: Row
    verdict: VerdictName


def judged(rows: Sequence[Row], tick: Callable[[], None]) -> list[Judged]:
    """Every row of training with the verdict of a model that saw nothing of its group."""
    corpus, everything = corpus_of(rows), np.arange(len(rows))
    raw = cross_fitted(rows, corpus, everything, tick)
    model = model_of(fit(rows, corpus, everything), "unseen")
    model = msgspec.structs.replace(model, views=calibrate(Scored(rows, raw)))
    probabilities, links = probabilities_of(model, rows, raw), by_links(model, rows)
    thresholds, _ = choose_thresholds(rows, probabilities, links)
    tick()
    both = zip(rows, probabilities, links, strict=True)
    return [Judged(row, verdict(row, float(p), float(link), thresholds)) for row, p, link in both]


def verdict(row: Row, probability: float, by_link: float, thresholds: Thresholds) -> VerdictName:
    alone = thresholds.review_link_alone or thresholds.review
    if probability >= thresholds.hold and row.view != "url":
        return "hold"
    least = alone if row.view == "url" else thresholds.review
    return "review" if by_link >= alone or probability >= least else "allow"


def tell(title: str, found: Sequence[Judged], name_of: Callable[[Row], str]) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for row, found_verdict in found:
        for name in (name_of(row), "together"):
            of = counts[name]
            at = 0 if row.example.counterfeit else 3
            of[at] += 1
            of[at + 1] += found_verdict != "allow"
            of[at + 2] += found_verdict == "hold"
    print(f"\n{title:24}{'fake':>6}{'found':>8}{'held':>8}{'honest':>9}{'people':>8}{'held':>8}")
    for name in sorted(counts, key=lambda name: (name == "together", name)):
        fake, not_allowed, held, honest, seen, wrongly = counts[name]
        print(
            f"{name:24}{fake:6}{share(not_allowed, fake):>8}{share(held, fake):>8}"
            f"{honest:9}{share(seen, honest):>8}{share(wrongly, honest):>8}"
        )


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def main(real_data: Path | None) -> None:
    folder = posts_folder()
    if folder is None:
        sys.exit("The written posts are not here: run this in a checkout.")
    examples = one_side_each([*load_examples(None, real_data), *written_examples(folder / "train")])
    learned = [example for example in examples if example.split == "train"]
    with Progress() as progress:
        task = progress.add_task("reading examples", total=len(learned))
        rows = rows_of(learned, default_reader(), lambda: progress.advance(task))
        fits = progress.add_task("fitting", total=7)
        found = judged(rows, lambda: progress.advance(fits))
    written = [one for one in found if one.row.example.source.startswith("written/")]
    posts = [one for one in written if one.row.natural and "text" in one.row.view]
    tell("writer", posts, lambda row: row.example.source)
    tell("kind of post", posts, lambda row: row.example.slice)
    tell("landing pages alone", [one for one in found if one.row.view == "page"], lambda row: row.example.source)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
