"""Reading the record for what it can teach: posts of targets that people decided, each with its weight.

Two passes. The first goes through all posts once, for what the model had said of each target before anybody decided it;
memory grows with the targets that it held or doubted, not with the posts. The second takes the decided targets one by
one, so that a caller who stops early has read no more than it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from detector.decided_posts import DecidedPost, Look
from enforcement.history import fold
from service.audit import TARGET_SAMPLED
from service.decided import (
    ACTION_REVERSED,
    TARGET_DECIDED,
    TARGET_LIFTED,
    DecidedTarget,
    Overturned,
    accounts_with_overturned,
    fold_decisions,
    fold_samples,
    overturned_links,
)
from service.ports import Store
from service.propensity import Propensities, Seen, estimate, weight_of
from service.records import RecordedLinks, StoredLink, StoredPost
from service.screen import GRAVITY

FIRST_POSTS = 100
"""Posts of a target that are read, the oldest: near-copies of them teach nothing new."""


class Decided(msgspec.Struct, frozen=True):
    """What people decided, and how likely it was that they looked."""

    targets: dict[str, DecidedTarget]
    seen: dict[str, Seen]
    """What the model had said of each flagged or decided target before its first decision."""
    samples: dict[str, float]
    """Targets drawn at random, with the share that was drawn then."""
    propensities: Propensities
    overturned: dict[tuple[str, str], datetime]
    """By post and target: when a person showed that link again."""

    @property
    def samples_decided(self) -> float:
        """The share of drawn targets that people came to, 0 to 1."""
        return sum(name in self.targets for name in self.samples) / max(1, len(self.samples))

    def look(self, target: DecidedTarget) -> tuple[Look, float]:
        """Why people looked at a target, and how probable that was."""
        seen = self.seen.get(target.target)
        if target.first_basis == "rights_holder" or seen is None:
            return "reported", 1.0
        if seen.verdict == "allow":
            share = self.samples.get(target.target)
            return ("reported", 1.0) if share is None else ("sampled", share * self.samples_decided)
        return "held" if seen.verdict == "hold" else "reviewed", self.propensities.of(seen)


class TargetPosts(msgspec.Struct, frozen=True):
    """Posts of one decided target that can be learned from."""

    target: DecidedTarget
    posts: tuple[DecidedPost, ...]
    left_out: int
    """Posts that say nothing for sure: those that ask or warn of a counterfeit target, and those whose other links are
    not cleared while this one is."""


def read_decided(store: Store) -> Decided:
    """First pass: decisions, and what the model had said before them."""
    targets = fold_decisions(store.entries_of((TARGET_DECIDED, TARGET_LIFTED)))
    samples = fold_samples(store.entries_of((TARGET_SAMPLED,)))
    seen = gravest_before(store.recorded_links(), {t.target: t.first_at for t in targets.values()})
    by_queue = {name for name, t in targets.items() if t.first_basis == "human"}
    return Decided(targets, seen, samples, estimate(seen, by_queue), _overturned(store))


def gravest_before(posts: Iterable[RecordedLinks], first_decisions: Mapping[str, datetime]) -> dict[str, Seen]:
    """The gravest verdict and highest probability of each target among posts up to its first decision.

    Targets that were only ever allowed and never decided are left out: they are most of all there is.
    """
    found: dict[str, Seen] = {}
    for post in posts:
        for link in post.links:
            decided_at = first_decisions.get(link.target)
            too_late = decided_at is not None and post.recorded_at > decided_at
            # `block` is people's word, not the model's.
            if not too_late and link.verdict != "block" and (link.verdict != "allow" or decided_at is not None):
                found[link.target] = _graver(found.get(link.target), link)
    return found


def _graver(known: Seen | None, link: StoredLink) -> Seen:
    if known is None:
        return Seen(link.verdict, link.counterfeit_probability)
    return Seen(
        max(known.verdict, link.verdict, key=GRAVITY.__getitem__),
        max(known.counterfeit_probability, link.counterfeit_probability),
    )


def _overturned(store: Store) -> dict[tuple[str, str], datetime]:
    found: list[Overturned] = []
    for account_id in accounts_with_overturned(store.entries_of((ACTION_REVERSED,))):
        with store.begin(write=False) as work:
            found += overturned_links(fold(account_id, work.entries(f"account:{account_id}")))
    return {(o.post_id, o.target): o.at for o in found}


def read_posts(store: Store, decided: Decided) -> Iterator[TargetPosts]:
    """Second pass: the posts of each decided target, latest decision first, so that a cap keeps what is new."""
    newest_first = sorted(decided.targets.values(), key=lambda t: t.target)
    newest_first.sort(key=lambda t: t.decided_at, reverse=True)
    for target in newest_first:
        with store.begin(write=False) as work:
            stored = [post for _, post in work.posts_of_target(target.target, after=0, limit=FIRST_POSTS)]
        look, propensity = decided.look(target)
        posts = [p for p in (_decided_post(p, target, decided, look, propensity) for p in stored) if p is not None]
        yield TargetPosts(target, tuple(posts), len(stored) - len(posts))


def _decided_post(
    post: StoredPost, target: DecidedTarget, decided: Decided, look: Look, propensity: float
) -> DecidedPost | None:
    shown_again = decided.overturned.get((post.post_id, target.target))
    has_later_word = shown_again is not None and shown_again > target.decided_at
    counterfeit = target.counterfeit and not has_later_word
    others = {link.target for link in post.links} - {target.target}
    is_sure = not post.mention if counterfeit else all(_is_cleared(name, decided) for name in others)
    if not is_sure:
        return None
    return DecidedPost(
        target=target.target,
        counterfeit=counterfeit,
        decided_at=shown_again if shown_again is not None and has_later_word else target.decided_at,
        look=look,
        weight=weight_of(propensity),
        post_id=post.post_id,
        account_id=post.account_id,
        posted_at=post.posted_at,
        text=post.text,
        url=next(link.url for link in post.links if link.target == target.target),
        links=tuple(dict.fromkeys(link.url for link in post.links)),
        n_links=len(others) + 1,
    )


def _is_cleared(name: str, decided: Decided) -> bool:
    other = decided.targets.get(name)
    return other is not None and not other.counterfeit
