"""What the modules at the top may import. import-linter holds the rooms below; it cannot see single modules."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"adapters", "api", "bootstrap", "cli", "commands", "detector", "enforcement", "service", "settings", "web"}
ALLOWED = {
    "settings": set(),
    "bootstrap": {"adapters", "bootstrap", "detector", "enforcement", "service", "settings", "web.services"},
    "api": {"bootstrap", "settings", "web"},
    "cli": {"commands", "detector", "enforcement", "service", "settings"},
}
HEAVY = ("sklearn", "scipy", "numpy", "joblib", "granian", "pandas", "pyspark", "matplotlib")


def imported(module: str) -> dict[str, set[str]]:
    """Each of our modules that a module or a package imports, wherever in it, with the names that are taken."""
    file, folder = ROOT / f"{module}.py", ROOT / module
    trees = [ast.parse(one.read_text(encoding="utf-8")) for one in ([file] if file.exists() else folder.glob("*.py"))]
    assert trees
    found: dict[str, set[str]] = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "no relative imports at the top"
            found.setdefault(node.module or "", set()).update(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                found.setdefault(alias.name, set())
    return {name: names for name, names in found.items() if name.split(".")[0] in OURS}


def is_within(name: str, rooms: set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize("module", ALLOWED)
def test_the_modules_at_the_top_import_what_the_design_allows(module):
    assert {name for name in imported(module) if not is_within(name, ALLOWED[module])} == set()


def test_this_test_sees_imports():
    assert {name.split(".")[0] for name in imported("api")} >= {"bootstrap", "settings", "web"}


def test_the_command_takes_nothing_but_commands_and_error_classes():
    others = {n for name, names in imported("cli").items() if not is_within(name, {"commands"}) for n in names}
    assert others
    assert {name for name in others if not name.endswith("Error")} == set()


def run_fresh(code: str) -> str:
    """Run code in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def test_a_web_worker_loads_nothing_heavy():
    code = f"""
import sys, time
began = time.perf_counter()
import api
print(round(time.perf_counter() - began, 2), *sorted(set({HEAVY!r}) & set(sys.modules)))
"""
    seconds, *loaded = run_fresh(code).split()
    print(f"importing api takes {seconds} s")  # noqa: T201 - a figure for whoever asks with -s
    assert loaded == []


def test_scoring_loads_nothing_heavy_and_no_web_framework():
    code = f"""
import sys
from detector.artefact import load_model, newest_model
from detector.score import Detector
from detector.types import Post
Detector(load_model(newest_model())).score(Post("p", "a", text="LV包包298元", links=("https://a.example/1",)))
print(*sorted(set({(*HEAVY, "flask", "sqlalchemy", "click")!r}) & set(sys.modules)))
"""
    assert run_fresh(code) == ""
