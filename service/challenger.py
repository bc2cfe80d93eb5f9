"""A second model in shadow: it scores what the model in use scored, and nothing that anybody is answered depends on it.

A post is put aside after its answer was recorded; a thread scores it and writes both models' verdicts down. What cannot
be put aside, scored or written is counted and dropped: a challenger may cost a figure, never an answer.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec
import structlog

from detector.score import Detector
from detector.types import LinkVerdict, Post, VerdictName
from service.ports import Clock, Store
from service.records import ChallengerScore

MOST_WAITING = 5_000
MOST_WAITING_CHARS = 64 * 1024 * 1024
"""Of texts and pages: posts that wait must not fill the memory."""
BATCH = 500
"""Posts whose scores are written in one transaction."""
PAUSE_S = 1.0
"""How long posts gather: one write a second is no burden to those who answer."""

log = structlog.get_logger()


class Tally(Protocol):
    """Whoever counts."""

    def count_challenger_link(self, champion: VerdictName, challenger: VerdictName) -> None:
        """Both models judged one link (or the text of a post without one)."""
        ...

    def count_challenger_post(self, outcome: str) -> None:
        """A post was ``scored``, ``dropped``, ``failed`` or ``unrecorded``."""
        ...


class Aside(msgspec.Struct, frozen=True):
    """A post that was answered, with what the model in use said."""

    post: Post
    verdicts: tuple[LinkVerdict, ...]
    decision_id: str
    recorded_at: datetime

    @property
    def chars(self) -> int:
        """Roughly what it takes in memory."""
        return len(self.post.text) + sum(len(page.body) for page in self.post.pages)


class Challenger:
    """Scores posts beside the model in use, on a thread of its own that begins with the first of them."""

    def __init__(
        self, detector: Detector, champion: str, store: Store, clock: Clock, *, pause_s: float = PAUSE_S
    ) -> None:
        self.version = detector.model.version
        self._detector = detector
        self._champion = champion
        self._store = store
        self._clock = clock
        self._pause_s = pause_s
        self._tally: Tally | None = None
        self._lock = threading.Lock()
        self._waiting: deque[Aside] = deque()
        self._chars = 0
        self._thread: threading.Thread | None = None
        self._something = threading.Event()
        self._ended = threading.Event()
        self._told: set[str] = set()

    def report_to(self, tally: Tally) -> None:
        """Count for whoever counts."""
        self._tally = tally

    def offer(self, post: Post, verdicts: Sequence[LinkVerdict], decision_id: str) -> None:
        """Put a post aside; returns at once and never raises."""
        try:
            aside = Aside(post, tuple(verdicts), decision_id, self._clock.now())
            if not self._put(aside):
                self._count("dropped")
        except Exception as error:  # noqa: BLE001 - the answer is already given: nothing here may spoil it
            self._failed(error, "dropped")

    def _put(self, aside: Aside) -> bool:
        with self._lock:
            is_full = len(self._waiting) >= MOST_WAITING or self._chars + aside.chars > MOST_WAITING_CHARS
            if is_full or self._ended.is_set():
                return False
            self._waiting.append(aside)
            self._chars += aside.chars
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="challenger", daemon=True)
                self._thread.start()
        self._something.set()
        return True

    def _take(self) -> list[Aside]:
        with self._lock:
            taken = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._chars -= sum(aside.chars for aside in taken)
            if not self._waiting:
                self._something.clear()
        return taken

    def _run(self) -> None:
        while not self._ended.is_set():
            self._something.wait()
            self._ended.wait(self._pause_s)
            self.work_off()
        self.work_off()

    def work_off(self) -> None:
        """Score and record all that waits. Never raises."""
        while taken := self._take():
            scores: list[ChallengerScore] = []
            scored = 0
            for aside in taken:
                try:
                    scores += self._score(aside)
                    scored += 1
                except Exception as error:  # noqa: BLE001 - whatever a challenger does, the next post gets its turn
                    self._failed(error, "failed")
                time.sleep(0)  # lets a thread that answers go first
            self._record(scores, scored)

    def _score(self, aside: Aside) -> list[ChallengerScore]:
        theirs = {_name(v): v for v in self._detector.score(aside.post)}
        pairs = [(ours, theirs[_name(ours)]) for ours in aside.verdicts]
        for ours, other in pairs:
            if self._tally is not None:
                self._tally.count_challenger_link(ours.verdict, other.verdict)
        return [
            ChallengerScore(
                decision_id=aside.decision_id,
                target=_name(ours),
                recorded_at=aside.recorded_at,
                champion_version=self._champion,
                champion_verdict=ours.verdict,
                champion_probability=ours.counterfeit_probability,
                challenger_version=self.version,
                challenger_verdict=other.verdict,
                challenger_probability=other.counterfeit_probability,
            )
            for ours, other in pairs
            if ours.link is not None
        ]

    def _record(self, scores: Sequence[ChallengerScore], posts: int) -> None:
        try:
            if scores:
                with self._store.begin() as work:
                    work.add_challenger_scores(scores)
        except Exception as error:  # noqa: BLE001 - the figures are lost, the service goes on
            self._failed(error, "unrecorded", posts)
        else:
            self._count("scored", posts)

    def _failed(self, error: Exception, outcome: str, posts: int = 1) -> None:
        """Count it, and say it once for each kind: a challenger that always fails must not fill the log."""
        kind = type(error).__name__
        if kind not in self._told:
            self._told.add(kind)
            log.warning("the challenger is in trouble", outcome=outcome, error=kind, challenger=self.version)
        self._count(outcome, posts)

    def _count(self, outcome: str, posts: int = 1) -> None:
        for _ in range(posts if self._tally is not None else 0):
            self._tally.count_challenger_post(outcome)  # type: ignore[union-attr]  # looked at in the line above

    def close(self, timeout_s: float = 5.0) -> None:
        """Take nothing more, write down what waits, and end."""
        self._ended.set()
        self._something.set()
        if self._thread is not None:
            self._thread.join(timeout_s)


def _name(verdict: LinkVerdict) -> str:
    """The target of a verdict; empty for the text of a post without links."""
    return "" if verdict.link is None else verdict.link.target
