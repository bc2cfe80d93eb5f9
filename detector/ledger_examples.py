"""Decided posts of a platform's record as examples: without copies, within caps, no target on two sides of a split.

One seller posts one text a hundred times, and one target has a thousand posts: what is kept is a few texts of each
target and of each account that are not nearly the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from detector.decided_posts import DecidedPost
from detector.examples import Example, Split, split_of
from detector.near_duplicates import NearDuplicates

SOURCE = "ledger"
MOST_OF_TARGET = 5
MOST_OF_ACCOUNT = 20


class LedgerExamples(msgspec.Struct, frozen=True):
    """Examples with the posts that they came from, in the same order, and what was left out."""

    examples: tuple[Example, ...]
    posts: tuple[DecidedPost, ...]
    copies: int
    """Posts that are nearly another of the same target, or stand there under another target already."""
    beyond_caps: int
    targets: int
    """How many targets have an example."""


def ledger_examples(targets: Iterable[Sequence[DecidedPost]]) -> LedgerExamples:
    """Examples of the posts of each target; earlier targets come first where a cap is reached."""
    keeper = _Keeper()
    for posts in targets:
        keeper.take(posts)
    return LedgerExamples(
        examples=tuple(example_of(post, group) for post, group in zip(keeper.kept, _groups(keeper.kept), strict=True)),
        posts=tuple(keeper.kept),
        copies=keeper.copies,
        beyond_caps=keeper.beyond_caps,
        targets=len({post.target for post in keeper.kept}),
    )


class _Keeper:
    """What was kept so far."""

    def __init__(self) -> None:
        self.kept: list[DecidedPost] = []
        self.copies = 0
        self.beyond_caps = 0
        self._of_account: Counter[str] = Counter()
        self._names: set[str] = set()

    def take(self, posts: Sequence[DecidedPost]) -> None:
        near, said = NearDuplicates(), set[str]()
        for number, post in enumerate(posts):
            text = post.text.strip()
            if post.post_id in self._names or text in said or near.most_similar(text) is not None:
                self.copies += 1
            elif len(said) >= MOST_OF_TARGET or self._of_account[post.account_id] >= MOST_OF_ACCOUNT:
                self.beyond_caps += 1
            else:
                near.add_all([(number, text)])
                said.add(text)
                self._of_account[post.account_id] += 1
                self._names.add(post.post_id)
                self.kept.append(post)


def example_of(post: DecidedPost, group: str) -> Example:
    """A decided post as an example."""
    return Example(
        counterfeit=post.counterfeit,
        source=SOURCE,
        slice=f"{'confirmed' if post.counterfeit else 'cleared'}_{post.look}",
        group=group,
        split=side_of(group),
        text=post.text if post.text.strip() else None,
        url=post.url,
        n_links=post.n_links,
        links=post.links,
        name=post.post_id,
        weight=post.weight,
    )


def side_of(group: str) -> Split:
    """A fifth is kept apart to judge by, the rest is for the weights.

    None is for calibration: thresholds and probabilities are promises about all posts; these were chosen by a model.
    """
    return "test" if split_of(group) == "test" else "train"


def _groups(posts: Sequence[DecidedPost]) -> list[str]:
    """The target of each post; of targets that share nearly the same text, the first by name."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    near, said = NearDuplicates(), dict[str, int]()
    for number, post in enumerate(posts):
        text = post.text.strip()
        same = said.setdefault(text, number) if text else number
        similar = near.most_similar(text)
        for other in {same, number if similar is None else similar[0]}:
            first, second = sorted((find(post.target), find(posts[other].target)))
            parent[second] = first
        near.add_all([(number, text)])
    return [f"target:{find(post.target)}" for post in posts]
