"""The model's card: what it was made from, what it is good for, and how it did on rows that it had not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec

from detector.evaluate import Report
from detector.evaluation.scores import scores_of
from detector.model import Model
from detector.reference import BANDS, Looks, Reference
from detector.rows import Row

SOURCES = {
    "samples": "data/samples: synthetic posts written by this project (Apache-2.0)",
    "written": "data/posts/train: synthetic posts, one source a writer, written for this project (Apache-2.0)",
    "hosts": "Watchlist Internet mirror, Verbraucherzentrale lists, aliexpress-fake-sites (no licence stated), "
    "jarelllama 2023 (GPL-3: used to judge only), Tranco/CrUX (BSD-3), UT1 shopping (CC BY-SA 4.0)",
    "comments": "JustinTulloss/caffeinated-simpleton blog comments, 2008 to 2012 (no licence stated)",
    "replica_listings": "PandaBuyProductViewer (no licence stated), PandaBuyItems (GPL-3)",
    "luxury_products": "NerdyWorld/FashionAPI (no licence stated)",
    "small_shops": "JSON-List-of-5000-Shopify-Stores (no licence stated)",
    "reviews_zh": "ChineseNlpCorpus online_shopping_10_cats (no licence stated)",
    "weibo_zh": "NLP_BISHE (no licence stated)",
    "sms_zh": "FBS_SMS_Dataset, CCS 2020 (no licence stated)",
    "product_pages": "product-extraction-benchmark (MIT)",
    "brand_sites": "enine-hack/upm (no licence stated)",
    "ledger": "posts of the platform's own record whose targets people have decided",
}
FAMILY = "linear over named features (sign-constrained) and stretches of text, calibrated for each kind of evidence"
LIMITS = [
    "Chinese offers of copies are learned from synthetic text: how sellers really write may differ.",
    "Landing pages of counterfeit shops are synthetic too; real ones were not at hand.",
    "The labels of blog comments come from rules; some comments labelled honest are advertisements of copies.",
    "Probabilities hold at the prevalence given here; a platform sets its own with DAJIA_PREVALENCE.",
    "A link alone is close to the base rate unless its host names a brand that does not own it.",
]


def make_card(
    model: Model, rows: Sequence[Row], how: dict[str, Any], report: Report, reference: Reference
) -> dict[str, Any]:
    """Everything that a reader of the model needs, as plain data."""
    natural = [r.example for r in rows if r.natural]
    counts = Counter((e.source, e.split, "counterfeit" if e.counterfeit else "honest") for e in natural)
    return {
        "version": model.version,
        "made_on": f"{datetime.now(UTC):%Y-%m-%d}",
        "family": FAMILY,
        "prevalence": model.prevalence,
        "thresholds": msgspec.to_builtins(model.thresholds) | {"chosen_by": how},
        "sources": {name: SOURCES[name.partition("/")[0]] for name in sorted({e.source for e in natural})},
        "examples": {f"{source}/{split}/{label}": n for (source, split, label), n in sorted(counts.items())},
        "test": msgspec.to_builtins(report),
        "reference": msgspec.to_builtins(reference),
        "limits": LIMITS,
    }


def reference_of(model: Model, rows: Sequence[Row]) -> Reference:
    """How judged posts look to the model: those that have a text, in the view in which they came."""
    posts = [row for row in rows if row.natural and row.signs is not None]
    honest, counterfeit = ([r for r in posts if r.example.counterfeit is label] for label in (False, True))
    return Reference(model.prevalence, _looks(model, honest), _looks(model, counterfeit))


def _looks(model: Model, rows: Sequence[Row]) -> Looks:
    scores = scores_of(model, rows)
    above = [*(int((scores >= edge).sum()) for edge in BANDS), 0]
    shown = Counter(name for row in rows for name in row.observations)
    return Looks(len(rows), tuple(one - next_ for one, next_ in pairwise(above)), dict(sorted(shown.items())))
