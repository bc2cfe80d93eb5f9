"""The tables. Facts (``posts``, ``post_links``, ``ledger``) are never updated or deleted: the database refuses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant as microseconds since 1970 in UTC: the same order and precision on every database."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """To the database."""
        del dialect
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """From the database."""
        del dialect
        return None if value is None else instant_of(value)


def instant_of(microseconds: int) -> datetime:
    """The instant that a column of the kind above holds, where it was read as a number."""
    return _EPOCH + microseconds * _MICROSECOND


Sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is exactly ``INTEGER``."""

metadata = sa.MetaData()

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    sa.Column("post_id", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("account_type", sa.Text, nullable=False),
    sa.Column("posted_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("counterfeit_probability", sa.Float, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("links", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("mention", sa.Boolean, nullable=False),
    sa.Column("amnesty", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("reach", sa.BigInteger, nullable=True),
    sa.Column("pictures", sa.LargeBinary, nullable=True),
    sa.UniqueConstraint("post_id", "revision", name="posts_id_revision"),
    sa.Index("posts_by_time", "posted_at"),
)

post_links = sa.Table(
    "post_links",
    metadata,
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("post_seq", Sequence, sa.ForeignKey("posts.seq"), nullable=False),
    sa.PrimaryKeyConstraint("target", "account_id", "post_seq", name="post_links_key"),
    sa.Index("post_links_by_post", "target", "post_seq"),
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("occurred_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.UniqueConstraint("stream", "position", name="ledger_stream_position"),
    sa.Index("ledger_by_kind", "kind", "seq"),
)

targets = sa.Table(
    "targets",
    metadata,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("since", Instant),
    sa.Column("decided_by", sa.Text),
    sa.Column("basis", sa.Text),
    sa.Column("decision_id", sa.Text),
    sa.Column("organised", sa.Boolean, nullable=False),
    sa.Column("health_risk", sa.Boolean, nullable=False),
    sa.Column("evasion", sa.Boolean, nullable=False),
    sa.Column("top_probability", sa.Float, nullable=False),
    sa.Column("page", sa.Text),
    sa.Index("targets_by_state", "state", "target"),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("account_id", sa.Text),
    sa.Column("priority", sa.Float, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("claimed_by", sa.Text),
    sa.Column("lease_until", Instant),
    sa.Column("decided_at", Instant),
    sa.Column("excluded", sa.Text),
    sa.Column("for_role", sa.Text),
)
sa.Index(
    "cases_decided",
    cases.c.decided_at,
    sqlite_where=cases.c.decided_at.is_not(None),
    postgresql_where=cases.c.decided_at.is_not(None),
)
sa.Index("cases_queue", cases.c.state, cases.c.kind, cases.c.priority.desc(), cases.c.opened_at)
sa.Index(
    "cases_one_open_per_subject",
    cases.c.kind,
    cases.c.subject,
    unique=True,
    sqlite_where=cases.c.state == "open",
    postgresql_where=cases.c.state == "open",
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    sa.Column("job_id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("run_after", Instant),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", Sequence, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.Text, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("account_id", sa.Text, index=True),
    sa.Column("occurred_at", Instant, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("webhook_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("events", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("removed_at", Instant),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("event_seq", Sequence, sa.ForeignKey("outbox.seq"), nullable=False),
    sa.Column("webhook_id", sa.Text, sa.ForeignKey("webhooks.webhook_id"), nullable=False),
    sa.Column("account_id", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.BigInteger, nullable=False),
    sa.Column("first_at", Instant),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("leased_until", Instant),
    sa.Column("delivered_at", Instant),
    sa.Column("error", sa.Text),
    sa.PrimaryKeyConstraint("event_seq", "webhook_id", name="deliveries_key"),
    sa.Index("deliveries_due", "state", "next_at"),
    sa.Index("deliveries_in_order", "webhook_id", "account_id", "state", "event_seq"),
)

endings = sa.Table(
    "endings",
    metadata,
    sa.Column("action_id", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("ends_at", Instant, nullable=False, index=True),
)
"""Actions that end by themselves and whose end was not told yet."""

fetches = sa.Table(
    "fetches",
    metadata,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("worth", sa.Float, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("leased_until", Instant),
    sa.Column("attempts", sa.BigInteger, nullable=False),
    sa.Column("visits", sa.BigInteger, nullable=False),
)
"""Pages that are to be visited, now or again."""
sa.Index("fetches_by_worth", fetches.c.worth.desc(), fetches.c.due_at)

fetch_hosts = sa.Table(
    "fetch_hosts",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("free_at", Instant, nullable=False),
)
"""When a host may be visited again, by whichever worker."""

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("visit_id", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("content_type", sa.Text),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""The page behind a target as it was seen last, packed: what its posts are judged by. The evidence is in files."""

traits = sa.Table(
    "traits",
    metadata,
    sa.Column("trait", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("trait", "subject", name="traits_key"),
    sa.Index("traits_by_subject", "subject"),
)
"""What targets and accounts (``target:…``, ``account:…``) have in common with others."""

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("campaign", sa.Text, nullable=False, index=True),
)
"""Which campaign a target belongs to; its id is that of the first that was found of it."""

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
)
"""How far a reader of posts or of the ledger has come."""

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("notice_id", sa.Text, primary_key=True),
    sa.Column("notifier", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("restore_at", Instant, index=True),
)
"""Who gave a notice: the only place where a rights holder's name and address stand, so that they can be erased."""

checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("streams", sa.BigInteger, nullable=False),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
)

checkpoint_heads = sa.Table(
    "checkpoint_heads",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
"""The head of each stream at the last checkpoint."""

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("secret_digest", sa.Text, nullable=False, unique=True),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_digest", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("disabled_at", Instant),
    sa.Column("failures", sa.BigInteger, nullable=False),
    sa.Column("locked_until", Instant),
    sa.Column("session_key", sa.Text, nullable=False),
)

challenger_scores = sa.Table(
    "challenger_scores",
    metadata,
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("decision_id", sa.Text, nullable=False),
    sa.Column("challenger_version", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("champion_version", sa.Text, nullable=False),
    sa.Column("champion_verdict", sa.Text, nullable=False),
    sa.Column("champion_probability", sa.Float, nullable=False),
    sa.Column("challenger_verdict", sa.Text, nullable=False),
    sa.Column("challenger_probability", sa.Float, nullable=False),
    sa.PrimaryKeyConstraint("target", "decision_id", "challenger_version", name="challenger_scores_key"),
)
"""Figures, not facts: no decision rests on them, and an operator may delete old ones."""

registrations = sa.Table(
    "registrations",
    metadata,
    sa.Column("domain", sa.Text, primary_key=True),
    sa.Column("registered_at", Instant),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("learned_at", Instant, nullable=False),
)
"""What registries say, kept so that nobody is asked twice; it can be learned again."""

FACT_TABLES = ("posts", "post_links", "ledger")
