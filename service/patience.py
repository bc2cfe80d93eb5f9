"""Long work goes on when the database that went away is back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from service.ports import UnavailableError

PATIENCE_S = 300.0
"""How long long work waits for a database: a restart or a failover takes a minute or two."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 10.0
_LOG = logging.getLogger(__name__)
_Done = TypeVar("_Done")


def patiently(
    work: Callable[[], _Done],
    patience_s: float = PATIENCE_S,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> _Done:
    """What ``work`` gives, tried again until the database answers.

    ``work`` is a transaction that may be done twice without harm: where the answer to a commit was lost, nobody knows
    whether it took effect. :class:`UnavailableError` once it stayed away for ``patience_s`` seconds.
    """
    until, wait = clock() + patience_s, _FIRST_WAIT_S
    while True:
        try:
            return work()
        except UnavailableError as error:
            if clock() + wait > until:
                raise
            _LOG.warning("%s Trying again in %.1f s.", error, wait)
        sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT_S)
