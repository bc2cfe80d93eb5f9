"""Accounts that are tied to an account: by what they shared, or by the contacts and words of their posts. Read only.

Nobody is sanctioned by a tie: it is shown to people with its reasons, and they may look.
"""

from __future__ import annotations

from detector.campaigns import SharedPost, Tie, Trait, ties_between, ties_by_traits
from enforcement.standing import fold
from service.ports import Store, Work

MAX_TARGETS = 20
MAX_ACCOUNTS = 50
MAX_TRAITS, MAX_SHARING = 400, 2_000
"""Accounts of one target that are looked at."""


class Ties:
    """Finds ties."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, account_id: str) -> list[Tie]:
        """Ties of an account, the strongest first."""
        with self._store.begin(write=False) as work:
            history = fold(account_id, work.entries(f"account:{account_id}"))
            targets = list(dict.fromkeys(finding.target for finding in reversed(history.findings)))[:MAX_TARGETS]
            mine = [post for target in targets for post in _posts(work, target, account_id)]
            others: dict[str, list[SharedPost]] = {}
            for target in targets:
                for name in work.accounts_of_target(target, after="", limit=MAX_ACCOUNTS):
                    if name != account_id:
                        others.setdefault(name, []).extend(_posts(work, target, name))
            shared = self._sharing(work, account_id, set(others))
        return [*ties_between(mine, dict(others)), *shared]

    @staticmethod
    def _sharing(work: Work, account_id: str, known: set[str]) -> list[Tie]:
        """Accounts that have the same contact or the same words, though they shared none of the targets."""
        mine = {trait.name: trait for _, trait in work.traits_of([f"account:{account_id}"])}
        others: dict[str, list[Trait]] = {}
        for subject, trait in work.sharing(list(mine)[:MAX_TRAITS], "account:", MAX_SHARING):
            name = subject.removeprefix("account:")
            if name != account_id and name not in known:
                others.setdefault(name, []).append(mine[trait.name])
        return ties_by_traits(others)


def _posts(work: Work, target: str, account_id: str) -> list[SharedPost]:
    return [SharedPost(target, post.text, post.posted_at) for post in work.posts_of_account(target, account_id)]
