"""Statements of reasons (Digital Services Act, art. 17) in plain Chinese and English. Facts only, no blame."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import msgspec

from enforcement.book import Rulebook, Words
from enforcement.types import Action, ActionKind, Basis, Order

_BEIJING = timezone(timedelta(hours=8))
_MAX_QUOTED = 300


class Statement(msgspec.Struct, frozen=True):
    """What the account is told of one action."""

    statement_id: str
    action_id: str
    account_id: str
    zh: str
    en: str
    rule: str
    rule_text: Words
    rulebook_version: str
    found_by_machine: bool
    """The model found it; ``False`` where a person or a rights holder confirmed it."""
    ordered_by_machine: bool
    """The rules were applied automatically; ``False`` where people decided the sanction itself."""
    appeal_until: datetime
    issued_at: datetime


_DONE: dict[ActionKind, Words] = {
    "disable_link": Words("我们隐藏了这条链接", "We have hidden this link"),
    "warn": Words("我们对您的账号发出警告", "We are sending your account a warning"),
    "restrict_links": Words("您的账号暂时不能发布链接", "Your account cannot post links for a time"),
    "suspend": Words("您的账号已暂时停用", "Your account is suspended for a time"),
    "ban": Words("您的账号已被永久封禁", "Your account has been closed for good"),
}
_GROUND: dict[Basis, Words] = {
    "model": Words(
        "自动检测认为该链接很可能通往假货，目前还没有人核实",
        "Automatic detection finds that the link very likely leads to counterfeit goods; no person has checked it yet",
    ),
    "human": Words("审核人员已认定该链接通往假货", "A reviewer has confirmed that the link leads to counterfeit goods"),
    "rights_holder": Words(
        "权利人的通知经审核成立，认定该链接通往假货",
        "A rights holder's notice, which we checked and upheld, says that the link leads to counterfeit goods",
    ),
}
_SEVERAL: dict[Basis, Words] = {
    "model": _GROUND["model"],
    "human": Words(
        "审核人员已认定这些帖子中的链接通往假货",
        "Reviewers have confirmed that links in these posts lead to counterfeit goods",
    ),
    "rights_holder": Words(
        "权利人的通知经审核成立，认定这些帖子中的链接通往假货",
        "Rights holders' notices, which we checked and upheld, say that links in these posts lead to counterfeit goods",
    ),
}


def statement(action: Action, book: Rulebook, evidence: Sequence[str] = ()) -> Statement:
    """The statement for one action under its rulebook; ``evidence`` is shown beside what the order itself holds."""
    order = action.order
    rule_text = book.rule_text(order.rule) or book.summary
    until = action.ordered_at + timedelta(days=book.appeals.window_days)
    quoted = tuple(dict.fromkeys((*order.evidence, *evidence)))
    zh = _chinese(action, book, rule_text, until, quoted)
    en = _english(action, book, rule_text, until, quoted)
    return Statement(
        statement_id=action.statement_id,
        action_id=action.action_id,
        account_id=order.account_id,
        zh="".join(f"{line}。" for line in zh),
        en=" ".join(f"{line}." for line in en),
        rule=order.rule,
        rule_text=rule_text,
        rulebook_version=order.rulebook_version,
        found_by_machine=order.basis == "model",
        ordered_by_machine=order.automated,
        appeal_until=until,
        issued_at=action.ordered_at,
    )


def _chinese(action: Action, book: Rulebook, rule: Words, appeal: datetime, quoted: Sequence[str]) -> list[str]:
    order = action.order
    lines = [f"{_DONE[order.kind].zh}{_named(order, '帖子', '（', '，', '）')}", _grounds(action).zh]
    lines.append(f"适用规则 {order.rule}（规则版本 {order.rulebook_version}）：{_bare(rule.zh)}")
    lines += _zh_consequence(action)
    if quoted:
        lines.append(f"依据的内容：{'；'.join(quoted)[:_MAX_QUOTED]}")
    lines.append("本次处置由系统按规则自动作出" if order.automated else "本次处置由审核人员决定，不是系统自动作出")
    lines.append(
        f"如有异议，您可在 {_day(appeal)} 前向平台提出申诉，由另一名审核人员处理，"
        f"通常 {book.appeals.deadline_days} 天内答复，账号停用期间为 {book.appeals.deadline_hours_suspended} 小时内"
    )
    return lines


def _english(action: Action, book: Rulebook, rule: Words, appeal: datetime, quoted: Sequence[str]) -> list[str]:
    order = action.order
    lines = [f"{_DONE[order.kind].en}{_named(order, 'post', ' (', ', ', ')')}", _grounds(action).en]
    lines.append(f"Rule {order.rule} of version {order.rulebook_version} applies: {_bare(rule.en)}")
    lines += _en_consequence(action)
    if quoted:
        lines.append(f"What it rests on: {'; '.join(quoted)[:_MAX_QUOTED]}")
    lines.append(
        "The rules were applied automatically" if order.automated else "People took this decision, not a machine"
    )
    lines.append(
        f"If you disagree, you can appeal to the platform until {_day(appeal)}; another person decides, within "
        f"{book.appeals.deadline_days} days, or {book.appeals.deadline_hours_suspended} hours while an account is "
        "suspended"
    )
    return lines


def _zh_consequence(action: Action) -> list[str]:
    order = action.order
    if order.kind == "disable_link":
        if order.until is None:
            return ["隐藏链接不计分"]
        return [f"这不是处罚，不计分；如届时仍无人核实，将于 {_moment(order.until)} 自动恢复显示"]
    lines = [] if order.until is None else [f"该措施于 {_moment(order.until)} 自动结束"]
    if order.points:
        lines.append(f"本次计 {order.points} 分")
    elif order.kind == "warn":
        lines.append("本次不计分")
    if order.lapses_at is not None:
        lines.append(f"{'分数' if order.points else '本次记录'}于 {_moment(order.lapses_at)} 失效")
    return lines


def _en_consequence(action: Action) -> list[str]:
    order = action.order
    if order.kind == "disable_link":
        if order.until is None:
            return ["Hiding a link gives no points"]
        return [
            "This is no sanction and gives no points",
            f"If nobody has confirmed it by then, the link is shown again by itself on {_moment(order.until)}",
        ]
    lines = [] if order.until is None else [f"This ends by itself on {_moment(order.until)}"]
    if order.points:
        lines.append(f"It gives {order.points} points")
    elif order.kind == "warn":
        lines.append("It gives no points")
    if order.lapses_at is not None:
        lines.append(f"{'The points lapse' if order.points else 'It lapses'} on {_moment(order.lapses_at)}")
    return lines


def _grounds(action: Action) -> Words:
    several = len(action.order.post_ids) > 1
    return (_SEVERAL if several else _GROUND)[action.order.basis]


def _named(order: Order, post: str, before: str, between: str, after: str) -> str:
    """The target and the posts that an order is about, in brackets; nothing where it names none."""
    parts = [*filter(None, [order.target]), *([f"{post} {_first(order.post_ids)}"] if order.post_ids else [])]
    return f"{before}{between.join(parts)}{after}" if parts else ""


def _first(post_ids: Sequence[str]) -> str:
    shown = ", ".join(post_ids[:5])
    return shown if len(post_ids) <= 5 else f"{shown} … ({len(post_ids)})"


def _bare(text: str) -> str:
    return text.rstrip("。. ")


def _day(instant: datetime) -> str:
    return instant.astimezone(_BEIJING).strftime("%Y-%m-%d")


def _moment(instant: datetime) -> str:
    return instant.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M (UTC+8)")
