"""The words of the pages for account holders and rights holders, in both languages."""

from __future__ import annotations

from typing import Any, Final

WORDS: Final[dict[str, dict[str, Any]]] = {
    "zh": {
        "tag": "zh-Hans",
        "other": "en",
        "other_name": "English",
        "skip": "跳到正文",
        "standing": "我的账号状态",
        "rulebook": "规则",
        "states": {
            "good": "状态良好",
            "warned": "已收到警告",
            "restricted": "暂时不能发布链接",
            "suspended": "账号已暂时停用",
            "banned": "账号已被封禁",
        },
        "until": "至 {at}（北京时间）",
        "points": "当前分数",
        "lapses": "{points} 分于 {at} 失效",
        "no_points": "没有分数。",
        "actions": "处置与依据",
        "no_actions": "没有任何处置。",
        "reversed": "已于 {at} 撤销",
        "shortened": "审核人员已提前结束此措施：{reason}",
        "appeal": "申诉",
        "appeal_hint": "请说明为什么您认为这次处置不对，例如商品来源、授权或购物凭证。由另一名审核人员处理。",
        "send": "提交",
        "appeal_state": {
            "open": "申诉处理中，答复期限 {at}",
            "upheld": "申诉未成立：{note}",
            "overturned": "申诉成立：{note}",
        },
        "you": "您",
        "reviewer": "审核人员",
        "add": "补充说明",
        "thanks": "已收到。",
        "expired": "链接无效或已过期。请从平台重新打开。",
        "notice": "权利人通知",
        "notice_lead": "如果某个链接通往侵犯您商标权的假货，请在此通知我们。由审核人员处理，结果可凭编号查询。",
        "fields": {
            "name": "姓名或公司",
            "email": "电子邮箱",
            "brand": "品牌",
            "urls": "链接（每行一个）",
            "grounds": "为什么是假货",
            "good_faith": "本人善意地相信以上内容准确、完整。",
        },
        "notice_taken": "通知已收到，编号 {id}。请保存编号。",
        "problem": "无法提交：",
    },
    "en": {
        "tag": "en",
        "other": "zh",
        "other_name": "中文",
        "skip": "Skip to the text",
        "standing": "Where my account stands",
        "rulebook": "The rules",
        "states": {
            "good": "In good standing",
            "warned": "Warned",
            "restricted": "Cannot post links for now",
            "suspended": "Suspended for now",
            "banned": "Closed",
        },
        "until": "until {at} (Beijing time)",
        "points": "Points",
        "lapses": "{points} lapse on {at}",
        "no_points": "None.",
        "actions": "What was done, and why",
        "no_actions": "Nothing was done.",
        "reversed": "Taken back on {at}",
        "shortened": "A person let it end sooner: {reason}",
        "appeal": "Appeal",
        "appeal_hint": (
            "Say why you think this was wrong: where the goods come from, a licence, a receipt. Another person decides."
        ),
        "send": "Send",
        "appeal_state": {
            "open": "Your appeal is being looked at; an answer is due by {at}",
            "upheld": "Your appeal was not upheld: {note}",
            "overturned": "Your appeal was upheld: {note}",
        },
        "you": "You",
        "reviewer": "Reviewer",
        "add": "Add something",
        "thanks": "Received.",
        "expired": "This link is not valid, or has expired. Open it again from the platform.",
        "notice": "Rights holder's notice",
        "notice_lead": (
            "Tell us where a link leads to goods that infringe your trade mark. A person looks at it; keep the number "
            "to ask what became of it."
        ),
        "fields": {
            "name": "Name or company",
            "email": "E-mail",
            "brand": "Brand",
            "urls": "Links, one a line",
            "grounds": "Why the goods are counterfeit",
            "good_faith": "I believe in good faith that all of this is accurate and complete.",
        },
        "notice_taken": "Your notice was received. Its number is {id}; keep it.",
        "problem": "This cannot be sent:",
    },
}
