"""The rulebooks of a folder as they are now: a version that is published comes in without a restart."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import structlog

from enforcement.rulebook import DIGESTS, RulebookError, Rulebooks, load_rulebooks

LOOK_EVERY_S = 2.0

log = structlog.get_logger()


class RulebookFolder(Rulebooks):
    """Looks every two seconds whether something was sealed; what cannot be read then changes nothing, and is logged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen = self._stamp()
        self._look_at = time.monotonic() + LOOK_EVERY_S
        super().__init__(load_rulebooks(folder).books)

    def _look(self) -> None:
        if time.monotonic() < self._look_at or not self._lock.acquire(blocking=False):
            return
        try:
            self._look_again()
        finally:
            self._lock.release()

    def _look_again(self) -> None:
        self._look_at = time.monotonic() + LOOK_EVERY_S
        stamp = self._stamp()
        if stamp == self._seen:
            return
        try:
            self._take(load_rulebooks(self._folder).books)
        except RulebookError as error:
            log.warning("the rulebooks cannot be read; going on with those that were read before", problem=str(error))
        self._seen = stamp

    def _stamp(self) -> tuple[int, int]:
        try:
            found = (self._folder / DIGESTS).stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_size
