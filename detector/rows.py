"""Rows to learn from and to judge by: an example seen through each kind of evidence that it has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from detector.examples import Example
from detector.features import observe
from detector.features.registry import Observations
from detector.link_finder import blank_links, find_links
from detector.links import read_link
from detector.model import view_of
from detector.reading import Evidence, Reader
from detector.wording import WordingReader
from detector.wording_signs import signs_of

Floats = NDArray[np.float64]


class Row(msgspec.Struct, frozen=True):
    """One example seen through one view."""

    example: Example
    view: str
    observations: Observations
    natural: bool
    """The view in which the example came, with nothing hidden."""
    signs: str | None = None
    """The post's text as its wording is looked at; ``None`` where there is no text."""


def rows_of(
    examples: Iterable[Example],
    reader: Reader,
    tick: Callable[[], None] = lambda: None,
    wording: WordingReader | None = None,
) -> list[Row]:
    """Every example in every view that it has evidence for; ``tick`` is called after each example.

    With the wording that a model has learned, its pulls are among the observations.
    """
    rows: list[Row] = []
    for example in examples:
        rows += _views(example, reader, wording)
        tick()
    return rows


def _views(example: Example, reader: Reader, wording: WordingReader | None) -> list[Row]:
    link = None if example.url is None else read_link(example.url)
    words = blank_links(example.text, find_links(example.text)) if example.text else ""
    text = reader.text(words) if words.strip() else None
    page = None if example.page is None else reader.page(example.page)
    pull = None if wording is None or text is None else wording.pull(text.read, text.classed)
    full = reader.evidence(link, text, page, example.n_links, pull)
    signs = None if text is None else signs_of(text.read, text.classed)
    rows = [Row(example, view_of(full), observe(full), natural=True, signs=signs)]
    talk = example.slice in {"question", "warning"}
    for hidden in _masks(full):
        view = view_of(hidden)
        # What a bare link leads to is not told by the label of a text that warns of it.
        if view != "none" and view != rows[0].view and not (talk and hidden.text is None):
            seen = None if hidden.text is None else signs
            rows.append(Row(example, view, observe(hidden), natural=False, signs=seen))
    return rows


def _masks(full: Evidence) -> list[Evidence]:
    """The same evidence with parts hidden."""
    masks = []
    for keep_link, keep_text, keep_page in np.ndindex(2, 2, 2):
        masks.append(
            msgspec.structs.replace(
                full,
                link=full.link if keep_link else None,
                host_brand=full.host_brand if keep_link else None,
                named_site=full.named_site if keep_link else None,
                own_site=full.own_site and bool(keep_link),
                text=full.text if keep_text else None,
                wording=full.wording if keep_text else None,
                page=full.page if keep_page else None,
                page_text=full.page_text if keep_page else None,
            )
        )
    views = {view_of(m): m for m in masks}
    return list(views.values())


def row_weights(rows: Sequence[Row]) -> Floats:
    """Both classes of a view weigh the same; within a class, a source weighs the square root of its size.

    A view weighs the square root of its rows, so that seventy pages do not outvote ten thousand texts. They sum to 1
    where each view has both classes.
    """
    sizes = Counter((r.view, r.example.counterfeit, r.example.source) for r in rows)
    totals: dict[tuple[str, bool], float] = defaultdict(float)
    for (view, label, _), size in sizes.items():
        totals[view, label] += size**0.5
    views = Counter(r.view for r in rows)
    whole = sum(size**0.5 for size in views.values())
    return np.array(
        [
            (sizes[r.view, r.example.counterfeit, r.example.source] ** -0.5 / totals[r.view, r.example.counterfeit])
            * (views[r.view] ** 0.5 / whole / 2)
            * r.example.weight
            for r in rows
        ]
    )
