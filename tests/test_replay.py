"""Real comments through the whole path: the benchmark runs, its report adds up, and it hurts nobody by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.needs_data


@pytest.fixture(scope="module")
def report(real_data, tmp_path_factory) -> dict[str, Any]:
    """The report on some 400 comments."""
    file = real_data / "comments_until_2012-11.csv.gz"
    if not file.is_file():
        pytest.skip(f"{file.name} is not there.")
    folder = tmp_path_factory.mktemp("replay")
    subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "replay_comments.py", file, "--limit", "400", "--json", "report.json"],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=100,
    )
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def test_the_counts_add_up(report):
    comments = sum(report["comments"].values())
    assert comments >= 400
    assert sum(sum(verdicts.values()) for verdicts in report["verdicts"].values()) == comments
    assert sum(report["accounts_by_state"].values()) == report["accounts"]
    assert sum(report["targets_decided"].values()) <= sum(report["targets"].values())
    for label, n in report["comments"].items():
        in_periods = sum(sum(v.values()) for name, v in report["verdicts"].items() if name.startswith(f"{label} ("))
        assert in_periods == n
        assert report["hidden_when_posted"].get(label, 0) <= n
        assert report["hidden_in_the_end"].get(label, 0) <= n


def test_most_advertisements_of_copies_are_hidden_in_the_end(report):
    assert report["hidden_in_the_end"]["counterfeit_ad"] > report["comments"]["counterfeit_ad"] / 2


def test_few_other_comments_are_hidden_in_the_end(report):
    others = {label: n for label, n in report["comments"].items() if label != "counterfeit_ad"}
    assert others
    assert sum(report["hidden_in_the_end"].get(label, 0) for label in others) < sum(others.values()) / 20


def test_the_service_alone_restricts_at_most(report):
    assert set(report["accounts_by_state"]) <= {"good", "warned", "restricted"}
