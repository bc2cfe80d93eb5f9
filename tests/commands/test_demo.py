"""``dajia demo`` from start to end, once."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest
import requests
from service_process import DAJIA, environment, free_port


def test_the_demo_replays_the_samples_and_shows_what_happened(tmp_path):
    done = subprocess.run(
        [DAJIA, "demo", "--port", "0", "--folder", str(tmp_path / "demo")],
        cwd=tmp_path,
        env=environment({"DEMO_ONCE": "1", "COLUMNS": "110"}),
        capture_output=True,
        timeout=110,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for words in ("kind of post", "role of account", "One decision, explained", "Look around", "hidden in the end"):
        assert words in done.stdout
    assert "A1" in done.stdout, "the statement names its rule"
    assert "dajia_" in done.stdout, "the key to look around with"
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == ["demo"]  # noqa: PTH208 - names are what is asked for


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_demo_that_is_ended_from_outside_leaves_no_service_behind(tmp_path, how):
    port = free_port()
    command = [DAJIA, "demo", "--port", str(port), "--folder", str(tmp_path / "demo")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), **quiet) as process:
        within(60, lambda: answers(port))
        process.send_signal(how)
        process.wait(timeout=20)
        within(20, lambda: not answers(port))


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/livez", timeout=2).ok
    except requests.RequestException:
        return False


def within(seconds: float, happens) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, f"it did not happen within {seconds} s"
        time.sleep(0.2)
