"""A small platform: posts come in, people decide, jobs run, on a clock that the test moves. Hours count from ``START``.

The detector reads links as the real one does; how likely a post is counterfeit is decided by a word in it. So these
tests are about what the service does with a verdict, and stay the same whatever model ships.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from adapters.sql.store import SqlStore
from bootstrap.serving import deciders
from detector.artefact import load_model, newest_model
from detector.links import read_link
from detector.model import Model
from detector.reading import PageEvidence
from detector.score import Detector
from detector.types import AccountFacts, Link, LinkVerdict, Post, Reason
from enforcement.rulebook import Rulebooks, load_rulebooks, seal
from service.answers import ActionAnswer, CaseAnswer, PostAnswer
from service.appeals import Appeals
from service.notices import Notices
from service.propagate import Propagation
from service.records import CaseKind
from service.review import CaseDecision, Review, TargetDecision
from service.screen import ConflictError, Screening
from service.second_look import SecondLook
from service.seen_pages import SeenPages
from service.status import Status
from service.tell import Teller

START = datetime(2026, 10, 1, 4, tzinfo=UTC)
BAG = "https://weidian.com/item.html?itemID=4371293"
SHOE = "https://item.taobao.com/item.htm?id=520813250866"
FAKE, DOUBTFUL, FINE = "高仿包包", "可疑的包包", "晚安"
FACTORS = {"number": "6", "proportion": "6 of 9", "gravity": "bags", "intent": "named as copies"}


@cache
def shipped_model() -> Model:
    """The model that ships; the tests look at nothing but its version."""
    return load_model(newest_model())


class WordDetector(Detector):
    """Reads links as ever; judges by a word."""

    def __init__(self) -> None:
        super().__init__(shipped_model())

    def score(self, post: Post, known_pages: Mapping[str, PageEvidence] = MappingProxyType({})) -> list[LinkVerdict]:
        return [_verdict(post.text, link, known_pages) for link in self.links_of(post) or [None]]


def _verdict(text: str, link: Link | None, pages: Mapping[str, PageEvidence]) -> LinkVerdict:
    """By a word of the text; a page that names a word counts instead."""
    page = pages.get(link.target) if link is not None else None
    title = page.page.title if page is not None else ""
    said = title if any(word in title for word in ("高仿", "可疑", "授权")) else text
    if "高仿" in said:
        at = said.index("高仿")
        reasons = (Reason("claim.copy", "称其为高仿", "It is called a copy", "高仿", (at, at + 2), 3.5),)
        return LinkVerdict(link, "hold", 0.97, reasons)
    return LinkVerdict(link, "review", 0.6) if "可疑" in said else LinkVerdict(link, "allow", 0.01)


class SteppedClock:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def witness(self, posted_at: datetime) -> None:
        """Posts do not move it."""


class Platform:
    """Everything that calls the services, with short words for it."""

    def __init__(
        self, store: SqlStore, books: Rulebooks | None = None, *, prefix: str = "id", **screening: Any
    ) -> None:
        """Two platforms on one store need two prefixes, or they make the same ids; ``screening`` is handed on."""
        numbers = itertools.count()
        self.store = store
        self.clock = SteppedClock()
        self.books = books or load_rulebooks()
        teller = Teller(self.books)

        def new_id() -> str:
            return f"{prefix}{next(numbers):06}"

        self.screening = Screening(store, WordDetector(), self.books, self.clock, teller, new_id, **screening)
        self.appeals = Appeals(store, self.books, self.clock, new_id)
        self.notices = Notices(store, self.clock, new_id)
        by_kind = deciders(self.books, self.appeals, self.notices, new_id)
        self.review = Review(store, self.clock, new_id, timedelta(minutes=30), by_kind)
        self.status = Status(store, self.books, self.clock, teller, new_id)
        self.second_look = SecondLook(WordDetector(), self.books, SeenPages(WordDetector().reader))
        self.propagation = Propagation(store, self.books, self.clock, new_id, self.second_look)

    def at(self, hours: float) -> None:
        """Move the clock."""
        self.clock.time = START + timedelta(hours=hours)

    def post(self, post_id: str, account: str = "a1", **changes: Any) -> PostAnswer:
        """A post of a counterfeit bag comes in now."""
        answer = self.try_post(post_id, account, **changes)
        assert isinstance(answer, PostAnswer)
        return answer

    def try_post(self, post_id: str, account: str = "a1", **changes: Any) -> PostAnswer | ConflictError:
        """The same; a conflict is given back."""
        (answer,) = self.screening.submit([self.a_post(post_id, account, **changes)])
        return answer

    def a_post(
        self, post_id: str, account: str = "a1", *, text: str = FAKE, type_: str | None = None, **changes: Any
    ) -> Post:
        """A post, not sent."""
        values = {"links": (BAG,), "posted_at": self.clock.now()} | changes
        return Post(post_id, account, text=text, account=AccountFacts(type=type_), **values)

    def open_cases(self, kind: CaseKind) -> list[CaseAnswer]:
        """Those that wait, in the order of the queue."""
        return list(self.review.cases(kind, "open", 0).cases)

    def decide_the_case(self, kind: CaseKind, actor: str, decision: str) -> CaseAnswer:
        """A person decides the only case of a kind that waits."""
        (case,) = self.open_cases(kind)
        return self.review.decide_case(case.case_id, CaseDecision(actor=actor, decision=decision))

    def decide(self, decision: str, url: str = BAG, *, run: bool = True, actor: str = "mia", **marks: bool) -> str:
        """A person decides a target, and the job runs; its id."""
        target = read_link(url).target
        answer = self.review.decide_target(
            TargetDecision(target=target, url=url, decision=decision, actor=actor, **marks)  # type: ignore[arg-type]
        )
        if run:
            self.propagation.drain()
        return answer.job_id

    def vote(self, case: CaseAnswer, actor: str, decision: str = "impose", **changes: Any) -> CaseAnswer:
        """A person decides a case, with the factors."""
        command = CaseDecision(**{"actor": actor, "decision": decision, "factors": FACTORS} | changes)
        return self.review.decide_case(case.case_id, command)

    def sanction_cases(self, state: str = "open") -> list[CaseAnswer]:
        """The queue of sanctions."""
        return list(self.review.cases("sanction", state, 0).cases)  # type: ignore[arg-type]

    def account_actions(self, account: str = "a1") -> list[ActionAnswer]:
        """Actions against an account, oldest first, without those about links."""
        return [a for a in reversed(self.status.account(account).history) if a.kind != "disable_link"]

    def link_actions(self, account: str = "a1") -> list[ActionAnswer]:
        """Orders that hid a link for good and stand."""
        return [
            a
            for a in self.status.account(account).history
            if a.kind == "disable_link" and a.until is None and a.reversed_at is None
        ]

    def hidden(self, post_id: str) -> list[bool]:
        """Whether each link of a post is hidden."""
        return [link.hidden for link in self.status.post(post_id).links]

    def event_types(self, account: str = "a1") -> list[str]:
        """Events of an account, oldest first."""
        with self.store.begin(write=False) as work:
            return [e.type for e in reversed(work.events(account_id=account, limit=1000))]

    def ledger_length(self) -> int:
        """How many entries there are in all."""
        return sum(1 for _ in self.store.ledger_entries())


def two_books(folder: Path, *changes: tuple[str, str]) -> Rulebooks:
    """The shipped book, and from the first of November (UTC) a copy with other text in places."""
    first = Path(__file__).parents[2] / "enforcement" / "rulebooks" / "1.0.0.yaml"
    text = first.read_text(encoding="utf-8")
    second = text
    for old, new in (
        ('version: "1.0.0"', 'version: "1.1.0"'),
        ("published_at: 2026-08-01T00:00:00+08:00", "published_at: 2026-09-10T00:00:00+00:00"),
        ("effective_from: 2026-09-01T00:00:00+08:00", "effective_from: 2026-11-01T00:00:00+00:00"),
        *changes,
    ):
        assert second.count(old) == 1, old
        second = second.replace(old, new)
    (folder / "1.0.0.yaml").write_text(text, encoding="utf-8")
    (folder / "1.1.0.yaml").write_text(second, encoding="utf-8")
    seal(folder)
    return load_rulebooks(folder)
