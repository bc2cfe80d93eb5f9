"""Judging posts again by the page behind their link: what was only in doubt may be held, and a hold may be released."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from detector.reading import PageEvidence
from detector.score import Detector
from detector.types import LinkVerdict, Post, VerdictName
from enforcement.rulebook import Rulebooks
from enforcement.standing import AccountHistory, entry_for_finding, entry_for_withdrawal
from enforcement.types import NewEntry
from service.findings import model_finding
from service.ports import Work
from service.records import StoredPost, TargetRecord
from service.screen import GRAVITY, as_post, least_verdict
from service.seen_pages import SeenPages

RELEASED = "The page behind the link was read, and with it the post is not suspected enough to be held."
JUDGED_AT_ONCE = 50
"""Posts of a target by which it is judged the moment its page was read; the job goes through all of them."""


class Look(msgspec.Struct, frozen=True):
    """What the page makes of a target: the gravest verdict on any of its posts, and the highest probability."""

    verdict: VerdictName
    counterfeit_probability: float


class SecondLook:
    """Judges recorded posts by the pages that the service has read."""

    def __init__(self, detector: Detector, books: Rulebooks, pages: SeenPages) -> None:
        self._detector = detector
        self._books = books
        self._pages = pages

    def at_target(self, work: Work, target: TargetRecord, page: PageEvidence) -> Look:
        """The target with its page, by the first posts that lead to it; by the link alone where there are none."""
        stored = [post for _, post in work.posts_of_target(target.target, after=0, limit=JUDGED_AT_ONCE)]
        posts = list({post.text: as_post(post) for post in stored}.values())
        found = [self._judge(p, target.target, page) for p in posts or [Post("", "", links=(target.url,))]]
        judged = [v for v in found if v is not None]
        allow: VerdictName = "allow"
        worst = max((self._named(v) for v in judged), key=GRAVITY.__getitem__, default=allow)
        return Look(worst, max((v.counterfeit_probability for v in judged), default=0.0))

    def lines(
        self, work: Work, target: TargetRecord, posts: Sequence[StoredPost], history: AccountHistory, now: datetime
    ) -> list[NewEntry]:
        """What must be recorded of one account's posts. Nothing where people have decided: their word stands."""
        pages, _ = self._pages.of(work, [target.target])
        page = pages.get(target.target)
        if page is None or target.state in {"counterfeit", "genuine"}:
            return []
        lines: list[NewEntry] = []
        for post in posts:
            verdict = self._judge(as_post(post), target.target, page)
            if verdict is not None:
                lines += self._lines_of(target.target, post, verdict, history, now)
        return lines

    def _lines_of(
        self, target: str, post: StoredPost, verdict: LinkVerdict, history: AccountHistory, now: datetime
    ) -> list[NewEntry]:
        if self._named(verdict) == "hold":
            posted_at = min(post.posted_at, post.recorded_at)
            account = (post.account_id, post.account_type)
            finding = model_finding(*account, post.post_id, target, posted_at, verdict, now, amnesty=post.amnesty)
            return [] if history.has_finding(finding) else [entry_for_finding(finding)]
        held = [f for f in history.findings if (f.post_id, f.target) == (post.post_id, target)]
        if held and all(finding.basis == "model" for finding in held):
            return [entry_for_withdrawal(post.account_id, post.post_id, target, RELEASED, now)]
        return []

    def _judge(self, post: Post, target: str, page: PageEvidence) -> LinkVerdict | None:
        verdicts = self._detector.score(post, {target: page})
        return next((v for v in verdicts if v.link is not None and v.link.target == target), None)

    def _named(self, verdict: LinkVerdict) -> VerdictName:
        floor = least_verdict(verdict, self._books.latest())
        return max(verdict.verdict, floor, key=GRAVITY.__getitem__)
