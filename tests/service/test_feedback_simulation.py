"""A platform simulated from its truth: what a model learns from the decisions that another model asked for.

The record keeps texts and no pages, but the model in use saw both: whether people looked depends on a page that who
learns cannot see. Learned as they come, the decisions teach how that model chooses; weighted, they teach what is true.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from service.propensity import CLIP, Seen, estimate, weight_of

SEEDS = range(5)
TARGETS = 40_000
SAMPLED = 0.01
"""Share of what the model allows that is drawn for people all the same."""
LOOKED = {"hold": 0.95, "review": 0.15}


class Platform(NamedTuple):
    """Targets, their truth, and what the model in use said of them."""

    texts: NDArray[np.float64]
    """Two signs in the text, 0 or 1."""
    counterfeit: NDArray[np.bool_]
    seen: dict[str, Seen]
    looked_at: NDArray[np.bool_]


def platform(seed: int) -> Platform:
    draw = np.random.default_rng(seed)
    fake = draw.random(TARGETS) < 0.05
    claim = draw.random(TARGETS) < np.where(fake, 0.6, 0.05)
    contact = draw.random(TARGETS) < np.where(fake, 0.5, 0.10)
    page = draw.random(TARGETS) < np.where(fake, 0.8, 0.02)
    said = np.array(["allow", "review", "hold"])[claim.astype(int) + page.astype(int)]
    scores = {"allow": 0.01, "review": 0.1, "hold": 0.9}
    seen = {str(n): Seen(verdict, scores[verdict]) for n, verdict in enumerate(said.tolist())}
    chance = np.array([LOOKED.get(s.verdict, SAMPLED) for s in seen.values()])
    return Platform(np.column_stack([claim, contact]).astype(float), fake, seen, draw.random(TARGETS) < chance)


def weights(world: Platform) -> NDArray[np.float64]:
    """As the record's reader makes them: shares of flagged targets are estimated, of drawn ones known."""
    decided = {name for name, looked in zip(world.seen, world.looked_at, strict=True) if looked}
    shares = estimate(world.seen, decided)
    return np.array([weight_of(SAMPLED if s.verdict == "allow" else shares.of(s)) for s in world.seen.values()])


def fit(world: Platform, rows: NDArray[np.bool_], weight: NDArray[np.float64] | None = None) -> LogisticRegression:
    return LogisticRegression(C=1e6).fit(
        world.texts[rows], world.counterfeit[rows], sample_weight=None if weight is None else weight[rows]
    )


def loss(model: LogisticRegression, world: Platform) -> float:
    """On everybody, looked at or not."""
    return float(log_loss(world.counterfeit, model.predict_proba(world.texts)[:, 1]))


@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_decisions_teach_the_truth_and_naive_ones_how_the_model_chooses(seed):
    world, other = platform(seed), platform(seed + 100)
    everybody = np.ones(TARGETS, dtype=bool)
    truth = fit(world, everybody)
    naive, weighted = fit(world, world.looked_at), fit(world, world.looked_at, weights(world))
    assert loss(weighted, other) - loss(truth, other) < 0.003
    assert loss(naive, other) - loss(truth, other) > 0.08, "the simulation must have something to correct"
    off = {name: abs(model.coef_[0, 0] - truth.coef_[0, 0]) for name, model in (("n", naive), ("w", weighted))}
    assert off["n"] > 1.5 * off["w"], (
        "the sign that the model chooses by gets its true weight only where it is weighted"
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_share_of_counterfeit_is_recovered(seed):
    world = platform(seed)
    weight = weights(world)[world.looked_at]
    labels = world.counterfeit[world.looked_at]
    assert labels.mean() > 3 * world.counterfeit.mean(), "people see mostly what is flagged"
    assert np.average(labels, weights=weight) == pytest.approx(world.counterfeit.mean(), abs=0.015)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_any_drawn_at_random_weights_cannot_say_what_nobody_looked_at(seed):
    """Why there is `DAJIA_AUDIT_SHARE`: of what is allowed, nothing is known that was not drawn."""
    world = platform(seed)
    flagged = np.array([s.verdict != "allow" for s in world.seen.values()])
    blind = world._replace(looked_at=world.looked_at & flagged)
    assert loss(fit(blind, blind.looked_at, weights(blind)), world) > 0.3 + loss(fit(world, flagged | True), world)


def test_no_weight_of_the_simulation_is_beyond_the_clip():
    found = weights(platform(0))
    assert found.min() >= 1
    assert found.max() <= CLIP
