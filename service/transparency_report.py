"""Counts for the transparency report (Digital Services Act, art. 15 and 24), folded from the record.

Nobody is named: not an account, not a notifier, not a reviewer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import msgspec

from enforcement.types import LedgerEntry

KINDS = (
    "action_ordered", "action_reversed", "appeal_filed", "appeal_decided", "notice_filed", "notice_decided",
    "target_decided",
)  # fmt: skip


class Figure(msgspec.Struct, frozen=True):
    """One line of the report."""

    subject: str
    """``actions``, ``automation``, ``classes``, ``reversals``, ``appeals``, ``notices`` or ``targets``."""
    name: str
    value: float
    unit: str = "count"
    """``count``, ``hours`` or ``share``."""


class _Times:
    """How long things took from one entry to the other."""

    def __init__(self) -> None:
        self._begun: dict[str, datetime] = {}
        self.hours: list[float] = []

    def begin(self, name: str, at: datetime) -> None:
        self._begun[name] = at

    def end(self, name: str, at: datetime, *, counts: bool) -> None:
        begun = self._begun.pop(name, None)
        if begun is not None and counts:
            self.hours.append((at - begun) / timedelta(hours=1))


def figures(entries: Iterable[LedgerEntry], since: datetime, until: datetime) -> list[Figure]:
    """The report over what was recorded from ``since`` up to ``until``; entries come stream by stream, in order."""
    counts: dict[str, Counter[str]] = {}
    appeals, notices = _Times(), _Times()
    for entry in entries:
        inside = since <= entry.recorded_at < until
        _time(entry, appeals, notices, counts=inside)
        if inside:
            for subject, name in _counted(entry):
                counts.setdefault(subject, Counter())[name] += 1
    found = [
        Figure(subject, name, count)
        for subject in sorted(counts)
        for name, count in sorted(counts[subject].items(), key=lambda item: (-item[1], item[0]))
    ]
    return [*found, *_shares(counts), *_medians("appeals", appeals), *_medians("notices", notices)]


def _counted(entry: LedgerEntry) -> list[tuple[str, str]]:
    """What an entry is counted under: subject and name."""
    body: dict[str, Any] = entry.body
    found: list[tuple[str, str]] = []
    match entry.kind:
        case "action_ordered":
            found = _order(body["action"]["order"])
        case "action_reversed":
            by_person = "dismissed by a person" if body.get("actor") else "appeal"
            found = [("reversals", by_person if body.get("overturned") else "lost its ground")]
        case "appeal_filed":
            found = [("appeals", "filed")]
        case "appeal_decided":
            found = [("appeals", body["outcome"])]
        case "notice_filed":
            found = [("notices", "trusted flagger" if body.get("trusted_flagger") else "filed")]
        case "notice_decided":
            found = [("notices", body["outcome"])]
        case "target_decided":
            found = [("targets", body["decision"])]
    return found


def _order(order: dict[str, Any]) -> list[tuple[str, str]]:
    who = "people" if not order["automated"] else "model alone" if order["basis"] == "model" else "rules"
    grade = [("classes", order["grade"])] if order.get("grade") else []
    return [("actions", order["kind"]), ("automation", who), *grade]


def _time(entry: LedgerEntry, appeals: _Times, notices: _Times, *, counts: bool) -> None:
    match entry.kind:
        case "appeal_filed":
            appeals.begin(entry.body["appeal_id"], entry.recorded_at)
        case "appeal_decided":
            appeals.end(entry.body["appeal_id"], entry.recorded_at, counts=counts)
        case "notice_filed":
            notices.begin(entry.body["notice_id"], entry.recorded_at)
        case "notice_decided":
            notices.end(entry.body["notice_id"], entry.recorded_at, counts=counts)


def _shares(counts: dict[str, Counter[str]]) -> list[Figure]:
    """Of the appeals that were decided, those that were overturned: the error rate that people found."""
    decided = counts.get("appeals", Counter())
    n = decided["upheld"] + decided["overturned"]
    return [Figure("appeals", "overturned of decided", decided["overturned"] / n, "share")] if n else []


def _medians(subject: str, times: _Times) -> list[Figure]:
    return [Figure(subject, "median time to decide", median(times.hours), "hours")] if times.hours else []
