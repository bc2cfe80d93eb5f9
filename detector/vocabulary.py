"""Stretches of text to learn from: which there are, how rare each is, and which stand in which text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import CountVectorizer

from detector.rows import Row
from detector.wording import passages_of, stretches_of

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

FEWEST_TEXTS = 3
"""A stretch that stands in fewer texts has nothing to tell about others."""


class Corpus(NamedTuple):
    """Texts and stretches, counted once for all fits."""

    stretches: Sequence[str]
    present: csr_matrix
    """Texts × stretches, 1 where a text has the stretch."""
    text_of_row: Integers
    """Number of the text that each row shows; one past the last text for a row without text."""
    passages: csr_matrix
    """The same for the passages of long texts."""
    text_of_passage: Integers


def corpus_of(rows: Sequence[Row]) -> Corpus:
    """Every stretch that stands in enough texts of these rows."""
    number: dict[str, int] = {}
    of_row = [-1 if row.signs is None else number.setdefault(row.signs, len(number)) for row in rows]
    if not number:
        nothing = csr_matrix((0, 0))
        return Corpus((), nothing, np.zeros(len(rows), dtype=np.intp), nothing, np.zeros(0, dtype=np.intp))
    count = CountVectorizer(analyzer=stretches_of, min_df=min(FEWEST_TEXTS, len(number)), binary=True, dtype=np.float64)
    present = count.fit_transform(number)
    places = np.array(of_row, dtype=np.intp)
    places[places < 0] = len(number)
    parts = [(n, passage) for signs, n in number.items() for passage in passages_of(signs)]
    passages = count.transform(passage for _, passage in parts) if parts else csr_matrix((0, present.shape[1]))
    owners = np.array([n for n, _ in parts], dtype=np.intp)
    return Corpus(count.get_feature_names_out().tolist(), csr_matrix(present), places, csr_matrix(passages), owners)


def among(corpus: Corpus, rows: Integers) -> Integers:
    """Numbers of the stretches that stand in enough texts of some of the rows."""
    counts = texts_with(corpus, rows)
    return np.flatnonzero(counts >= FEWEST_TEXTS)


def texts_with(corpus: Corpus, rows: Integers) -> Floats:
    """In how many texts of these rows each stretch stands."""
    return np.asarray(corpus.present[texts_of(corpus, rows)].sum(axis=0)).ravel()


def texts_of(corpus: Corpus, rows: Iterable[int]) -> Integers:
    """The texts that these rows show, each once."""
    texts = np.unique(corpus.text_of_row[list(rows)])
    return np.asarray(texts[texts < corpus.present.shape[0]])


def rarities_of(corpus: Corpus, rows: Integers, chosen: Integers) -> Floats:
    """Inverse document frequency, smoothed as if one more text held every stretch."""
    n = len(texts_of(corpus, rows))
    return np.asarray(np.log((1.0 + n) / (1.0 + texts_with(corpus, rows)[chosen])) + 1.0)


def weighed(corpus: Corpus, rows: Integers, chosen: Integers, rarities: Floats) -> csr_matrix:
    """Rows × chosen stretches: rarities, each text brought to length one; a row without text is empty."""
    unit = _brought_to_one(corpus.present[:, chosen], rarities)
    # One empty text more, for rows without any.
    padded = csr_matrix(
        (unit.data, unit.indices, np.append(unit.indptr, unit.indptr[-1])), (unit.shape[0] + 1, unit.shape[1])
    )
    return csr_matrix(padded[corpus.text_of_row[rows]])


def pulls(corpus: Corpus, rows: Integers, chosen: Integers, rarities: Floats, weights: Floats) -> Floats:
    """The pull of each row's text, or of the passage that pulls more; 0 for a row without text."""
    strongest = _brought_to_one(corpus.present[:, chosen], rarities) @ weights
    of_passages = _brought_to_one(corpus.passages[:, chosen], rarities) @ weights
    np.maximum.at(strongest, corpus.text_of_passage, of_passages)
    return np.asarray(np.append(strongest, 0.0)[corpus.text_of_row[rows]])


def _brought_to_one(present: csr_matrix, rarities: Floats) -> csr_matrix:
    """Texts × stretches: rarities, each text brought to length one."""
    texts = present @ diags(rarities)
    lengths = np.sqrt(np.asarray(texts.multiply(texts).sum(axis=1)).ravel())
    return csr_matrix(diags(1.0 / np.maximum(lengths, 1e-12)) @ texts)
