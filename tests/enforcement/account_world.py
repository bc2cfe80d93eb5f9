"""One account in a small world: posts come in, rules are applied, notices are delivered. Time counts in hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from enforcement.decide import decide, sanction_order
from enforcement.rulebook import Rulebooks, load_rulebooks
from enforcement.standing import (
    AccountHistory,
    entry_for_action,
    entry_for_case_decided,
    entry_for_case_opened,
    entry_for_case_withdrawn,
    entry_for_delivery,
    entry_for_finding,
    entry_for_removal,
    entry_for_reversal,
    entry_for_withdrawal,
    fold_new,
    standing_at,
)
from enforcement.types import Action, Decision, Finding, NewEntry, Standing

START = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
LONG_AGO = START - timedelta(days=20)
"""When targets were confirmed unless a test says otherwise: before every post."""
SHIPPED = load_rulebooks()
ACCOUNT = "a-778"


def at(hours: float) -> datetime:
    """So many hours after the start."""
    return START + timedelta(hours=hours)


def finding(post_id: str = "p1", target: str = "t1", hours: float = 0, **changes: Any) -> Finding:
    """A confirmed finding, recorded when the post was made."""
    values: dict[str, Any] = {
        "account_id": ACCOUNT,
        "post_id": post_id,
        "target": target,
        "posted_at": at(hours),
        "basis": "human",
        "found_at": at(hours),
        "confirmed_at": LONG_AGO,
        "decision_id": f"dec-{target}",
        "confirmed_by": "mia",
    }
    return Finding(**values | changes)


def held(post_id: str = "p1", target: str = "t1", hours: float = 0, **changes: Any) -> Finding:
    """What the model alone finds."""
    alone = {"basis": "model", "confirmed_at": None, "decision_id": None, "confirmed_by": None}
    return finding(post_id, target, hours, **alone | changes)


def entries_of(decision: Decision, now: datetime, first_id: int) -> list[NewEntry]:
    """A decision as lines, as the service writes them."""
    actions = [
        Action(f"act{first_id + i:04}", f"st{first_id + i:04}", now, order) for i, order in enumerate(decision.orders)
    ]
    return [
        *(entry_for_action(action) for action in actions),
        *(entry_for_reversal(ACCOUNT, r.action_id, r.reason, now) for r in decision.reversals),
        *(entry_for_case_withdrawn(ACCOUNT, key, now) for key in decision.withdrawn),
        *(entry_for_case_opened(f"case{first_id}-{p.key}", p, now) for p in decision.proposals),
    ]


class World:
    """An account, its record, and the rulebooks."""

    def __init__(self, books: Rulebooks = SHIPPED, history: AccountHistory | None = None) -> None:
        self.books = books
        self.history = AccountHistory(ACCOUNT) if history is None else history
        self.entries: list[NewEntry] = []
        self.now = START

    def record(self, *entries: NewEntry) -> None:
        """Lines go into the record; nothing is decided."""
        self.entries += entries
        self.history = fold_new(self.history, entries, self.now)

    def settle(self, now: datetime | None = None) -> Decision:
        """Apply the rules."""
        self.now = now or self.now
        decision = decide(self.history, self.books, self.now)
        self.record(*entries_of(decision, self.now, len(self.history.actions)))
        return decision

    def find(self, *found: Finding, deliver: bool = True) -> Decision:
        """Findings come in; rules are applied at the time of the last one; the account is told at once."""
        self.record(*(entry_for_finding(f) for f in found))
        decision = self.settle(max(f.found_at for f in found))
        if deliver:
            self.deliver()
        return decision

    def deliver(self) -> None:
        """Tell the account everything that it was not told."""
        untold = tuple(a.action_id for a in self.history.actions if a.delivered_at is None and a.reversed_at is None)
        self.record(entry_for_delivery(ACCOUNT, untold, self.now))

    def withdraw(self, target: str, now: datetime | None = None) -> Decision:
        """A person clears a target."""
        self.now = now or self.now
        for post_id in self.history.posts_found_for(target):
            self.record(entry_for_withdrawal(ACCOUNT, post_id, target, "the target was cleared", self.now))
        return self.settle()

    def remove(self, post_id: str, now: datetime) -> Decision:
        """The author removes a post."""
        self.now = now
        self.record(entry_for_removal(ACCOUNT, post_id, now))
        return self.settle()

    def overturn(self, action: Action, now: datetime | None = None) -> Decision:
        """A person takes an action back."""
        self.now = now or self.now
        self.record(entry_for_reversal(ACCOUNT, action.action_id, "appeal upheld", self.now, overturned=True))
        return self.settle()

    def decide_case(self, outcome: str, now: datetime | None = None) -> None:
        """People decide the open case."""
        self.now = now or self.now
        (case,) = (c for c in self.history.cases if c.outcome is None)
        action_id = None
        if outcome == "impose":
            order = sanction_order(case.proposal, self.history, self.books, self.now)
            action_id = f"act{len(self.history.actions):04}"
            self.record(entry_for_action(Action(action_id, f"st-{action_id}", self.now, order)))
        people = ("ann", "bo")
        self.record(
            entry_for_case_decided(ACCOUNT, case.case_id, case.proposal.key, outcome, action_id, people, {}, self.now)
        )

    def standing(self, now: datetime | None = None) -> Standing:
        """Where the account stands."""
        return standing_at(self.history, self.books, now or self.now)

    def account_orders(self) -> list[Action]:
        """Orders against the account that stand."""
        return [a for a in self.history.actions if a.order.kind != "disable_link" and a.reversed_at is None]


def kinds(decision: Decision) -> list[str]:
    """What was ordered, in words: ``warn B1 4``."""
    return [f"{o.kind} {o.rule} {o.points}" for o in decision.orders]


def classes(world: World) -> list[tuple[str, int]]:
    """Class and points of each order against the account that stands, sorted."""
    return sorted((a.order.grade or "", a.order.points) for a in world.account_orders())


def with_book(**changes: Any) -> Rulebooks:
    """The shipped book and a changed one."""
    return Rulebooks([SHIPPED.latest(), replace(SHIPPED.latest(), **changes)])


def spaced(count: int, hours: float = 100, **changes: Any) -> Iterable[Finding]:
    """Findings that are incidents of their own."""
    return (finding(f"p{i}", f"t{i}", i * hours, **changes) for i in range(count))
