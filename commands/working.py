"""The worker: everything that no request waits for. Many can run at once."""

from __future__ import annotations

import os
import signal
import threading
import time

import click
import structlog

from bootstrap.working import Duty, build_duties
from settings import read_settings
from web.logs import configure_logging

IDLE_S = 0.3
"""How long the worker sleeps when nothing is to be done."""
TROUBLE_S = 5.0
"""How long a duty that failed is left alone; the others go on."""

log = structlog.get_logger()


@click.command()
@click.option("--with-parent", type=int, hidden=True, help="End when this process is gone.")
def worker(with_parent: int | None) -> None:
    """Carry decisions to every post, deliver events, tell of what ends, restore, and seal the record."""
    settings = read_settings()
    configure_logging(settings.log_level)
    turns = [Turn(duty) for duty in build_duties(settings)]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("worker started", duties=[turn.name for turn in turns])
    while not stop.is_set() and (with_parent is None or os.getppid() == with_parent):
        busy = [turn.take() for turn in turns]
        if not any(busy):
            stop.wait(IDLE_S)


class Turn:
    """One duty, left alone for a while after it has failed, so that its trouble is nobody else's."""

    def __init__(self, duty: Duty) -> None:
        self.name = duty.name
        self._run = duty.run
        self._rests_until = 0.0

    def take(self) -> bool:
        """Do a little of it; whether there was anything to do."""
        if time.monotonic() < self._rests_until:
            return False
        try:
            return self._run()
        except Exception as error:  # noqa: BLE001 - whatever one duty meets, the others must go on
            # Not the message: it may quote a post.
            log.warning("a duty of the worker failed; trying again", duty=self.name, error=type(error).__qualname__)
            self._rests_until = time.monotonic() + TROUBLE_S
            return False
