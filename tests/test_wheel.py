"""An installed wheel runs from any folder, with its templates, rulebooks, brand data, model and samples."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as an installer would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, timeout=300)
    (wheel,) = folder.glob("dajia-*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def run(site: Path, cwd: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DAJIA_")}
    environment |= {"PYTHONPATH": str(site), "DAJIA_DATABASE_URL": f"sqlite:///{cwd / 'x.sqlite3'}"}
    command = [sys.executable, "-P", "-m", "cli", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, input=given, capture_output=True, text=True, timeout=120, check=False
    )


def test_scores_with_its_own_model_and_brands(unpacked: Path, tmp_path: Path) -> None:
    done = run(
        unpacked,
        tmp_path,
        "score",
        "-",
        given='{"text": "LV包包298元 专柜品质 加V信 lv8888", "links": ["https://weidian.com/item.html?itemID=1"]}\n',
    )
    assert done.returncode == 0, done.stderr
    assert '"verdict":"hold"' in done.stdout


def test_has_its_own_rulebooks_and_migrations(unpacked: Path, tmp_path: Path) -> None:
    assert '"version": "1.0.0"' in run(unpacked, tmp_path, "rulebook", "show").stdout
    assert run(unpacked, tmp_path, "db", "upgrade").returncode == 0
    assert run(unpacked, tmp_path, "ledger", "verify").returncode == 0


def test_loads_everything_from_itself(unpacked: Path, tmp_path: Path) -> None:
    script = (
        "import detector, enforcement, web, cli\n"
        "from detector.artefact import shipped_models; from detector.samples import load_samples, samples_folder\n"
        "for module in (detector, enforcement, web, cli): print(module.__file__)\n"
        "print(shipped_models()); print(samples_folder())\n"
        "assert len(load_samples().posts) > 400\n"
        "from settings import read_settings; from bootstrap.storage import prepare_database\n"
        "prepare_database(read_settings()); from api import wsgi; client = wsgi().test_client()\n"
        "assert {client.get(page).status_code for page in ('/rulebook', '/rulebook/feed', '/docs')} == {200}\n"
        "assert client.get('/static/site.css').status_code == 200\n"
    )
    environment = os.environ | {
        "PYTHONPATH": str(unpacked),
        "DAJIA_DATABASE_URL": f"sqlite:///{tmp_path / 'y.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(line.startswith(str(unpacked)) for line in done.stdout.splitlines())


def test_judges_posts_and_writes_the_report(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("label,text\n1,LV包包298元 高仿\n0,去公园\n", encoding="utf-8")
    done = run(unpacked, tmp_path, "evaluate", "mine.csv", "--html", "report.html", "--json")
    assert done.returncode == 0, done.stderr
    assert '"posts": 2' in done.stdout
    assert "</html>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_holds_no_code_of_tests_or_benchmarks(unpacked: Path) -> None:
    tops = {path.name for path in unpacked.iterdir()}
    assert not tops & {"tests", "benchmarks", "models", "data", "docs"}
