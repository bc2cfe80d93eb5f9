"""Making anew, from posts and ledger alone, what the service keeps beside them for speed.

These are the targets and the measures that are still to end. Cases, jobs and deliveries are work that people and
processes have in hand, and checkpoints are witnesses: nothing may make those anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from enforcement.standing import fold
from service.known import KINDS, after_line, after_post
from service.ports import Clock, Store, Work
from service.records import Ending, TargetRecord

ACTIONS = ("action_ordered",)
Tick = Callable[[], None]


class Difference(msgspec.Struct, frozen=True):
    """A row that is not what the record tells."""

    table: str
    key: str
    kept: TargetRecord | Ending | None
    """``None`` where the row is missing."""
    told: TargetRecord | Ending | None
    """``None`` where nothing in the record tells of it."""

    def __str__(self) -> str:
        """One line for an operator."""
        if self.kept is None:
            return f"{self.table} {self.key}: missing"
        if self.told is None:
            return f"{self.table} {self.key}: nothing in the record tells of it"
        kept, told = msgspec.structs.asdict(self.kept), msgspec.structs.asdict(self.told)
        changed = [f"{name} is {kept[name]}, told {told[name]}" for name in told if kept[name] != told[name]]
        return f"{self.table} {self.key}: {'; '.join(changed)}"


class Rebuilding:
    """Compares with the record, and puts right what differs, in one transaction during which nobody else writes."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def run(self, *, repair: bool, tick: Tick = lambda: None) -> list[Difference]:
        """Every row that is not what the record tells; put right where ``repair`` is set.

        ``tick`` is called for each post that was read. Memory grows with the number of targets.
        """
        now = self._clock.now()
        with self._store.begin() as work:
            work.hold_projections()
            found = [*self._targets(work, tick), *self._endings(work, now)]
            if repair:
                for difference in found:
                    _put_right(work, difference)
        return found

    def _targets(self, work: Work, tick: Tick) -> Iterator[Difference]:
        told = self._told_targets(tick)
        for kept in work.every_target():
            expected = told.pop(kept.target, None)
            if kept != expected:
                yield Difference("targets", kept.target, kept, expected)
        yield from (Difference("targets", name, None, record) for name, record in told.items())

    def _told_targets(self, tick: Tick) -> dict[str, TargetRecord]:
        told: dict[str, TargetRecord] = {}
        for post in self._store.recorded_links():
            tick()
            for link in post.links:
                told[link.target] = after_post(told.get(link.target), link, post.recorded_at)
        for line in self._store.entries_of(KINDS):
            target = line.stream.removeprefix("target:")
            told[target] = after_line(told.get(target), target, line.kind, line.occurred_at, line.body)
        return told

    def _endings(self, work: Work, now: datetime) -> Iterator[Difference]:
        """Of what is not due yet. What is due is about to be told; whether it was is not in the record."""
        told = {ending.action_id: ending for ending in self._told_endings() if ending.ends_at > now}
        for kept in work.endings_after(now):
            expected = told.pop(kept.action_id, None)
            if kept != expected:
                yield Difference("endings", kept.action_id, kept, expected)
        yield from (Difference("endings", ending.action_id, None, ending) for ending in told.values())

    def _told_endings(self) -> Iterator[Ending]:
        for stream, lines in itertools.groupby(self._store.entries_of(ACTIONS), key=lambda line: line.stream):
            account_id = stream.removeprefix("account:")
            for action in fold(account_id, lines).actions:
                if action.order.until is not None:
                    yield Ending(action.action_id, account_id, action.order.until)


def _put_right(work: Work, difference: Difference) -> None:
    if isinstance(difference.kept, Ending):
        work.drop_ending(difference.key)
    if isinstance(difference.told, Ending):
        work.add_ending(difference.told)
    elif isinstance(difference.told, TargetRecord):
        work.put_target(difference.told)
    elif isinstance(difference.kept, TargetRecord):
        work.drop_target(difference.key)
