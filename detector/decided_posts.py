"""What people decided of recorded posts and of the targets that they lead to: what the record can teach. Plain data."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from detector.types import VerdictName

Look = Literal["held", "reviewed", "sampled", "reported"]
"""Why people looked: the model held or doubted the target, the target was drawn at random from those that the model
allowed, or somebody brought it (a rights holder's notice, a moderator's own find)."""
LOOKS: tuple[Look, ...] = ("held", "reviewed", "sampled", "reported")


class DecidedPost(msgspec.Struct, frozen=True):
    """One post, through its link to the target. Its landing page is not there: the record keeps no pages."""

    target: str
    counterfeit: bool
    """The last word of people on this post."""
    decided_at: datetime
    """When it was said."""
    look: Look
    weight: float
    """Inverse of the probability of having been looked at, clipped: 1 or more."""
    post_id: str
    account_id: str
    posted_at: datetime
    text: str
    """Empty where the post was a link alone."""
    url: str
    """The link that leads to the target, as it was written."""
    links: tuple[str, ...]
    """Every link of the post, ``url`` among them."""
    n_links: int
    """How many targets the post leads to."""


class JudgedTarget(msgspec.Struct, frozen=True):
    """A target that people have decided, under two models."""

    target: str
    counterfeit: bool
    weight: float
    """As of its posts."""
    champion: VerdictName
    """The gravest verdict that its posts got from the model in use."""
    challenger: VerdictName
