"""``dajia evidence`` shows what a visit saw, and finds files that are not what was recorded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from service_process import Operator

from adapters.evidence import EvidenceFolder
from adapters.sql.database import make_engine, upgrade
from adapters.sql.store import SqlStore
from detector.types import PageSnapshot
from enforcement.types import NewEntry
from service.visits import Exchange, Fetched, Hop

URL = "https://shop.example/bag"
PAGE = "<html><title>LV 包包</title><body><p>LV 包包 298元 专柜品质，欢迎选购，支持七天退换</p></body></html>"
NOW = datetime.now(UTC)


@pytest.fixture
def visited(tmp_path) -> Operator:
    """Somebody whose service has visited one page."""
    operator = Operator(tmp_path)
    engine = make_engine(operator.settings["DAJIA_DATABASE_URL"])
    upgrade(engine)
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked"))
    exchange = Exchange(URL, NOW, (("User-Agent", "x"),), 200, "OK", headers, PAGE.encode())
    fetched = Fetched("mobile", "read", "", (Hop(URL, "link", 200),), PageSnapshot(URL, PAGE), exchanges=(exchange,))
    digest = EvidenceFolder(tmp_path / "evidence").keep("visit1", [fetched], NOW)
    body = {
        "visit_id": "visit1", "url": URL, "outcome": "read", "detail": "", "ended_at": URL, "seen": [],
        "certificate": {"sha256": "ab" * 32, "names": ["shop.example", "bags.example"]},
        "evidence": digest, "page": True, "change": None, "differs": False, "verdict": "hold",
        "counterfeit_probability": 0.9,
    }  # fmt: skip
    stream = "target:shop:shop.example"
    with SqlStore(engine).begin() as work:
        work.append([NewEntry(stream, "page_visited", NOW, body)], heads={stream: 0}, now=NOW)
    engine.dispose()
    return operator


@pytest.mark.parametrize("name", ["shop:shop.example", "https://www.shop.example/other"])
def test_the_visits_of_a_target_are_shown_with_the_words_of_the_page(visited: Operator, name: str) -> None:
    done = visited.run("evidence", "show", name)
    assert done.returncode == 0, done.stderr
    assert "visit1" in done.stdout
    assert "mobile  200 OK  https://shop.example/bag" in done.stdout
    assert f"certificate {'ab' * 32} for shop.example, bags.example" in done.stdout
    assert "LV 包包 298元 专柜品质" in done.stdout


def test_the_page_itself_can_be_had(visited: Operator) -> None:
    assert visited.run("evidence", "show", "shop:shop.example", "--body", "visit1").stdout == PAGE


@pytest.mark.parametrize("arguments", [("shop:nobody.example",), ("shop:shop.example", "--body", "visit9")])
def test_what_was_never_visited_is_said_to_be_so(visited: Operator, arguments: tuple[str, ...]) -> None:
    done = visited.run("evidence", "show", *arguments)
    assert (done.returncode, "is on record" in done.stderr) == (1, True)


def test_a_changed_and_a_missing_file_are_found(visited: Operator) -> None:
    assert visited.run("evidence", "verify").returncode == 0
    file = next((visited.folder / "evidence").rglob("*.warc.gz"))
    kept = file.read_bytes()
    file.write_bytes(kept[:-9])
    changed = visited.run("evidence", "verify")
    assert (changed.returncode, "was changed after it was recorded" in changed.stdout) == (1, True)
    file.unlink()
    gone = visited.run("evidence", "verify")
    assert (gone.returncode, "is not there" in gone.stdout) == (1, True)
    shown = visited.run("evidence", "show", "shop:shop.example")
    assert "is not there" in shown.stderr
