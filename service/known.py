"""What is known of a target, told from its record: the posts that lead to it, then what people decided. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from service.records import StoredLink, TargetRecord

TARGET_DECIDED = "target_decided"
TARGET_LIFTED = "target_lifted"
PAGE_VISITED = "page_visited"
KINDS = (TARGET_DECIDED, TARGET_LIFTED, PAGE_VISITED)
_SIGNS = ("organised", "health_risk", "evasion")


def after_post(known: TargetRecord | None, link: StoredLink, recorded_at: datetime) -> TargetRecord:
    """The target after a post that leads to it was recorded."""
    if known is None:
        known = TargetRecord(link.target, link.url, "unknown")
    if known.state == "unknown" and link.verdict != "allow":
        known = replace(known, state="suspected", since=recorded_at)
    return replace(known, top_probability=max(known.top_probability, link.counterfeit_probability))


def after_line(
    known: TargetRecord | None, target: str, kind: str, at: datetime, body: Mapping[str, Any]
) -> TargetRecord:
    """The target after a line of its stream; lines of a kind that decides nothing change nothing."""
    known = known or TargetRecord(target, body.get("url", target), "unknown")
    if kind == TARGET_LIFTED:
        probability, page = known.top_probability, known.page
        return TargetRecord(target, known.url, "suspected", since=at, top_probability=probability, page=page)
    if kind == PAGE_VISITED:
        return _visited(known, at, body)
    return _decided(known, at, body) if kind == TARGET_DECIDED else known


def _visited(known: TargetRecord, at: datetime, body: Mapping[str, Any]) -> TargetRecord:
    if known.state == "unknown" and body["verdict"] != "allow":
        known = replace(known, state="suspected", since=at)
    page = body["visit_id"] if body["page"] else known.page
    return replace(known, page=page, top_probability=max(known.top_probability, body["counterfeit_probability"]))


def _decided(known: TargetRecord, at: datetime, body: Mapping[str, Any]) -> TargetRecord:
    # The same decision again adds what was found since; it does not move when and by whom it was taken first.
    again = known.state == body["decision"]
    return TargetRecord(
        target=known.target,
        url=body["url"],
        state=body["decision"],
        since=known.since if again else at,
        by=known.by if again else body["actor"],
        basis=known.basis if again else body.get("basis", "human"),
        decision_id=body["decision_id"],
        **{sign: body[sign] or (again and getattr(known, sign)) for sign in _SIGNS},
        top_probability=known.top_probability,
        page=known.page,
    )
