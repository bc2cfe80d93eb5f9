"""The installed ``dajia`` as an operator runs it: a process of its own, in a folder that is not the project's."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import requests

import cli

DAJIA = Path(sys.executable).parent / "dajia"
TIMEOUT_S = 60


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without settings of ours and without colours; nothing is visited or drawn by itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DAJIA_")}
    return (
        kept
        | {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", "DAJIA_FETCH_AT_ONCE": "0", "DAJIA_SECOND_SHARE": "0"}
        | dict(changes or {})
    )


class Operator:
    """Runs commands in a folder, on a database in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = {"DAJIA_DATABASE_URL": f"sqlite:///{folder}/dajia.sqlite3"}

    def run(self, *arguments: str, stdin: str | bytes = b"", **settings: str) -> subprocess.CompletedProcess[str]:
        """Run ``dajia`` with arguments; ``settings`` are further variables."""
        done = subprocess.run(
            [DAJIA, *arguments],
            cwd=self.folder,
            env=environment(self.settings | settings),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def run_inside(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """The same within this process, a second quicker: for what ends before the database is opened."""
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, environment(self.settings | settings), clear=True),
            mock.patch("sys.argv", ["dajia", *arguments]),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                cli.main()
                status = 0
            except SystemExit as ended:
                status = ended.code
        return subprocess.CompletedProcess(["dajia", *arguments], status, out.getvalue(), err.getvalue())

    @contextmanager
    def serving(self, *arguments: str, **settings: str) -> Iterator[Served]:
        """``dajia serve`` on a free port, ready; ended with SIGTERM where it still runs."""
        port = free_port()
        with (self.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(
                [DAJIA, "serve", "--port", str(port), "--workers", "1", *arguments],
                cwd=self.folder,
                env=environment(self.settings | settings),
                stdout=log,
                stderr=log,
            )
        served = Served(process, port)
        try:
            served.wait_until_ready(self.folder / "serve.log")
            yield served
        finally:
            served.end()


class Served:
    """A running service."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.base = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.base + path, timeout=20, **options)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.session.post(self.base + path, json=body, timeout=20)

    def wait_until_ready(self, log: Path) -> None:
        deadline = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, log.read_text(encoding="utf-8")
            try:
                if self.get("/readyz").ok:
                    return
            except requests.ConnectionError:
                pass  # not listening yet: asked again until the deadline
            time.sleep(0.1)
        raise AssertionError(f"It was not ready in {TIMEOUT_S} s: {log.read_text(encoding='utf-8')}")

    def children(self) -> list[int]:
        """Processes that it started: web processes and the worker."""
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, check=False)
        return [int(pid) for pid in listed.stdout.split()]

    def end(self) -> int:
        """Ask it to end; the exit status."""
        self.session.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return (
            " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1][:4]
        )
    except (FileNotFoundError, ProcessLookupError):
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def few_written_posts(folder: Path) -> str:
    """A folder of written posts as training takes it, small enough to be learned in seconds."""
    train = folder / "few" / "train"
    train.mkdir(parents=True, exist_ok=True)
    root = Path(__file__).parents[2]
    for writer in ("a", "h"):
        lines = (root / "data" / "posts" / "train" / f"{writer}.jsonl").read_text(encoding="utf-8").splitlines()
        (train / f"{writer}.jsonl").write_text("\n".join(lines[:40]), encoding="utf-8")
    return str(train)
