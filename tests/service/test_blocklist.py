"""The blocklist: a client that applies what changed has what a client has that fetched everything."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filter_feed
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from platform_world import BAG, SHOE, Platform

from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from detector.links import read_link
from service import blocklist as blocklist_room
from service.blocklist import Blocklist, VersionError

URLS = [f"https://weidian.com/item.html?itemID={number}" for number in range(6)]


@contextmanager
def fresh_store(folder: Path, migrated: str) -> Iterator[SqlStore]:
    """An empty store on SQLite: each example needs its own."""
    file = folder / f"{uuid.uuid4().hex}.sqlite3"
    shutil.copy(migrated, file)
    engine = make_engine(f"sqlite:///{file}", sqlite_synchronous="NORMAL")
    try:
        yield SqlStore(engine)
    finally:
        engine.dispose()


def fetch_from(given_out: Blocklist) -> Callable[[int | None], dict[str, Any]]:
    """What a client gets over HTTP."""

    def fetch(version: int | None) -> dict[str, Any]:
        answer = given_out.full() if version is None else given_out.since(version)
        return msgspec.to_builtins(answer)

    return fetch


def test_the_list_holds_confirmed_targets_alone(store: SqlStore) -> None:
    platform = Platform(store)
    platform.post("p1")
    assert Blocklist(store).full().added == ()
    platform.decide("counterfeit", BAG)
    platform.decide("genuine", SHOE)
    name = read_link(BAG).target
    assert Blocklist(store).full().added == (hashlib.sha256(name.encode()).hexdigest()[:16],)


def test_a_target_that_is_cleared_leaves_the_list(store: SqlStore) -> None:
    platform, given_out = Platform(store), Blocklist(store)
    platform.decide("counterfeit")
    held = given_out.full()
    platform.decide("genuine")
    change = given_out.since(held.version)
    assert (change.added, change.removed, change.full, change.more) == ((), held.added, False, False)
    assert given_out.since(change.version).removed == ()


def test_a_version_that_was_never_given_out_is_refused(store: SqlStore) -> None:
    with pytest.raises(VersionError, match="Fetch the whole list"):
        Blocklist(store).since(1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    decisions=st.lists(st.tuples(st.sampled_from(URLS), st.booleans(), st.booleans()), max_size=20),
    page=st.integers(1, 4),
)
def test_applying_changes_gives_what_fetching_everything_gives(
    tmp_path: Path,
    _migrated_sqlite: str,  # noqa: PT019 - its value is used
    monkeypatch: pytest.MonkeyPatch,
    decisions: list[tuple[str, bool, bool]],
    page: int,
) -> None:
    """Decisions of any order, a client that asks now and then, and pages of any size."""
    monkeypatch.setattr(blocklist_room, "MAX_CHANGES", page)
    with fresh_store(tmp_path, _migrated_sqlite) as store:
        platform, given_out, follower = Platform(store), Blocklist(store), filter_feed.Blocklist()
        for url, counterfeit, asks in decisions:
            platform.decide("counterfeit" if counterfeit else "genuine", url, run=False)
            if asks:
                follower.update(fetch_from(given_out))
        follower.update(fetch_from(given_out))
        everything = filter_feed.Blocklist()
        everything.update(fetch_from(given_out))
        assert follower.prefixes == everything.prefixes == set(given_out.full().added)


def test_a_feed_is_filtered_however_the_link_is_dressed(store: SqlStore) -> None:
    Platform(store).decide("counterfeit")
    follower = filter_feed.Blocklist()
    follower.update(fetch_from(Blocklist(store)))
    lines = [
        '{"links": ["https://m.weidian.com/item.html?spm=1&itemID=4371293"]}',
        '{"text": "看这里 https://weidian.com/item.html?itemID=4371293"}',
        '{"text": "晚安", "links": ["https://example.com/"]}',
    ]
    assert list(filter_feed.clean(lines, follower)) == [lines[2]]


def test_a_client_keeps_its_copy_between_runs(store: SqlStore, tmp_path: Path) -> None:
    Platform(store).decide("counterfeit")
    follower = filter_feed.load(tmp_path / "copy.json")
    follower.update(fetch_from(Blocklist(store)))
    filter_feed.keep(follower, tmp_path / "copy.json")
    again = filter_feed.load(tmp_path / "copy.json")
    assert (again.version, again.prefixes) == (follower.version, follower.prefixes)
