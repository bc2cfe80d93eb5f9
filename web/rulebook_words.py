"""The words around the rules, in both languages. What the rules themselves say stands in the rulebook."""

from __future__ import annotations

from typing import Final

_ZH: Final = {
    "tag": "zh-Hans",
    "other": "en",
    "other_name": "English",
    "kind": "规则手册",
    "version": "版本",
    "published": "公布",
    "effective": "生效",
    "in_force": "现行有效",
    "not_in_force": "这不是现行版本",
    "see_current": "查看现行版本",
    "all_versions": "所有版本",
    "contents": "目录",
    "classes": "违规等级一览",
    "classes_lead": "一次事件只按其中最重的等级计一次分。分数到期后自动失效。",
    "class": "等级",
    "offence": "违规行为",
    "points": "扣分",
    "lapse": "失效",
    "days": "天",
    "none": "不扣分",
    "rules": "规则",
    "rules_lead": "每一项处理都会写明所依据的规则编号，例如 {example}。",
    "link_rule": "只针对链接，不影响账号",
    "condition": "判定条件",
    "steps": "累计扣分的后果",
    "steps_lead": "有效分数累计达到某一级时，适用该级措施。",
    "at_points": "分",
    "forever": "无期限",
    "people": ("由系统自动执行", "须由一名审核员决定", "须由两名审核员一致决定"),
    "not_who_confirmed": "确认该链接目标的审核员不得参与决定",
    "measure": {
        "disable_link": "链接失效",
        "warn": "正式警告",
        "restrict_links": "禁止发布链接",
        "suspend": "暂停账号",
        "ban": "终止账号",
    },
    "counting": "如何计算",
    "incident": "{hours} 小时内已确认的链接算作一次事件。",
    "hold": "仅由系统判断而隐藏的链接，是临时措施，不是处罚：不扣分；{hours} 小时内无人审核则自动恢复显示。",
    "cap": "{classes} 级每天合计最多扣 {points} 分。",
    "before_confirmation": "在链接目标被确认之前发布的内容不扣分。",
    "before_sanction": "在上一次处罚之前发布的内容不再扣分。",
    "warning_first": "暂停或终止账号之前，必须先送达警告。",
    "warning_except": "{classes} 级除外。",
    "cure": "收到通知后 {hours} 小时内删除该内容的，{class_id} 级扣分乘以 {factor}。",
    "milder": "按发布内容时有效的版本处理；之后的版本更轻的，适用更轻的版本。",
    "appeal": "如何申诉",
    "appeal_who": "对任何一项处理，都可以在收到之日起 {days} 天内申诉。",
    "appeal_how": "请在平台的通知中选择“申诉”，并写明处理编号（action_id）和理由。申诉免费。",
    "appeal_other": "申诉由另一名审核员处理，不会只由系统自动决定。",
    "appeal_when": "账号被暂停的，{hours} 小时内处理；其他情况 {days} 天内处理。",
    "appeal_after": "申诉成立的，退还分数，恢复链接，并重新计算之后的所有处理。",
    "notice": "规则如何修改",
    "notice_text": (
        "更严格的版本至少提前 {harsher} 天公布，其他修改至少提前 {other} 天公布。"
        "已公布的版本不再修改，旧版本一直可以查阅。"
    ),
    "json": "机器可读版本（JSON）",
    "skip": "跳到正文",
    "fingerprint": "文件指纹（SHA-256）",
    "and": "、",
}

_EN: Final = {
    "tag": "en",
    "other": "zh",
    "other_name": "中文",
    "kind": "Rulebook",
    "version": "Version",
    "published": "Published",
    "effective": "In force from",
    "in_force": "In force",
    "not_in_force": "This is not the version in force",
    "see_current": "See the version in force",
    "all_versions": "All versions",
    "contents": "Contents",
    "classes": "Classes of offences",
    "classes_lead": "An incident counts once, under its gravest class. Points lapse by themselves.",
    "class": "Class",
    "offence": "Offence",
    "points": "Points",
    "lapse": "Lapse after",
    "days": "days",
    "none": "none",
    "rules": "The rules",
    "rules_lead": "Every action names the rule it rests on, for example {example}.",
    "link_rule": "Concerns the link alone, not the account",
    "condition": "Condition",
    "steps": "What points lead to",
    "steps_lead": "A step applies when the points that stand against an account reach it.",
    "at_points": "points",
    "forever": "no end",
    "people": ("Imposed by the service alone", "Decided by one person", "Decided by two people, who must agree"),
    "not_who_confirmed": "Whoever confirmed the target takes no part in this decision",
    "measure": {
        "disable_link": "Link disabled",
        "warn": "Formal warning",
        "restrict_links": "No link posting",
        "suspend": "Account suspended",
        "ban": "Account closed",
    },
    "counting": "How it is counted",
    "incident": "All confirmed links within {hours} hours are one incident.",
    "hold": (
        "A link hidden by the service's own estimate alone is held, not sanctioned: no points, and it is shown again "
        "by itself after {hours} hours if nobody has looked."
    ),
    "cap": "Classes {classes} together add at most {points} points a day.",
    "before_confirmation": "Posts made before the target was confirmed give no points.",
    "before_sanction": "Posts made before the account's last sanction give no points.",
    "warning_first": "A suspension or closure always follows a delivered warning.",
    "warning_except": "Class {classes} excepted.",
    "cure": "Class {class_id} counts times {factor} where the post is removed within {hours} hours of the notice.",
    "milder": "The version in force when the post was made applies; a later one applies where it is milder.",
    "appeal": "How to appeal",
    "appeal_who": "Any action can be appealed against within {days} days of being told of it.",
    "appeal_how": (
        "Choose “Appeal” in the platform's notice, and give the number of the action (action_id) and your "
        "reasons. It is free."
    ),
    "appeal_other": "Another person decides the appeal; it is never decided by software alone.",
    "appeal_when": "If the account is suspended: within {hours} hours. Otherwise: within {days} days.",
    "appeal_after": (
        "If the appeal succeeds, points are given back, links restored, and every later step is worked out anew."
    ),
    "notice": "How the rules change",
    "notice_text": (
        "A harsher version is published at least {harsher} days before it counts, any other at least {other} days. "
        "A published version is never edited, and earlier ones stay readable."
    ),
    "json": "The same for programs (JSON)",
    "skip": "Skip to the text",
    "fingerprint": "Fingerprint of the file (SHA-256)",
    "and": ", ",
}

WORDS: Final = {"zh": _ZH, "en": _EN}
"""Every word of the page around the rules, by language."""
