"""What a rulebook is, once it was read and checked: plain, immutable data, and the error that says what is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from detector.types import VerdictName
from enforcement.conditions import Condition
from enforcement.types import ActionKind, Basis

BASES: tuple[Basis, ...] = ("model", "human", "rights_holder")


class RulebookError(ValueError):
    """A rulebook that cannot be used. Its text names file and line, says what is wrong, and what to do."""

    def __init__(self, file: str, line: int | None, message: str, hint: str) -> None:
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {message} Hint: {hint}")
        self.file = file
        self.line = line
        self.message = message
        self.hint = hint


class Words(msgspec.Struct, frozen=True):
    """The same in both languages."""

    zh: str
    en: str


class Rule(msgspec.Struct, frozen=True):
    """One numbered rule."""

    id: str
    text: Words
    when: str
    """The condition as written, in CEL."""
    holds: Condition


class OffenceClass(msgspec.Struct, frozen=True):
    """A class of offences with one price."""

    id: str
    """``A``, ``B`` …: a later letter is graver."""
    text: Words
    points: int
    lapse_days: int
    rules: tuple[Rule, ...]
    """Rules about incidents; the rule about links stands apart, in :class:`LinkRule`."""


class LinkRule(msgspec.Struct, frozen=True):
    """The rule under which links are hidden. It costs no points and does not touch the account."""

    id: str
    text: Words
    when: str
    class_id: str
    hides: tuple[Basis, ...]
    """Bases on which a link is hidden: worked out when the book is read, as nothing else may stand in the condition."""


class Step(msgspec.Struct, frozen=True):
    """What follows once so many points stand against an account."""

    points: int
    kind: ActionKind
    duration_days: int | None
    """``None``: it has no end."""
    people: int
    """How many must agree; 0: the service alone imposes it."""
    not_who_confirmed: bool
    """Those who confirmed the targets may not decide."""
    text: Words


class DailyCap(msgspec.Struct, frozen=True):
    """At most so many points are added in a day by incidents of these classes."""

    classes: tuple[str, ...]
    points: int
    utc_offset_hours: int
    """Which day it is, is judged in this offset from UTC."""


class Cure(msgspec.Struct, frozen=True):
    """Removing the post soon after the notice makes an incident of this class cheaper."""

    class_id: str
    hours: int
    factor: float


class Limits(msgspec.Struct, frozen=True):
    """What bounds the rules, and what the service may do on its own."""

    incident_hours: int
    hold_hours: int
    daily_cap: DailyCap
    points_for_posts_before_confirmation: bool
    points_for_posts_before_last_sanction: bool
    points_for_backfilled_posts: bool
    """Whether posts count that the platform loaded from the time before it used the service; else amnesty."""
    warning_grace_minutes: int
    """So long after its delivery a warning does not count yet: nobody reads within the second in which it is sent."""
    suspension_needs_warning: bool
    suspension_without_warning: tuple[str, ...]
    """Classes that need none all the same."""
    cure: Cure | None
    abstain: dict[str, VerdictName]
    """Least verdict for what could not be judged, by the code after ``abstain.``."""
    false_hold_limit: float
    people_per_day: int


class Appeals(msgspec.Struct, frozen=True):
    """How long an account may appeal, and how long people may take."""

    window_days: int
    deadline_hours_suspended: int
    deadline_days: int


class NoticeDays(msgspec.Struct, frozen=True):
    """How long a new version is published before it counts."""

    harsher: int
    other: int


class Rulebook(msgspec.Struct, frozen=True):
    """One version of the rules."""

    version: str
    published_at: datetime
    effective_from: datetime
    languages: tuple[str, ...]
    title: Words
    summary: Words
    classes: tuple[OffenceClass, ...]
    """Mildest first."""
    link_rule: LinkRule
    steps: tuple[Step, ...]
    """Fewest points first."""
    limits: Limits
    appeals: Appeals
    notice_days: NoticeDays
    digest: str
    """SHA-256 of the file."""

    @property
    def warning_class(self) -> OffenceClass | None:
        """The class that warns and costs nothing; ``None`` where every class has points."""
        return next((c for c in self.classes if c.points == 0 and c.rules), None)

    @property
    def day(self) -> timezone:
        """The time zone in which the rulebook counts days."""
        return timezone(timedelta(hours=self.limits.daily_cap.utc_offset_hours))

    def class_of(self, class_id: str) -> OffenceClass | None:
        """The class with this letter."""
        return next((c for c in self.classes if c.id == class_id), None)

    def rule_text(self, rule_id: str) -> Words | None:
        """What a rule says; ``None`` where the book has no such rule."""
        if rule_id == self.link_rule.id:
            return self.link_rule.text
        return next((r.text for c in self.classes for r in c.rules if r.id == rule_id), None)

    def to_public(self) -> dict[str, Any]:
        """The book as JSON, for everybody to read."""
        written = msgspec.json.encode(msgspec.structs.asdict(self), enc_hook=_leave_out_conditions)
        plain: dict[str, Any] = msgspec.json.decode(written)
        for offence in plain["classes"]:
            for rule in offence["rules"]:
                del rule["holds"]
        return plain


def _leave_out_conditions(value: object) -> None:
    """A condition is code; its text stands beside it in ``when``."""
    if not isinstance(value, Condition):
        raise NotImplementedError(f"{type(value).__name__} has no place in a rulebook")
