"""Publishing a rulebook: never with too little notice, never over an earlier one, and seen without a restart."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from platform_world import START, SteppedClock

from adapters import rulebook_folder
from adapters.rulebook_folder import RulebookFolder
from adapters.sql.store import SqlStore
from enforcement.book import RulebookError
from enforcement.rulebook import load_rulebooks, seal
from service.publish import Published, Publishing

SHIPPED = Path(__file__).parents[2] / "enforcement" / "rulebooks" / "1.0.0.yaml"
BEIJING = ZoneInfo("Asia/Shanghai")
SOONER, LATER = date(2026, 10, 17), date(2026, 11, 1)
"""Sixteen days and a month after the first of October."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SHIPPED, tmp_path / "1.0.0.yaml")
    seal(tmp_path)
    return tmp_path


@pytest.fixture
def publishing(sqlite_store: SqlStore, folder: Path) -> Publishing:
    numbers = iter(range(1000))
    return Publishing(sqlite_store, folder, SteppedClock(), lambda: f"e{next(numbers)}")


def draft(*changes: tuple[str, str], version: str = "1.1.0") -> bytes:
    text = SHIPPED.read_text(encoding="utf-8").replace('version: "1.0.0"', f'version: "{version}"')
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text.encode()


MILDER = ("hold_hours: 72", "hold_hours: 48")
HARSHER = ("lapse_days: 365", "lapse_days: 400")


def publish(publishing: Publishing, text: bytes, effective: date) -> Published:
    return publishing.publish(text, "draft.yaml", effective, BEIJING)


def test_a_milder_book_needs_fifteen_days(publishing: Publishing, folder: Path) -> None:
    done = publish(publishing, draft(MILDER), SOONER)
    books = load_rulebooks(folder)
    assert (done.is_new, books.versions()) == (True, ("1.0.0", "1.1.0"))
    assert books.latest().effective_from == datetime(2026, 10, 17, tzinfo=BEIJING)
    assert books.latest().published_at == START
    assert books.in_force_at(START) == books.version("1.0.0")


def test_a_harsher_book_needs_thirty(publishing: Publishing, folder: Path) -> None:
    with pytest.raises(RulebookError, match="30 days of notice") as refused:
        publish(publishing, draft(HARSHER), SOONER)
    assert "--effective 2026-11-01" in str(refused.value)
    assert load_rulebooks(folder).versions() == ("1.0.0",)
    assert publish(publishing, draft(HARSHER), LATER).is_new


def test_the_first_day_that_is_offered_is_taken(publishing: Publishing) -> None:
    with pytest.raises(RulebookError) as refused:
        publish(publishing, draft(HARSHER), date(2026, 10, 2))
    offered = str(refused.value).rsplit("--effective ", 1)[1][:10]
    assert publish(publishing, draft(HARSHER), date.fromisoformat(offered)).is_new


def test_it_is_recorded_and_told(publishing: Publishing, sqlite_store: SqlStore) -> None:
    done = publish(publishing, draft(MILDER), SOONER)
    with sqlite_store.begin(write=False) as work:
        (entry,) = work.entries("rulebook")
        (event,) = work.events(account_id=None, limit=5)
    assert (entry.body["version"], entry.body["digest"]) == ("1.1.0", done.book.digest)
    assert (event.type, len(event.body["changes"])) == ("rulebook.published", 1)


def test_the_same_book_twice_is_published_once(publishing: Publishing, sqlite_store: SqlStore) -> None:
    publish(publishing, draft(MILDER), SOONER)
    assert not publish(publishing, draft(MILDER), SOONER).is_new
    with sqlite_store.begin(write=False) as work:
        assert len(work.entries("rulebook")) == 1


def test_a_published_version_is_never_replaced(publishing: Publishing, folder: Path) -> None:
    publish(publishing, draft(MILDER), SOONER)
    before = (folder / "1.1.0.yaml").read_bytes()
    for text, day in ((draft(MILDER, ("Formal warning", "A warning")), SOONER), (draft(MILDER), LATER)):
        with pytest.raises(RulebookError, match="was published before"):
            publish(publishing, text, day)
    assert (folder / "1.1.0.yaml").read_bytes() == before


def test_nothing_is_slipped_in_before_what_was_published(publishing: Publishing) -> None:
    publish(publishing, draft(MILDER), LATER)
    with pytest.raises(RulebookError, match="not before this one"):
        publish(publishing, draft(MILDER, ("lapse_days: 90", "lapse_days: 80"), version="1.2.0"), SOONER)


def test_an_unsound_draft_is_refused_with_its_line(publishing: Publishing, folder: Path) -> None:
    with pytest.raises(RulebookError, match=r"draft\.yaml:\d+"):
        publish(publishing, draft(("account.warned", "account.wanred")), LATER)
    assert [file.name for file in folder.glob("*.yaml")] == ["1.0.0.yaml"]


def test_a_running_service_sees_it(publishing: Publishing, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook_folder, "LOOK_EVERY_S", 0.0)
    books = RulebookFolder(folder)
    assert books.latest().version == "1.0.0"
    publish(publishing, draft(MILDER), SOONER)
    assert books.latest().version == "1.1.0"
    (folder / "1.1.0.yaml").write_text("broken", encoding="utf-8")
    (folder / "digests.json").write_text("[]", encoding="utf-8")
    assert books.latest().version == "1.1.0", "what cannot be read changes nothing"
