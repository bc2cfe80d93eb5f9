"""The same posts get the same answers, to the byte, in every process: Python orders sets otherwise in each."""

from __future__ import annotations

import os
import subprocess
import sys

from detector.samples import load_samples

SCORE = """
import sys, msgspec
from bootstrap.detection import build_judge
from settings import Settings
from detector.samples import load_samples
from detector.types import Post
judge = build_judge(Settings(database_url="sqlite:////nowhere"))
for post in load_samples().posts:
    answer = judge.remembered(post).json
    sys.stdout.buffer.write(answer + b"\\n")
"""


def answers(seed: str) -> list[bytes]:
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", SCORE], env=environment, capture_output=True, check=True)
    return done.stdout.splitlines()


def test_an_answer_does_not_depend_on_the_process() -> None:
    first, second = answers("1"), answers("2")
    assert len(first) == len(load_samples().posts)
    differing = [place for place, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    assert differing == []
