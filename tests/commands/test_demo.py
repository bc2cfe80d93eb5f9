"""``dajia demo`` from start to end, once."""

from __future__ import annotations

import os
import subprocess

from service_process import DAJIA, environment


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
