"""What the store keeps of campaigns: traits, and which targets they tie together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.tables import campaigns, cursors, traits
from detector.campaigns import Trait

_TARGET = "target:"


class CampaignWork:
    """The part of a transaction that ties; see :class:`service.ports.Work`."""

    connection: sa.Connection

    def _insert_into(self, table: sa.Table) -> Any:
        return (sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert)(table)

    def cursor(self, name: str) -> int:
        """How far a reader has come; 0 before it began."""
        found = self.connection.execute(sa.select(cursors.c.seq).where(cursors.c.name == name)).scalar()
        return int(found or 0)

    def put_cursor(self, name: str, seq: int) -> None:
        """How far it is now."""
        statement = self._insert_into(cursors).values(name=name, seq=seq)
        self.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"seq": seq}))

    def add_traits(self, subject: str, found: Sequence[Trait]) -> None:
        """Note what a target or an account has; what is noted already stays."""
        rows = [{"trait": t.name, "subject": subject, "kind": t.kind, "evidence": t.evidence} for t in found]
        if rows:
            self.connection.execute(self._insert_into(traits).on_conflict_do_nothing(), rows)

    def traits_of(self, subjects: Sequence[str]) -> list[tuple[str, Trait]]:
        """What they have, each with its subject."""
        statement = sa.select(traits).where(traits.c.subject.in_(subjects)).order_by(traits.c.trait, traits.c.subject)
        return [(row.subject, _trait(row)) for row in self.connection.execute(statement)]

    def sharing(self, names: Sequence[str], prefix: str, limit: int) -> list[tuple[str, Trait]]:
        """Subjects of one kind that have any of these traits, each with the trait."""
        statement = (
            sa.select(traits)
            .where(traits.c.trait.in_(names), sa.func.substr(traits.c.subject, 1, len(prefix)) == prefix)
            .limit(limit)
        )
        return [(row.subject, _trait(row)) for row in self.connection.execute(statement)]

    def join_campaign(self, target: str, names: Sequence[str], new_id: str) -> str:
        """The campaign of a target with these traits: those it ties are one from now on, under the earliest id."""
        named = sa.func.substr(traits.c.subject, len(_TARGET) + 1)
        tied = (
            sa.select(campaigns.c.campaign)
            .join(traits, campaigns.c.target == named)
            .where(traits.c.trait.in_(names), sa.func.substr(traits.c.subject, 1, len(_TARGET)) == _TARGET)
        )
        own = sa.select(campaigns.c.campaign).where(campaigns.c.target == target)
        found = sorted(set(self.connection.execute(sa.union(tied, own)).scalars()))
        campaign = found[0] if found else new_id
        if len(found) > 1:
            merged = sa.update(campaigns).where(campaigns.c.campaign.in_(found[1:])).values(campaign=campaign)
            self.connection.execute(merged)
        statement = self._insert_into(campaigns).values(target=target, campaign=campaign)
        self.connection.execute(statement.on_conflict_do_nothing())
        return campaign

    def campaign_of(self, targets: Sequence[str]) -> dict[str, str]:
        """Campaigns of targets that have one."""
        statement = sa.select(campaigns).where(campaigns.c.target.in_(targets))
        return {row.target: row.campaign for row in self.connection.execute(statement)}

    def campaign_targets(self, campaign: str, limit: int) -> list[str]:
        """Targets of a campaign, by name."""
        statement = sa.select(campaigns.c.target).where(campaigns.c.campaign == campaign).order_by("target")
        return list(self.connection.execute(statement.limit(limit)).scalars())


def _trait(row: Any) -> Trait:
    return msgspec.convert({"name": row.trait, "kind": row.kind, "evidence": row.evidence}, Trait)
