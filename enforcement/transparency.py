"""Statements in the field names of the EU's transparency database (Digital Services Act, art. 24 (5)).

https://transparency.dsa.ec.europa.eu/page/api-documentation. A warning restricts nothing, so it is no statement there.
No field holds personal data: neither the account, nor the link, nor words of the post are named.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from enforcement.book import Rulebook
from enforcement.types import Action, ActionKind, Basis, Order

MAX_BATCH = 100
"""Most statements that the database takes in one call."""
_MAX_GROUND, _MAX_EXPLANATION, _MAX_FACTS = 500, 2_000, 5_000

_DECISION: dict[ActionKind, dict[str, Any]] = {
    "disable_link": {"decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"]},
    "restrict_links": {"decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION"},
    "suspend": {"decision_account": "DECISION_ACCOUNT_SUSPENDED"},
    "ban": {"decision_account": "DECISION_ACCOUNT_TERMINATED"},
}
_END: dict[ActionKind, str] = {
    "disable_link": "end_date_visibility_restriction",
    "restrict_links": "end_date_service_restriction",
    "suspend": "end_date_account_restriction",
}
_FACTS: dict[Basis, str] = {
    "model": (
        "A post carried a link that automatic detection judged very likely to lead to counterfeit goods, from the "
        "address, the text of the post and, where it was known, the page behind the link."
    ),
    "human": "A post carried a link to an offer that a reviewer had confirmed as an offer of counterfeit goods.",
    "rights_holder": (
        "A post carried a link to an offer that a rights holder had notified as an offer of counterfeit goods; a "
        "reviewer checked the notice and upheld it."
    ),
}


def restricts(action: Action) -> bool:
    """Whether the action is a restriction that the database asks for."""
    return action.order.kind in _DECISION


def database_statement(action: Action, book: Rulebook, *, content_date: datetime, account_type: str) -> dict[str, Any]:
    """One statement as the database's API takes it; only for an action that :func:`restricts`.

    ``content_date`` is when the earliest of the posts was made, ``account_type`` what the platform said of the account.
    """
    order = action.order
    return {
        **_DECISION[order.kind],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": f"Rule {order.rule} of rulebook version {book.version}"[:_MAX_GROUND],
        "incompatible_content_explanation": _explanation(order, book)[:_MAX_EXPLANATION],
        "incompatible_content_illegal": "No" if order.basis == "model" else "Yes",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "category_specification": ["KEYWORD_TRADEMARK_INFRINGEMENT"],
        "content_date": _day(content_date),
        "application_date": _day(action.ordered_at),
        "decision_facts": _facts(order)[:_MAX_FACTS],
        "source_type": "SOURCE_ARTICLE_16" if order.basis == "rights_holder" else "SOURCE_VOLUNTARY",
        "automated_detection": "No" if order.basis == "rights_holder" else "Yes",
        "automated_decision": _automation(order),
        "account_type": "ACCOUNT_TYPE_PRIVATE" if account_type == "private" else "ACCOUNT_TYPE_BUSINESS",
        "puid": action.statement_id,
        **_end(order),
    }


def _explanation(order: Order, book: Rulebook) -> str:
    return (book.rule_text(order.rule) or book.summary).en


def _facts(order: Order) -> str:
    n = len(order.post_ids)
    return _FACTS[order.basis] if n <= 1 else f"{_FACTS[order.basis]} This concerns {n} posts of the account."


def _automation(order: Order) -> str:
    if not order.automated:
        return "AUTOMATED_DECISION_NOT_AUTOMATED"
    return "AUTOMATED_DECISION_FULLY" if order.basis == "model" else "AUTOMATED_DECISION_PARTIALLY"


def _end(order: Order) -> dict[str, str]:
    name = _END.get(order.kind)
    return {} if name is None or order.until is None else {name: _day(order.until)}


def _day(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d")
