"""API keys, by the digest of their secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from adapters.sql.tables import api_keys
from service.records import ApiKey


class KeyWork:
    """The part of a transaction that keeps API keys; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def add_key(self, key: ApiKey, secret_digest: str) -> None:
        """Keep a key; the secret itself is never stored."""
        values = msgspec.structs.asdict(key) | {"scopes": ",".join(key.scopes), "secret_digest": secret_digest}
        self.connection.execute(sa.insert(api_keys), values)

    def key_by_digest(self, secret_digest: str) -> ApiKey | None:
        """The key with this secret, revoked or not."""
        row = self.connection.execute(sa.select(api_keys).where(api_keys.c.secret_digest == secret_digest)).first()
        return None if row is None else _key(row)

    def keys(self) -> list[ApiKey]:
        """All keys, oldest first."""
        return [_key(row) for row in self.connection.execute(sa.select(api_keys).order_by(api_keys.c.created_at))]

    def revoke_key(self, name: str, now: datetime) -> bool:
        """Whether there was such a key to revoke."""
        live = sa.and_(api_keys.c.name == name, api_keys.c.revoked_at.is_(None))
        return self.connection.execute(sa.update(api_keys).where(live).values(revoked_at=now)).rowcount == 1


def _key(row: Any) -> ApiKey:
    return ApiKey(row.name, tuple(row.scopes.split(",")), row.created_at, row.revoked_at)
