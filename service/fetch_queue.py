"""Which landing pages are visited, and when again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from detector.types import PageSnapshot
from service.visits import PASSING, Outcome

RETRY_MINUTES = 5.0
RETRIES = 3
"""Times that what may pass is tried again soon; each pause is three times as long as the one before."""
AGAIN_DAYS = (1, 7, 30)
"""Days until a page is visited again after its first, second and any later visit."""


class FetchWish(msgspec.Struct, frozen=True):
    """A page that is worth a visit."""

    target: str
    url: str
    host: str
    worth: float
    """Probability × expected reach; adds up over the posts that lead there."""


class FetchLease(msgspec.Struct, frozen=True):
    """On what terms pages are taken."""

    now: datetime
    until: datetime
    """Until when they belong to the one who takes them; a worker that dies gives them up by then."""
    host_pause: timedelta
    """How long nobody visits the same host after this."""


class FetchTask(msgspec.Struct, frozen=True):
    """A page to visit."""

    target: str
    url: str
    attempts: int = 0
    """Visits in a row that came to nothing."""
    visits: int = 0
    """Visits that came to something."""


class SeenPage(msgspec.Struct, frozen=True):
    """The page behind a target as it was seen last."""

    target: str
    visit_id: str
    snapshot: PageSnapshot


def wish_for(target: str, url: str, worth: float) -> FetchWish | None:
    """A wish for the page of a link; ``None`` where its address is none of the web's."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return FetchWish(target, url, host.lower(), worth) if host and parts.scheme in {"http", "https"} else None


def after_visit(task: FetchTask, outcome: Outcome, now: datetime, chance: random.Random) -> tuple[FetchTask, datetime]:
    """The task and when it is due again: soon where it may have been a bad moment, else after days."""
    if outcome in PASSING and task.attempts < RETRIES:
        pause = timedelta(minutes=RETRY_MINUTES * 3**task.attempts * chance.uniform(0.8, 1.2))
        return msgspec.structs.replace(task, attempts=task.attempts + 1), now + pause
    days = AGAIN_DAYS[min(task.visits, len(AGAIN_DAYS) - 1)]
    return msgspec.structs.replace(task, attempts=0, visits=task.visits + 1), now + timedelta(days=days)
