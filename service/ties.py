"""Accounts that are tied to an account, among those that shared a target of its findings. Read only.

Nobody is sanctioned by a tie: it is shown to people with its reasons, and they may look.
"""

from __future__ import annotations

from detector.campaigns import SharedPost, Tie, ties_between
from enforcement.standing import fold
from service.ports import Store, Work

MAX_TARGETS = 20
MAX_ACCOUNTS = 50
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
        return ties_between(mine, dict(others))


def _posts(work: Work, target: str, account_id: str) -> list[SharedPost]:
    return [SharedPost(target, post.text, post.posted_at) for post in work.posts_of_account(target, account_id)]
