"""Two models on the targets that people decided, by what each said before anybody had looked. Reading alone."""

from __future__ import annotations

from collections.abc import Sequence

from detector.decided_posts import JudgedTarget
from service.decided import DecidedTarget
from service.labels import Decided
from service.ports import Store
from service.propensity import weight_of
from service.records import ChallengerScore
from service.screen import GRAVITY

Versions = tuple[str, str]
"""Of the model in use and of the challenger."""


def recorded_judgements(store: Store, decided: Decided) -> dict[Versions, list[JudgedTarget]]:
    """Decided targets by the versions of the two models that scored them in the service, targets in order of name.

    Only scores from before the first decision on a target count: later ones may come from a model that has learned it.
    """
    found: dict[Versions, list[JudgedTarget]] = {}
    for target in sorted(decided.targets.values(), key=lambda t: t.target):
        with store.begin(write=False) as work:
            scores = [s for s in work.challenger_scores(target.target) if s.recorded_at <= target.first_at]
        for versions, of_two in _by_versions(scores).items():
            found.setdefault(versions, []).append(_judged(target, decided, of_two))
    return dict(sorted(found.items()))


def _by_versions(scores: Sequence[ChallengerScore]) -> dict[Versions, list[ChallengerScore]]:
    groups: dict[Versions, list[ChallengerScore]] = {}
    for score in scores:
        groups.setdefault((score.champion_version, score.challenger_version), []).append(score)
    return groups


def _judged(target: DecidedTarget, decided: Decided, scores: Sequence[ChallengerScore]) -> JudgedTarget:
    return JudgedTarget(
        target=target.target,
        counterfeit=target.counterfeit,
        weight=weight_of(decided.look(target)[1]),
        champion=max((s.champion_verdict for s in scores), key=GRAVITY.__getitem__),
        challenger=max((s.challenger_verdict for s in scores), key=GRAVITY.__getitem__),
    )
