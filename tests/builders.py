"""Records with sensible contents, so that a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from enforcement.types import NewEntry
from service.records import ApiKey, Case, ChallengerScore, Event, Job, StoredLink, StoredPost, TargetRecord, TargetTouch

NOW = datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)
TARGET = "taobao:item:520813250866"
STREAM = "account:a1"


def later(minutes: float) -> datetime:
    """So many minutes after ``NOW``."""
    return NOW + timedelta(minutes=minutes)


def stored_link(target: str = TARGET, **changes: Any) -> StoredLink:
    """A link that was held."""
    values = {"url": "https://a.example/1", "target": target, "verdict": "hold", "counterfeit_probability": 0.93}
    return StoredLink(**values | changes)


def stored_post(post_id: str = "p1", *, targets: tuple[str, ...] = (TARGET,), **changes: Any) -> StoredPost:
    """A post of account ``a1`` that leads to ``targets``."""
    values: dict[str, Any] = {
        "post_id": post_id,
        "revision": 0,
        "account_id": "a1",
        "account_type": "private",
        "posted_at": NOW,
        "recorded_at": NOW,
        "digest": "d" * 64,
        "decision_id": f"dec-{post_id}",
        "verdict": "hold",
        "counterfeit_probability": 0.93,
        "text": "LV包包298元 💼",
        "links": tuple(map(stored_link, targets)),
        "answer": b'{"verdict":"hold"}',
    }
    return StoredPost(**values | changes)


def touch(target: str = TARGET, **changes: Any) -> TargetTouch:
    """A touch by a post that was allowed."""
    values = {"target": target, "url": "https://a.example/1", "counterfeit_probability": 0.5, "suspected": False}
    return TargetTouch(**values | changes)


def target_record(target: str = TARGET, **changes: Any) -> TargetRecord:
    """A target that a person confirmed."""
    values: dict[str, Any] = {
        "target": target,
        "url": "https://a.example/1",
        "state": "counterfeit",
        "since": NOW,
        "by": "mia",
        "basis": "human",
        "decision_id": "dec-1",
        "organised": True,
        "top_probability": 0.93,
    }
    return TargetRecord(**values | changes)


def new_entry(body: dict[str, Any] | None = None, *, stream: str = STREAM, **changes: Any) -> NewEntry:
    """An entry of account ``a1``."""
    values: dict[str, Any] = {"stream": stream, "kind": "finding", "occurred_at": NOW, "body": body or {}}
    return NewEntry(**values | changes)


def case(case_id: str = "c1", **changes: Any) -> Case:
    """An open case on the usual target."""
    values: dict[str, Any] = {
        "case_id": case_id,
        "kind": "target",
        "state": "open",
        "subject": TARGET,
        "account_id": None,
        "priority": 1.0,
        "opened_at": NOW,
        "version": 1,
        "body": {"note": "看"},
    }
    return Case(**values | changes)


def job(job_id: str = "j1", **changes: Any) -> Job:
    """A queued job."""
    values: dict[str, Any] = {
        "job_id": job_id,
        "kind": "settle_target",
        "state": "queued",
        "body": {"target": TARGET},
        "created_at": NOW,
    }
    return Job(**values | changes)


def event(event_id: str = "e1", **changes: Any) -> Event:
    """An event about account ``a1``."""
    values: dict[str, Any] = {
        "event_id": event_id,
        "type": "action_ordered",
        "account_id": "a1",
        "occurred_at": NOW,
        "body": {"kind": "warn"},
    }
    return Event(**values | changes)


def api_key(name: str = "platform", **changes: Any) -> ApiKey:
    """A live key."""
    values: dict[str, Any] = {"name": name, "scopes": ("score", "read"), "created_at": NOW}
    return ApiKey(**values | changes)


def challenger_score(decision_id: str = "dec-p1", **changes: Any) -> ChallengerScore:
    """Two models that do not agree on the usual target."""
    values: dict[str, Any] = {
        "decision_id": decision_id,
        "target": TARGET,
        "recorded_at": NOW,
        "champion_version": "2026.11-1",
        "champion_verdict": "hold",
        "champion_probability": 0.93,
        "challenger_version": "2026.12-1",
        "challenger_verdict": "allow",
        "challenger_probability": 0.04,
    }
    return ChallengerScore(**values | changes)
