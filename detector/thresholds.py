"""Thresholds that keep a promise to honest people, with an upper confidence bound on how often it is broken.

Scores must be of models that did not learn from the rows. Posts that this project wrote stand beside real ones with a
limit of their own: they are written to be hard, and there are few of each kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from detector.model import Thresholds
from detector.rows import Row

Floats = NDArray[np.float64]

FALSE_HOLD_LIMIT = 0.001
"""Highest share of real honest posts that may be held; the upper 95 % confidence bound stays under it."""
FALSE_HOLD_LIMIT_OF_A_SLICE = 0.005
"""The same for every slice of real posts, as a share that was counted: most are too small for a bound so low."""
FALSE_HOLD_LIMIT_OF_WRITTEN = 0.003
"""The same for posts that were written to be hard, with its upper bound."""
REVIEW_SHARE = 0.01
"""Share of real honest posts, and of links alone, that the moderators' capacity allows to be looked at."""
REVIEW_SHARE_OF_WRITTEN = 0.03
"""The same for posts that were written to be hard: the feed holds few of that kind."""
DOUBTFUL = frozenset({"other_link_comment"})
"""Honest by rules that a spot check found wrong in 2 of 50: such labels cannot show a rate of one in a thousand."""
SMALLEST_SLICE = 200
"""A slice with fewer posts can't show a share of one in two hundred."""


class _Group(NamedTuple):
    name: str
    probabilities: Floats
    """The highest first."""
    seen: Floats
    """The same, with 1 for those that their links send to people, whatever their words."""


def choose_thresholds(
    rows: Sequence[Row], probabilities: Floats, by_link: Floats | None = None
) -> tuple[Thresholds, dict[str, Any]]:
    """The lowest thresholds that keep every limit, and how they came about, for the card.

    ``by_link`` is what each row's link is worth alone, beside its text; 0 where that does not matter.
    """
    links = np.zeros(len(rows)) if by_link is None else by_link
    honest = [(r, float(p), float(b)) for r, p, b in zip(rows, probabilities, links, strict=True) if _counts(r)]
    alone = _group("links alone", [p for r, p, _ in honest if "text" not in r.view])
    least = _review_of(alone, REVIEW_SHARE) if len(alone.probabilities) else 1.0
    with_text = [(r, p) for r, p, _ in honest if "text" in r.view]
    seen = [(r, 1.0 if b >= least else p) for r, p, b in honest if "text" in r.view]
    real, written = (
        _group(name, _probabilities(with_text, synthetic), _probabilities(seen, synthetic))
        for name, synthetic in (("real", False), ("written", True))
    )
    hold = max(
        _hold_of(real, FALSE_HOLD_LIMIT), _hold_of(written, FALSE_HOLD_LIMIT_OF_WRITTEN), _hold_of_slices(with_text)
    )
    review = min(hold, max(_review_of(real, REVIEW_SHARE), _review_of(written, REVIEW_SHARE_OF_WRITTEN)))
    of_links = min(hold, _review_of(alone, REVIEW_SHARE)) if len(alone.probabilities) else review
    how = {
        "left_out_as_doubtful": sorted(DOUBTFUL),
        "real_honest_posts": _told(real, hold, review, FALSE_HOLD_LIMIT),
        "written_honest_posts": _told(written, hold, review, FALSE_HOLD_LIMIT_OF_WRITTEN),
        "honest_links_alone": len(alone.probabilities),
        "false_hold_limit_of_a_slice": FALSE_HOLD_LIMIT_OF_A_SLICE,
        "review_share_of_real_posts": REVIEW_SHARE,
        "review_share_of_written_posts": REVIEW_SHARE_OF_WRITTEN,
    }
    return Thresholds(round(review, 6), round(hold, 6), round(of_links, 6)), how


def _counts(row: Row) -> bool:
    return row.natural and not row.example.counterfeit and row.example.slice not in DOUBTFUL


def _probabilities(honest: Sequence[tuple[Row, float]], synthetic: bool) -> list[float]:
    return [p for r, p in honest if r.example.synthetic is synthetic]


def _group(name: str, probabilities: Sequence[float], seen: Sequence[float] | None = None) -> _Group:
    return _Group(name, _falling(probabilities), _falling(probabilities if seen is None else seen))


def _falling(probabilities: Sequence[float]) -> Floats:
    return np.sort(np.array(probabilities))[::-1]


def _hold_of(group: _Group, limit: float) -> float:
    """Just above the first honest post that would be one too many."""
    return _just_above(group.probabilities, allowed(len(group.probabilities), limit))


def _hold_of_slices(honest: Sequence[tuple[Row, float]]) -> float:
    """The highest that a slice of real posts asks for."""
    slices: dict[tuple[str, str], list[float]] = {}
    for row, probability in honest:
        if not row.example.synthetic:
            slices.setdefault((row.example.source, row.example.slice), []).append(probability)
    large = [_group(name, found) for (name, _), found in slices.items() if len(found) >= SMALLEST_SLICE]
    return max((_review_of(group, FALSE_HOLD_LIMIT_OF_A_SLICE) for group in large), default=0.0)


def _review_of(group: _Group, share: float) -> float:
    return _just_above(group.seen, int(len(group.seen) * share))


def _just_above(probabilities: Floats, events: int) -> float:
    """The lowest threshold that no more than so many of these reach; 1e-6 where there is nobody."""
    if not len(probabilities):
        return 1e-6
    return min(0.999999, float(probabilities[min(events, len(probabilities) - 1)]) + 1e-6)


def allowed(trials: int, limit: float) -> int:
    """How many of so many honest posts may be held while the upper bound stays under the limit; 0 at least."""
    events = 0
    while events + 1 < trials and upper_bound(events + 1, trials) <= limit:
        events += 1
    return events


def upper_bound(events: int, trials: int, confidence: float = 0.95) -> float:
    """One-sided upper confidence bound of a binomial rate (Clopper and Pearson, 1934)."""
    return 1.0 if events >= trials else float(beta.ppf(confidence, events + 1, trials - events))


def _told(group: _Group, hold: float, review: float, limit: float) -> dict[str, Any]:
    n = len(group.probabilities)
    held = int((group.probabilities >= hold).sum())
    return {
        "posts": n,
        "held": held,
        "held_upper_95": round(upper_bound(held, n), 6),
        "limit": limit,
        "reviewed": int((group.seen >= review).sum()) - held,
    }
