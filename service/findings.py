"""Findings that the model makes of a post: what the rules are asked about while nobody has looked."""

from __future__ import annotations

from datetime import datetime

from detector.types import LinkVerdict
from enforcement.types import Finding

QUOTED = 5
"""Words of a post that a finding quotes, at most."""


def quoted(verdict: LinkVerdict) -> tuple[str, ...]:
    """What in the post spoke against it, quoted."""
    return tuple(dict.fromkeys(f"“{r.evidence}”" for r in verdict.reasons if r.weight > 0 and r.evidence))[:QUOTED]


def model_finding(  # noqa: PLR0917 - one line for each source of the finding
    account_id: str,
    account_type: str,
    post_id: str,
    target: str,
    posted_at: datetime,
    verdict: LinkVerdict,
    now: datetime,
    *,
    amnesty: bool = False,
) -> Finding:
    """A post that the model holds."""
    return Finding(
        account_id=account_id,
        post_id=post_id,
        target=target,
        posted_at=posted_at,
        basis="model",
        found_at=now,
        mention=verdict.mention,
        amnesty=amnesty,
        account_type=account_type,
        evidence=quoted(verdict),
    )
