"""The command that serves: web processes, and the worker beside them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from typing import Any

import click
import structlog
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bootstrap.serving import check_start, describe
from settings import read_settings
from web.logs import configure_logging

TROUBLE_S = 2.0
"""How long to wait before a worker that ended is started again."""
WATCH_S = 0.5
"""How often a web process looks whether the process that started it is still there."""
LAST_ANSWERS_S = 5.0
"""How long a web process that was left alone may still answer what it had begun."""

THREADS = 2
"""Threads of a web process: a slow batch does not hold up single posts, and few threads fight for Python's one lock."""

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked about, not listened on

log = structlog.get_logger()


@click.command()
@click.option("--host", help="Address to listen on. Default: DAJIA_HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port. Default: DAJIA_PORT, else 8600.")
@click.option("--workers", type=click.IntRange(1, 256), help="Web processes. Default: DAJIA_WORKERS, else 2.")
@click.option("--no-worker", is_flag=True, help="Start no worker process; run `dajia worker` elsewhere.")
@click.option("--with-parent", type=int, hidden=True, help="End when this process is gone.")
def serve(host: str | None, port: int | None, workers: int | None, no_worker: bool, with_parent: int | None) -> None:
    """Serve the API. One worker process runs beside the web processes."""
    settings = read_settings()
    configure_logging(settings.log_level)
    check_start(settings)
    log.info("starting", settings=describe(settings))
    host, port = host or settings.host, port or settings.port
    _require_free(host, port)
    if with_parent is not None:
        threading.Thread(target=_end_with, args=(with_parent,), daemon=True).start()
    n_workers = workers or settings.workers
    # Where several processes answer, each must write its figures where the others can add them up.
    figures = tempfile.mkdtemp(prefix="dajia-metrics-") if n_workers > 1 else None
    if figures is not None:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", figures)
    helper = None if no_worker else Helper()
    server = Granian(
        "api:wsgi",
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=n_workers,
        blocking_threads=THREADS,
        log_level=LogLevels(settings.log_level.lower()),
        websockets=False,
        respawn_failed_workers=True,
    )
    try:
        server.serve(target_loader=partial(_load_app, os.getpid()), wrap_loader=False)
    finally:
        if helper is not None:
            helper.end()
        if figures is not None:
            shutil.rmtree(figures, ignore_errors=True)


def _require_free(host: str, port: int) -> None:
    """Refuse a port on which somebody answers: the system would share it, and half of the requests go elsewhere.

    The web processes of a service that was killed answer for some seconds more, and are waited for.
    """
    deadline = time.monotonic() + LAST_ANSWERS_S + 2 * WATCH_S + 1
    while _answers(host, port):
        if time.monotonic() > deadline:
            raise click.ClickException(
                f"Something listens on {host}:{port} already. Stop it, or choose another port with --port."
            )
        time.sleep(WATCH_S)


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((_EVERYWHERE.get(host, host), port), timeout=1):
            return True
    except OSError:
        return False


class Helper:
    """The worker process beside the web processes: started again whenever it ends, until the service does."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process = self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        # -P: a settings.py in the folder where somebody starts the service must not be taken for ours.
        command = [sys.executable, "-P", "-m", "cli", "worker", "--with-parent", str(os.getpid())]
        return subprocess.Popen(command)  # noqa: S603 - our own command

    def _watch(self) -> None:
        while not self._ending.wait(WATCH_S):
            if self._process.poll() is not None:
                log.warning("the worker ended and is started again", exit_status=self._process.returncode)
                self._ending.wait(TROUBLE_S)
                if not self._ending.is_set():
                    self._process = self._start()

    def end(self) -> None:
        """End the worker, and do not start it again."""
        self._ending.set()
        self._process.terminate()
        self._process.wait(timeout=20)


def _load_app(parent: int) -> Any:
    """The WSGI application, in a web process. Granian's own loader would take an api.py of the current folder."""
    from api import wsgi  # noqa: PLC0415 - the web processes alone need Flask

    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    return wsgi()


def _end_with(parent: int) -> None:
    """End when the process that started this one is gone, killed perhaps: else it would hold the port for ever."""
    while os.getppid() == parent:
        time.sleep(WATCH_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_ANSWERS_S)
    os._exit(1)
