"""Pages that the service has read itself, as evidence for posts that lead to them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from detector.reading import PageEvidence, Reader
from service.ports import Work

KEPT = 500
"""Pages that a process remembers as read: those behind what is shared most are asked for again and again."""


class SeenPages:
    """Reads each page once, by the visit that saw it."""

    def __init__(self, reader: Reader, kept: int = KEPT) -> None:
        self._reader = reader
        self._kept = kept
        self._read: OrderedDict[str, PageEvidence] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, work: Work, targets: Iterable[str]) -> tuple[dict[str, PageEvidence], dict[str, str]]:
        """Pages of those targets that have one, and the visits that saw them."""
        names = list(dict.fromkeys(targets))
        visits = work.pages_seen(names) if names else {}
        found = {target: self._page(work, target, visit_id) for target, visit_id in visits.items()}
        return {target: page for target, page in found.items() if page is not None}, visits

    def _page(self, work: Work, target: str, visit_id: str) -> PageEvidence | None:
        with self._lock:
            if visit_id in self._read:
                self._read.move_to_end(visit_id)
                return self._read[visit_id]
        seen = work.page(target)
        if seen is None:
            return None
        page = self._reader.page(seen.snapshot)
        with self._lock:
            self._read[visit_id] = page
            while len(self._read) > self._kept:
                self._read.popitem(last=False)
        return page
