"""Conditions of rules: CEL over a documented, typed table of facts. Compiled once, when a rulebook is read.

CEL (Common Expression Language) has no loops without bound and no side effects; what is left to refuse here is
names that do not exist, values of the wrong type, and regular expressions.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Literal

import cel
import msgspec

FactType = Literal["int", "bool", "string"]
FactValue = int | bool | str
FactValues = Mapping[str, FactValue]
"""A value for every fact, by its full name: ``{"incident.posts": 2, …}``."""

MAX_CONDITION_CHARS = 500
FUNCTIONS = frozenset(
    {"_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_&&_", "_||_", "!_", "@in", "_+_", "_-_", "-_", "_?_:_"}
)
"""Operators that a condition may use. No others: no rule has needed them, and each would need its own proof."""


class Fact(msgspec.Struct, frozen=True):
    """Something that a condition may ask about."""

    name: str
    type: FactType
    zh: str
    en: str
    neutral: FactValue
    """Its value for the mildest possible case."""
    values: tuple[FactValue, ...] = ()
    """All values of a string; empty where the type says it."""


ACCOUNT_TYPES = ("private", "business", "affiliate", "promoter")
CONFIRMED_BASES = ("rights_holder", "human")

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "incident.distinct_targets",
            "int",
            "本次事件中不同假货目标的数量",
            "different counterfeit targets in the incident",
            1,
        ),
        Fact("incident.posts", "int", "本次事件中的帖子数量", "posts in the incident", 1),
        Fact(
            "incident.organised",
            "bool",
            "人工认定目标背后有组织化售假",
            "a person found organised selling behind a target",
            neutral=False,
        ),
        Fact(
            "incident.health_risk",
            "bool",
            "人工认定商品危害健康或安全",
            "a person found goods that endanger health or safety",
            neutral=False,
        ),
        Fact(
            "incident.disguised",
            "bool",
            "同一目标被停用后，链接经伪装再次发布",
            "a link was dressed otherwise after the account's link to the same target had been disabled",
            neutral=False,
        ),
        Fact(
            "incident.evasion",
            "bool",
            "人工认定使用障眼页面，或由被处置者换号发布",
            "a person found cloaking, or another account of somebody who was sanctioned",
            neutral=False,
        ),
        Fact(
            "account.type",
            "string",
            "平台所述的账号类型（发帖时；取本次事件中最重者）",
            "what the platform said the account is when it posted; the gravest of the incident",
            "private",
            ACCOUNT_TYPES,
        ),
        Fact(
            "account.warned",
            "bool",
            "发帖时警告已送达且未失效",
            "a warning had been delivered before a post of the incident and had not lapsed",
            neutral=False,
        ),
        Fact(
            "account.points",
            "int",
            "事件开始时账号已有的分数",
            "points of earlier incidents that stood when the incident began",
            0,
        ),
        Fact(
            "finding.basis",
            "string",
            "认定依据（取最重者）：人工认定或权利人通知；仅链接规则可为 model",
            "on what the finding rests, the gravest of the incident; `model` occurs in the rule about links only",
            "rights_holder",
            CONFIRMED_BASES,
        ),
        Fact(
            "target.hidden_before",
            "bool",
            "发帖前，本账号通往同一目标的链接已被停用",
            "a link of the account to the same target had been disabled before the post was made",
            neutral=False,
        ),
    )
}
"""Everything that a condition may name."""

NEUTRAL: dict[str, FactValue] = {name: fact.neutral for name, fact in FACTS.items()}

_STRINGS = re.compile(r"'[^'\\\n]*'|\"[^\"\\\n]*\"")
_NAMES = re.compile(r"[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*")
_KEYWORDS = frozenset({"true", "false", "in"})
CEL_ERRORS = (TypeError, ValueError, RuntimeError, LookupError, ArithmeticError)
"""What executing a program may raise."""


class ConditionError(ValueError):
    """A condition that cannot be used; :class:`enforcement.book.RulebookError` puts file and line to it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Condition:
    """A compiled condition: call it with :func:`context` of the facts."""

    __slots__ = ("_program", "names", "text")

    def __init__(self, text: str) -> None:
        """:class:`ConditionError` where it is not a condition over the known facts that says true or false."""
        self.text = text
        self.names = _checked_names(text)
        self._program = _compile(text)
        _refuse_functions(self._program.functions())
        self.tried(context(NEUTRAL))

    def __reduce__(self) -> tuple[type[Condition], tuple[str]]:
        """A compiled program cannot be sent to another process; its text can."""
        return Condition, (self.text,)

    def __call__(self, facts: Any) -> bool:
        """Whether it holds; ``facts`` come from :func:`context`. What cannot be worked out does not hold."""
        try:
            return self._program.execute(facts) is True
        except CEL_ERRORS:  # only sums that overflow are left by the checks; nobody is sanctioned by one
            return False

    def tried(self, facts: Any) -> bool:
        """The same while a rulebook is checked: :class:`ConditionError` where it cannot be worked out."""
        try:
            said = self._program.execute(facts)
        except CEL_ERRORS as error:
            raise ConditionError(
                f"The condition `{self.text}` compares values of different types, or its numbers are too large.",
                f"Facts and their types: {_types(self.names)}.",
            ) from error
        if not isinstance(said, bool):
            raise ConditionError(
                f"The condition `{self.text}` gives {said!r}, not true or false.",
                "Compare it with something, for example `incident.posts >= 2`.",
            )
        return said


def context(facts: FactValues) -> Any:
    """The facts in the form that conditions take; make it once for all rules."""
    nested: dict[str, dict[str, FactValue]] = {}
    for name, value in facts.items():
        group, _, field = name.partition(".")
        nested.setdefault(group, {})[field] = value
    return cel.Context(variables=nested)


def _checked_names(text: str) -> frozenset[str]:
    if len(text) > MAX_CONDITION_CHARS:
        raise ConditionError(
            f"The condition has {len(text)} characters; {MAX_CONDITION_CHARS} are allowed.",
            "Split it into several rules.",
        )
    bare = _STRINGS.sub("''", text)
    names = {re.sub(r"\s", "", name) for name in _NAMES.findall(bare)} - _KEYWORDS
    for name in sorted(names):
        if name not in FACTS:
            raise ConditionError(f"The condition names `{name}`, which is not a fact.", _did_you_mean(name))
    return frozenset(names)


def _did_you_mean(name: str) -> str:
    near = difflib.get_close_matches(name[:80], FACTS, n=1, cutoff=0.5)
    return f"Did you mean `{near[0]}`?" if near else f"Facts are: {', '.join(FACTS)}."


def _compile(text: str) -> Any:
    try:
        return cel.compile(text)
    except (ValueError, RuntimeError) as error:
        raise ConditionError(
            f"`{text[:80]}` is not an expression of CEL.",
            "Write comparisons joined by `&&` and `||`, for example `account.warned && incident.posts >= 2`.",
        ) from error


def _refuse_functions(functions: list[str]) -> None:
    for name in sorted(set(functions) - FUNCTIONS):
        shown = name.strip("_@")
        raise ConditionError(
            f"The condition uses `{shown}`, which rules may not use.",
            "Comparisons, `in`, `&&`, `||`, `!`, `+` and `-` are allowed.",
        )


def _types(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}` is {FACTS[name].type}" for name in sorted(names)) or "none is named"
