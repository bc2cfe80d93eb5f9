"""Other tools on the same posts, in the same run: fraudurl, and character TF-IDF with logistic regression."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from detector.evaluation.curves import Booleans, Floats, area_under_roc, tpr_at
from detector.examples import Example, post_of
from detector.score import Detector, highest

Reads = Literal["link", "text", "link and text"]
FEWEST = 20
"""A set with fewer posts of a class is left out."""
TIMED = 100
"""Posts that are timed one by one."""
FRAUDURL_MISSING = "fraudurl is not installed, so it was not run: `pip install 'dajia[peers]'`."


class Peer(NamedTuple):
    """Something that gives posts a score; higher is more likely counterfeit."""

    name: str
    reads: Reads
    score: Callable[[Sequence[Example]], Floats]


class PeerReport(msgspec.Struct, frozen=True):
    """One tool on one set of posts."""

    posts: str
    """Which set."""
    name: str
    reads: Reads
    counterfeit: int
    honest: int
    auc: float | None
    tpr_at_tenth_percent: float | None
    tpr_at_one_percent: float | None
    microseconds: float
    """Median time of a post, one by one, of at most a hundred posts, everything included that the tool does."""


def judge_peers(
    detector: Detector, learned: Sequence[Example], judged: Sequence[Example]
) -> tuple[tuple[PeerReport, ...], tuple[str, ...]]:
    """Reports of this detector and its peers on the same posts, and notes on what could not be run.

    Parameters
    ----------
    learned
        What the peers that learn are trained on: the training rows of the detector.
    """
    fraudurl = _fraudurl()
    peers = [_detector(detector), *_trained(learned), *([] if fraudurl is None else [fraudurl])]
    reports = tuple(
        _report(name, peer, group) for name, group in _sets(judged) for peer in peers if _can_read(peer, group)
    )
    return reports, () if fraudurl else (FRAUDURL_MISSING,)


def _sets(examples: Sequence[Example]) -> list[tuple[str, list[Example]]]:
    """Posts by what they have, and those that were written for this project by themselves."""
    written = [e for e in examples if e.source.startswith("written/")]
    sets = {
        "link alone": [e for e in examples if e.url and not e.text],
        "text alone": [e for e in examples if e.text and not e.url],
        "link and text": [e for e in examples if e.url and e.text],
        "written posts": written,
        "written posts with a link": [e for e in written if e.url],
    }
    return [(name, group) for name, group in sets.items() if _rarer(group) >= FEWEST]


def _rarer(examples: Sequence[Example]) -> int:
    counterfeit = sum(e.counterfeit for e in examples)
    return min(counterfeit, len(examples) - counterfeit)


def _can_read(peer: Peer, examples: Sequence[Example]) -> bool:
    """A tool is not judged on what it does not read."""
    if peer.reads == "link and text":
        return True
    return all(e.url if peer.reads == "link" else e.text for e in examples)


def _report(posts: str, peer: Peer, examples: Sequence[Example]) -> PeerReport:
    labels: Booleans = np.array([e.counterfeit for e in examples], dtype=np.bool_)
    scores = peer.score(examples)
    return PeerReport(
        posts=posts,
        name=peer.name,
        reads=peer.reads,
        counterfeit=int(labels.sum()),
        honest=int((~labels).sum()),
        auc=area_under_roc(scores, labels),
        tpr_at_tenth_percent=tpr_at(scores, labels, 0.001),
        tpr_at_one_percent=tpr_at(scores, labels, 0.01),
        microseconds=round(statistics.median(_time(peer, e) for e in examples[:: len(examples) // TIMED + 1]), 1),
    )


def _time(peer: Peer, example: Example) -> float:
    start = time.perf_counter()
    peer.score([example])
    return (time.perf_counter() - start) * 1e6


def _detector(detector: Detector) -> Peer:
    def score(examples: Sequence[Example]) -> Floats:
        return np.array([highest(detector.score(post_of(e))) for e in examples], dtype=np.float64)

    return Peer("dajia", "link and text", score)


def _link(example: Example) -> str:
    return example.url or ""


def _text(example: Example) -> str:
    return example.text or ""


def _trained(learned: Sequence[Example]) -> list[Peer]:
    """Character 3- to 5-grams and logistic regression, as anybody would begin: on the link, the text, and both."""
    plans: list[tuple[str, Reads, list[Callable[[Example], str]]]] = [
        ("TF-IDF + LR, link", "link", [_link]),
        ("TF-IDF + LR, text", "text", [_text]),
        ("TF-IDF + LR, both", "link and text", [_link, _text]),
    ]
    peers = []
    for name, reads, parts in plans:
        rows = [e for e in learned if any(part(e) for part in parts)]
        if _rarer(rows) >= FEWEST:
            peers.append(Peer(name, reads, _fit(rows, parts)))
    return peers


def _fit(rows: Sequence[Example], parts: Sequence[Callable[[Example], str]]) -> Callable[[Sequence[Example]], Floats]:
    vectorizers = [TfidfVectorizer(analyzer="char", ngram_range=(3, 5), min_df=2, max_features=200_000) for _ in parts]
    columns = [v.fit_transform([part(e) for e in rows]) for v, part in zip(vectorizers, parts, strict=True)]
    regression = LogisticRegression(C=10.0, class_weight="balanced", max_iter=500)
    regression.fit(hstack(columns).tocsr(), [e.counterfeit for e in rows])

    def score(examples: Sequence[Example]) -> Floats:
        found = [v.transform([part(e) for e in examples]) for v, part in zip(vectorizers, parts, strict=True)]
        return np.asarray(regression.predict_proba(hstack(found).tocsr())[:, 1])

    return score


def _fraudurl() -> Peer | None:
    """The model of fraudurl, for addresses alone, which asks nobody; ``None`` where it is not installed.

    It was made to find phishing, so this is not what it is best at. It reads a link and nothing else.
    """
    try:
        import fraudurl  # noqa: PLC0415 - it is no dependency: only who wants the comparison has it
        from fraudurl.lexical import extract  # noqa: PLC0415
        from fraudurl.model import Model  # noqa: PLC0415
    except ImportError:
        return None
    model = Model(str(Path(str(fraudurl.__file__)).parent / "data" / "model_safe.json"))

    def score(examples: Sequence[Example]) -> Floats:
        return np.array([_fraud_probability(model, extract(_link(e))) for e in examples], dtype=np.float64)

    return Peer("fraudurl", "link", score)


def _fraud_probability(model: Any, features: dict[str, float]) -> float:
    return 0.5 if features.get("parse_error") else float(model.predict(features, want_reasons=False)[1])
