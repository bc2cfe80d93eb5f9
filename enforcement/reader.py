"""From a YAML file to a checked rulebook. Whatever is wrong is told with file, line and a hint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import cast

from detector.types import VerdictName
from enforcement.book import (
    BASES,
    Appeals,
    Cure,
    DailyCap,
    Limits,
    LinkRule,
    NoticeDays,
    OffenceClass,
    Rule,
    Rulebook,
    Step,
    Words,
)
from enforcement.conditions import NEUTRAL, Condition, ConditionError, context
from enforcement.coverage import TooManyCasesError, find_gaps
from enforcement.positioned import Value, read_positioned
from enforcement.types import ActionKind

LANGUAGES = ("zh", "en")
MAX_POINTS = 1000
MAX_DAYS = 3660
_VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")
_RULE_ID = re.compile(r"[A-Z][1-9]\d?")
_CJK = re.compile("[\u4e00-\u9fff]")
_STEP_KINDS = ("warn", "restrict_links", "suspend", "ban")
_GRAVITY = {kind: i for i, kind in enumerate(_STEP_KINDS)}


def parse_rulebook(data: bytes, file: str) -> Rulebook:
    """The rulebook in ``data``; :class:`enforcement.book.RulebookError` where it is not sound."""
    root = read_positioned(data, file)
    top = root.fields(
        (
            *("version", "published_at", "effective_from", "languages", "title", "summary"),
            *("classes", "steps", "limits", "appeals", "notice_days"),
        )
    )
    version = top["version"].text(longest=20)
    if not _VERSION.fullmatch(version):
        top["version"].refuse(f"`version` is `{version}`.", "Write three numbers, like 1.0.0.")
    languages = tuple(item.choice(*LANGUAGES) for item in top["languages"].items())
    if set(languages) != set(LANGUAGES):
        top["languages"].refuse("Both languages are needed.", "Write `languages: [zh, en]`.")
    notice_days = _notice_days(top["notice_days"])
    published_at, effective_from = top["published_at"].instant(), top["effective_from"].instant()
    if effective_from < published_at:
        top["effective_from"].refuse(
            "The rulebook would count before it is published.",
            f"Give at least {notice_days.other} days between the two.",
        )
    classes, link_rule = _classes(top["classes"])
    return Rulebook(
        version=version,
        published_at=published_at,
        effective_from=effective_from,
        languages=languages,
        title=_words(top["title"]),
        summary=_words(top["summary"]),
        classes=classes,
        link_rule=link_rule,
        steps=_steps(top["steps"]),
        limits=_limits(top["limits"], classes),
        appeals=_appeals(top["appeals"]),
        notice_days=notice_days,
        digest=hashlib.sha256(data).hexdigest(),
    )


def _words(value: Value) -> Words:
    both = value.fields((), LANGUAGES)
    for language in LANGUAGES:
        if language not in both:
            value.refuse(f"`{value.path}` lacks `{language}`.", f"Every text needs both languages: add `{language}:`.")
    words = Words(both["zh"].text(), both["en"].text())
    if not _CJK.search(words.zh):
        both["zh"].refuse(f"`{both['zh'].path}` holds no Chinese.", "Translate it; it is not a copy of the English.")
    if _CJK.search(words.en):
        both["en"].refuse(f"`{both['en'].path}` holds Chinese.", "Put the English text there.")
    return words


def _classes(value: Value) -> tuple[tuple[OffenceClass, ...], LinkRule]:
    links: list[LinkRule] = []
    classes: list[OffenceClass] = []
    lines: dict[str, Value] = {}
    for item in value.items():
        offence = _class(item, links, lines)
        _check_order(item, classes, offence)
        classes.append(offence)
    if len(links) != 1:
        value.refuse(
            f"{len(links)} rules have `applies_to: link`; there must be one.",
            "One rule says when a link is hidden: add `applies_to: link` to it.",
        )
    _check_coverage(value, classes, lines)
    return tuple(classes), links[0]


def _class(item: Value, links: list[LinkRule], lines: dict[str, Value]) -> OffenceClass:
    fields = item.fields(("id", "text", "points", "lapse_days", "rules"))
    class_id = fields["id"].text(longest=1)
    if not "A" <= class_id <= "Z":
        fields["id"].refuse(f"The class is `{class_id}`.", "Write one capital letter; later letters are graver.")
    rules: list[Rule] = []
    for entry in fields["rules"].items():
        rule = _rule(entry, class_id, lines)
        if isinstance(rule, LinkRule):
            links.append(rule)
        else:
            rules.append(rule)
    return OffenceClass(
        id=class_id,
        text=_words(fields["text"]),
        points=fields["points"].whole(0, MAX_POINTS),
        lapse_days=fields["lapse_days"].whole(1, MAX_DAYS),
        rules=tuple(rules),
    )


def _check_order(item: Value, before: list[OffenceClass], offence: OffenceClass) -> None:
    if not before:
        return
    if offence.id <= before[-1].id:
        item.refuse(
            f"Class {offence.id} stands after class {before[-1].id}.", "List the classes by letter, mildest first."
        )
    if offence.points < before[-1].points:
        item.refuse(
            f"Class {offence.id} has {offence.points} points, class {before[-1].id} has {before[-1].points}.",
            "A later letter is graver and may not cost less.",
        )


def _rule(entry: Value, class_id: str, lines: dict[str, Value]) -> Rule | LinkRule:
    fields = entry.fields(("id", "text", "when"), ("applies_to",))
    rule_id = fields["id"].text(longest=3)
    if not _RULE_ID.fullmatch(rule_id) or not rule_id.startswith(class_id):
        fields["id"].refuse(f"The rule of class {class_id} is called `{rule_id}`.", f"Call it like {class_id}1.")
    if rule_id in lines:
        fields["id"].refuse(f"The rule `{rule_id}` is there twice.", "Give each rule its own number.")
    lines[rule_id] = fields["when"]
    text, when = _words(fields["text"]), fields["when"].text()
    try:
        holds = Condition(when)
    except ConditionError as error:
        fields["when"].refuse(error.message, error.hint)
    if "applies_to" in fields and fields["applies_to"].choice("link", "incident") == "link":
        return _link_rule(fields, rule_id, class_id, text, holds)
    return Rule(rule_id, text, when, holds)


def _link_rule(fields: dict[str, Value], rule_id: str, class_id: str, text: Words, holds: Condition) -> LinkRule:
    when = fields["when"]
    if not holds.names <= {"finding.basis"}:
        when.refuse(
            "The rule about links may ask for `finding.basis` only.",
            "Put other conditions into a rule about incidents, without `applies_to: link`.",
        )
    hides = tuple(basis for basis in BASES if holds(context({**NEUTRAL, "finding.basis": basis})))
    if "human" not in hides:
        when.refuse("The rule about links leaves confirmed counterfeit shown.", "Let it hold for the basis `human`.")
    return LinkRule(rule_id, text, holds.text, class_id, hides)


def _check_coverage(value: Value, classes: list[OffenceClass], lines: dict[str, Value]) -> None:
    try:
        unreached, gap = find_gaps(classes)
    except TooManyCasesError:
        value.refuse("The conditions tell too many cases apart to be checked.", "Use fewer facts or fewer numbers.")
    except ConditionError as error:
        value.refuse(error.message, error.hint)
    for rule_id in sorted(unreached):
        lines[rule_id].refuse(
            f"The rule `{rule_id}` can never decide: no case fulfils it, or a graver class always takes the case.",
            "Check its values for spelling, or take it out.",
        )
    if gap is not None:
        case = ", ".join(f"{name} = {str(v).lower() if isinstance(v, bool) else v}" for name, v in gap.items())
        value.refuse(f"No rule covers a case: {case}.", "Let a rule of the mildest class hold whenever no other does.")


def _steps(value: Value) -> tuple[Step, ...]:
    steps: list[Step] = []
    for item in value.items():
        step = _step(item)
        if steps and (step.points <= steps[-1].points or _GRAVITY[step.kind] < _GRAVITY[steps[-1].kind]):
            item.refuse(
                f"The step at {step.points} points ({step.kind}) follows the one at {steps[-1].points} "
                f"({steps[-1].kind}).",
                "Steps rise in points, and never become milder.",
            )
        steps.append(step)
    return tuple(steps)


def _step(item: Value) -> Step:
    fields = item.fields(("points", "kind", "duration_days", "people", "text"), ("not_who_confirmed",))
    kind = cast("ActionKind", fields["kind"].choice(*_STEP_KINDS))
    lasting = fields["duration_days"]
    duration = None if lasting.kind == "nothing" else lasting.whole(1, MAX_DAYS)
    if (duration is None) != (kind in {"warn", "ban"}):
        lasting.refuse(
            f"The step `{kind}` has the duration {duration}.",
            "Suspensions and restrictions end after some days; warnings and bans have `duration_days: null`.",
        )
    return Step(
        points=fields["points"].whole(1, MAX_POINTS),
        kind=kind,
        duration_days=duration,
        people=fields["people"].whole(0, 2),
        not_who_confirmed="not_who_confirmed" in fields and fields["not_who_confirmed"].flag(),
        text=_words(fields["text"]),
    )


def _limits(value: Value, classes: tuple[OffenceClass, ...]) -> Limits:
    fields = value.fields(
        (
            *("incident_hours", "hold_hours", "daily_cap", "points_for_posts_before_confirmation"),
            *("points_for_posts_before_last_sanction", "suspension_needs_warning", "suspension_without_warning"),
            *("cure", "abstain", "false_hold_limit", "people_per_day"),
        ),
        ("warning_grace_minutes", "points_for_backfilled_posts"),
    )
    letters = tuple(c.id for c in classes)
    exempt = fields["suspension_without_warning"]
    return Limits(
        incident_hours=fields["incident_hours"].whole(1, 24 * 366),
        hold_hours=fields["hold_hours"].whole(1, 24 * 30),
        daily_cap=_daily_cap(fields["daily_cap"], letters),
        points_for_posts_before_confirmation=fields["points_for_posts_before_confirmation"].flag(),
        points_for_posts_before_last_sanction=fields["points_for_posts_before_last_sanction"].flag(),
        points_for_backfilled_posts="points_for_backfilled_posts" in fields
        and fields["points_for_backfilled_posts"].flag(),
        suspension_needs_warning=fields["suspension_needs_warning"].flag(),
        suspension_without_warning=() if exempt.plain == [] else tuple(v.choice(*letters) for v in exempt.items()),
        warning_grace_minutes=_optional_minutes(fields),
        cure=_cure(fields["cure"], letters),
        abstain=_abstain(fields["abstain"]),
        false_hold_limit=fields["false_hold_limit"].number(0.0, 1.0),
        people_per_day=fields["people_per_day"].whole(0, 1_000_000),
    )


def _optional_minutes(fields: Mapping[str, Value]) -> int:
    return fields["warning_grace_minutes"].whole(0, 60 * 24 * 30) if "warning_grace_minutes" in fields else 0


def _daily_cap(value: Value, letters: tuple[str, ...]) -> DailyCap:
    fields = value.fields(("classes", "points", "utc_offset_hours"))
    listed = fields["classes"]
    return DailyCap(
        classes=() if listed.plain == [] else tuple(item.choice(*letters) for item in listed.items()),
        points=fields["points"].whole(1, MAX_POINTS),
        utc_offset_hours=fields["utc_offset_hours"].whole(-12, 14),
    )


def _cure(value: Value, letters: tuple[str, ...]) -> Cure | None:
    if value.kind == "nothing":
        return None
    fields = value.fields(("class", "hours", "factor"))
    return Cure(fields["class"].choice(*letters), fields["hours"].whole(1, 24 * 30), fields["factor"].number(0.0, 1.0))


def _abstain(value: Value) -> dict[str, VerdictName]:
    return {
        code: cast("VerdictName", verdict.choice("allow", "review", "hold"))
        for code, verdict in value.mapping().items()
    }


def _appeals(value: Value) -> Appeals:
    fields = value.fields(("window_days", "deadline_hours_suspended", "deadline_days"))
    return Appeals(
        window_days=fields["window_days"].whole(1, MAX_DAYS),
        deadline_hours_suspended=fields["deadline_hours_suspended"].whole(1, 24 * 60),
        deadline_days=fields["deadline_days"].whole(1, 60),
    )


def _notice_days(value: Value) -> NoticeDays:
    fields = value.fields(("harsher", "other"))
    return NoticeDays(fields["harsher"].whole(0, 365), fields["other"].whole(0, 365))
