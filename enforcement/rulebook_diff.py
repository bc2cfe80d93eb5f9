"""What differs between two rulebooks, in words, and whether it is harsher or milder for those whom it concerns. Pure.

Two conditions cannot be compared by a machine, so a changed condition counts as harsher: whoever publishes it must give
the longer notice. The same holds for whatever may help one account and hurt another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from detector.types import VerdictName
from enforcement.book import Cure, Limits, OffenceClass, Rulebook, Step, Words
from enforcement.types import ActionKind

Direction = Literal["harsher", "milder", "other"]
_FLOOR: dict[VerdictName, int] = {"allow": 0, "review": 1, "hold": 2, "block": 3}
_KIND: dict[ActionKind, Words] = {
    "disable_link": Words("隐藏链接", "hiding the link"),
    "warn": Words("警告", "a warning"),
    "restrict_links": Words("不能发布链接", "no link posting"),
    "suspend": Words("停用账号", "suspension"),
    "ban": Words("封禁账号", "closing the account"),
}


class Change(msgspec.Struct, frozen=True):
    """One difference."""

    where: str
    """The part of the book: ``class B``, ``rule C2``, ``step 24``, ``limits``, ``appeals``, ``texts``."""
    direction: Direction
    text: Words
    """What changes, from what to what, and for whom."""


def differences(old: Rulebook, new: Rulebook) -> tuple[Change, ...]:
    """Everything that differs, in the order of the book; nothing where the two say the same."""
    return (
        *_class_changes(old, new),
        *_link_changes(old, new),
        *_step_changes(old, new),
        *_limit_changes(old.limits, new.limits),
        *_cure_changes(old.limits.cure, new.limits.cure),
        *_abstain_changes(old.limits, new.limits),
        *_appeal_changes(old, new),
        *_notice_changes(old, new),
        *_text_changes(old, new),
    )


def is_harsher(old: Rulebook, new: Rulebook) -> bool:
    """Whether anything of the new book is harsher, or may be."""
    return any(change.direction == "harsher" for change in differences(old, new))


def notice_days(old: Rulebook, new: Rulebook) -> int:
    """Days that must lie between publishing the new book and its coming into force: as the old book promised."""
    return old.notice_days.harsher if is_harsher(old, new) else old.notice_days.other


def _more(before: float, after: float, *, is_harsher: bool = True) -> Direction:
    """The direction of a figure that rose or fell, where more of it is harsher (or milder)."""
    return "harsher" if (after > before) is is_harsher else "milder"


def _figure(where: str, what: Words, before: object, after: object, direction: Direction) -> Change:
    text = Words(f"{what.zh}由 {before} 变为 {after}", f"{what.en}: from {before} to {after}")
    return Change(where, direction, text)


# classes and rules


def _class_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = ({offence.id: offence for offence in book.classes} for book in (old, new))
    for class_id in sorted({*before, *after}):
        one, other = before.get(class_id), after.get(class_id)
        where = f"class {class_id}"
        if one is None:
            yield Change(where, "harsher", Words(f"新增等级 {class_id}", f"Class {class_id} is new"))
        elif other is None:
            yield Change(where, "milder", Words(f"取消等级 {class_id}", f"Class {class_id} is gone"))
        else:
            yield from _within_class(where, one, other)


def _within_class(where: str, old: OffenceClass, new: OffenceClass) -> Iterator[Change]:
    whom = Words(f"对等级 {old.id} 的事件，", f"For incidents of class {old.id}, ")
    if old.points != new.points:
        what = Words(f"{whom.zh}计分", f"{whom.en}points")
        yield _figure(where, what, old.points, new.points, _more(old.points, new.points))
    if old.lapse_days != new.lapse_days:
        what = Words(f"{whom.zh}失效天数", f"{whom.en}days until they lapse")
        yield _figure(where, what, old.lapse_days, new.lapse_days, _more(old.lapse_days, new.lapse_days))
    before, after = ({rule.id: rule.when for rule in offence.rules} for offence in (old, new))
    for rule_id in sorted({*before, *after}):
        yield from _rule_change(rule_id, before.get(rule_id), after.get(rule_id))
    if list(before) != list(after) and set(before) == set(after):
        words = Words(f"等级 {old.id} 中规则的先后变了", f"The order of the rules of class {old.id} changes")
        yield Change(where, "other", words)


def _rule_change(rule_id: str, before: str | None, after: str | None) -> Iterator[Change]:
    where = f"rule {rule_id}"
    if before is None:
        words = Words(f"新增规则 {rule_id}，条件为 {after}", f"Rule {rule_id} is new; it applies where {after}")
        yield Change(where, "harsher", words)
    elif after is None:
        words = Words(f"取消规则 {rule_id}，其条件为 {before}", f"Rule {rule_id} is gone; it applied where {before}")
        yield Change(where, "milder", words)
    elif " ".join(before.split()) != " ".join(after.split()):
        words = Words(
            f"规则 {rule_id} 的条件由 {before} 变为 {after}；两个条件无法由机器比较，按更严处理",
            f"Rule {rule_id} applies where {after}, until now where {before}; a machine cannot compare the two, so "
            "this counts as harsher",
        )
        yield Change(where, "harsher", words)


def _link_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    where = f"rule {new.link_rule.id}"
    added = sorted(set(new.link_rule.hides) - set(old.link_rule.hides))
    dropped = sorted(set(old.link_rule.hides) - set(new.link_rule.hides))
    if added:
        bases = ", ".join(added)
        yield Change(where, "harsher", Words(f"以下依据也会隐藏链接：{bases}", f"Links are hidden on {bases} too"))
    if dropped:
        bases = ", ".join(dropped)
        words = Words(f"以下依据不再隐藏链接：{bases}", f"Links are no longer hidden on {bases}")
        yield Change(where, "milder", words)


# steps


def _step_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = list(old.steps), list(new.steps)
    for one in old.steps:
        other = _counterpart(one, after)
        if other is None:
            continue
        before.remove(one)
        after.remove(other)
        yield from _within_step(one, other)
    for gone in before:
        words = Words(
            f"取消 {gone.points} 分的措施：{_named(gone).zh}", f"No step at {gone.points} points: {_named(gone).en}"
        )
        yield Change(f"step {gone.points}", "milder", words)
    for added in after:
        words = Words(
            f"新增 {added.points} 分的措施：{_named(added).zh}",
            f"A new step at {added.points} points: {_named(added).en}",
        )
        yield Change(f"step {added.points}", "harsher", words)


def _counterpart(step: Step, among: list[Step]) -> Step | None:
    """The step of the other book that took its place: the same kind at the same points, else the next of that kind."""
    alike = [other for other in among if other.kind == step.kind]
    return next((other for other in alike if other.points == step.points), alike[0] if alike else None)


def _within_step(old: Step, new: Step) -> Iterator[Change]:
    where = f"step {old.points}"
    what = _named(old)
    if old.points != new.points:
        words = Words(f"适用“{what.zh}”的分数", f"Points that bring {what.en}")
        yield _figure(where, words, old.points, new.points, _more(old.points, new.points, is_harsher=False))
    if old.duration_days != new.duration_days:
        longer = new.duration_days is None or (old.duration_days is not None and new.duration_days > old.duration_days)
        words = Words(f"“{what.zh}”的天数", f"Days of {what.en}")
        yield _figure(where, words, _days(old), _days(new), "harsher" if longer else "milder")
    if old.people != new.people:
        words = Words(f"“{what.zh}”须同意的人数", f"People who must agree on {what.en}")
        yield _figure(where, words, old.people, new.people, _more(old.people, new.people, is_harsher=False))
    if old.not_who_confirmed != new.not_who_confirmed:
        words = Words(
            f"“{what.zh}”{'不再' if old.not_who_confirmed else ''}要求由未参与认定的人决定",
            f"{'No longer only people' if old.not_who_confirmed else 'Only people'} who confirmed none of the targets "
            f"decide on {what.en}",
        )
        yield Change(where, "harsher" if old.not_who_confirmed else "milder", words)


def _named(step: Step) -> Words:
    days = f" {step.duration_days} "
    base = _KIND[step.kind]
    if step.duration_days is None:
        return base
    return Words(f"{base.zh}{days}天", f"{base.en} for{days}days")


def _days(step: Step) -> str:
    return "∞" if step.duration_days is None else str(step.duration_days)


# limits

_MORE_IS_HARSHER: dict[str, Words] = {
    "hold_hours": Words("仅凭模型隐藏链接的小时数", "Hours that the model alone hides a link"),
    "false_hold_limit": Words("允许误隐藏的比例", "Share of honest posts that may be hidden"),
}
_LESS_IS_HARSHER: dict[str, Words] = {
    "warning_grace_minutes": Words("警告送达后不计分的分钟数", "Minutes after a warning that do not count yet"),
}
_TRUE_IS_HARSHER: dict[str, Words] = {
    "points_for_posts_before_confirmation": Words(
        "认定之前发布的帖子也计分", "Posts made before the target was confirmed earn points"
    ),
    "points_for_posts_before_last_sanction": Words(
        "上次处罚之前发布的帖子也计分", "Posts made before the last sanction earn points"
    ),
    "points_for_backfilled_posts": Words(
        "平台接入之前的历史帖子也计分", "Posts from before the platform used the service earn points"
    ),
}


def _limit_changes(old: Limits, new: Limits) -> Iterator[Change]:
    for names, is_harsher in ((_MORE_IS_HARSHER, True), (_LESS_IS_HARSHER, False)):
        for name, what in names.items():
            before, after = getattr(old, name), getattr(new, name)
            if before != after:
                yield _figure("limits", what, before, after, _more(before, after, is_harsher=is_harsher))
    for name, what in _TRUE_IS_HARSHER.items():
        yield from _switch(what, before=getattr(old, name), after=getattr(new, name), is_harsher=True)
    needs = Words("停用和封禁须先有送达的警告", "Suspensions and bans follow a delivered warning")
    yield from _switch(needs, before=old.suspension_needs_warning, after=new.suspension_needs_warning, is_harsher=False)
    if old.incident_hours != new.incident_hours:
        what = Words("视为同一事件的小时数（可能更轻，也可能更重）", "Hours that make one incident (for some harsher)")
        yield _figure("limits", what, old.incident_hours, new.incident_hours, "harsher")
    yield from _exempt_changes(old, new)
    yield from _cap_changes(old, new)


def _switch(what: Words, *, before: bool, after: bool, is_harsher: bool) -> Iterator[Change]:
    if before != after:
        text = Words(f"{what.zh}：{'是' if after else '否'}", f"{what.en}: {'yes' if after else 'no'}")
        yield Change("limits", "harsher" if after is is_harsher else "milder", text)


def _exempt_changes(old: Limits, new: Limits) -> Iterator[Change]:
    added = sorted(set(new.suspension_without_warning) - set(old.suspension_without_warning))
    dropped = sorted(set(old.suspension_without_warning) - set(new.suspension_without_warning))
    if added:
        words = Words(f"等级 {'、'.join(added)} 无须先警告", f"Class {', '.join(added)} needs no warning first")
        yield Change("limits", "harsher", words)
    if dropped:
        words = Words(f"等级 {'、'.join(dropped)} 须先警告", f"Class {', '.join(dropped)} needs a warning first")
        yield Change("limits", "milder", words)


def _cap_changes(old: Limits, new: Limits) -> Iterator[Change]:
    before, after = old.daily_cap, new.daily_cap
    if before.points != after.points:
        what = Words("一天最多增加的分数", "Most points that are added in a day")
        yield _figure("limits", what, before.points, after.points, _more(before.points, after.points))
    if set(before.classes) != set(after.classes):
        fewer = bool(set(before.classes) - set(after.classes))
        what = Words("每日上限所及的等级", "Classes that the daily cap holds for")
        yield _figure(
            "limits", what, ", ".join(before.classes), ", ".join(after.classes), "harsher" if fewer else "milder"
        )
    if before.utc_offset_hours != after.utc_offset_hours:
        what = Words("计算一天所用的时差", "Offset from UTC by which days are counted")
        yield _figure("limits", what, before.utc_offset_hours, after.utc_offset_hours, "other")


def _cure_changes(old: Cure | None, new: Cure | None) -> Iterator[Change]:
    if old == new:
        return
    words = Words(
        f"及时删帖的减轻：由“{_cure(old).zh}”变为“{_cure(new).zh}”", f"Cure: from {_cure(old).en} to {_cure(new).en}"
    )
    same_class = old is not None and new is not None and old.class_id == new.class_id
    milder = old is None or (same_class and new is not None and new.hours >= old.hours and new.factor <= old.factor)
    yield Change("limits", "milder" if milder else "harsher", words)


def _cure(cure: Cure | None) -> Words:
    if cure is None:
        return Words("无", "none")
    return Words(
        f"等级 {cure.class_id} 在 {cure.hours} 小时内删除则计 {cure.factor:g} 倍",
        f"{cure.factor:g} of the points in class {cure.class_id} where the post is removed within {cure.hours} hours",
    )


def _abstain_changes(old: Limits, new: Limits) -> Iterator[Change]:
    for code in sorted({*old.abstain, *new.abstain}):
        before, after = old.abstain.get(code, "allow"), new.abstain.get(code, "allow")
        if before != after:
            what = Words(f"无法判断（{code}）时至少", f"Least verdict where it cannot be judged ({code})")
            yield _figure("limits", what, before, after, _more(_FLOOR[before], _FLOOR[after]))


# appeals, notice, texts


def _appeal_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    for name, what, is_harsher in (
        ("window_days", Words("申诉期限（天）", "Days to appeal"), False),
        ("deadline_days", Words("答复申诉的天数", "Days until an appeal is answered"), True),
        (
            "deadline_hours_suspended",
            Words("停用期间答复申诉的小时数", "Hours until a suspended account is answered"),
            True,
        ),
    ):
        before, after = getattr(old.appeals, name), getattr(new.appeals, name)
        if before != after:
            yield _figure("appeals", what, before, after, _more(before, after, is_harsher=is_harsher))


def _notice_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    for name, what in (
        ("harsher", Words("更严版本的公示天数", "Days of notice for a harsher version")),
        ("other", Words("其他版本的公示天数", "Days of notice for any other version")),
    ):
        before, after = getattr(old.notice_days, name), getattr(new.notice_days, name)
        if before != after:
            yield _figure("notice", what, before, after, _more(before, after, is_harsher=False))


def _text_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before, after = _texts(old), _texts(new)
    changed = [name for name in before if name in after and before[name] != after[name]]
    if changed:
        words = Words(f"文字有改动：{'、'.join(changed)}", f"The wording changes: {', '.join(changed)}")
        yield Change("texts", "other", words)


def _texts(book: Rulebook) -> dict[str, Words]:
    texts = {"title": book.title, "summary": book.summary, book.link_rule.id: book.link_rule.text}
    texts |= {f"class {offence.id}": offence.text for offence in book.classes}
    texts |= {rule.id: rule.text for offence in book.classes for rule in offence.rules}
    return texts | {f"step {step.points}": step.text for step in book.steps}
