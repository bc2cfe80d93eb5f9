"""A remembered history is the one that the whole stream tells, whatever happened to the stream in between."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from adapters.sql.store import SqlStore
from enforcement.history import fold
from enforcement.standing import entry_for_removal
from enforcement.types import NewEntry
from service.known_histories import LONG, KnownHistories
from service.ports import Work

NOW = datetime(2026, 10, 1, tzinfo=UTC)
ACCOUNT = "a1"


def line(number: int, account: str = ACCOUNT) -> NewEntry:
    return entry_for_removal(account, f"p{number}", NOW)


def append(work: Work, *numbers: int, account: str = ACCOUNT) -> None:
    stream = f"account:{account}"
    work.append([line(n, account) for n in numbers], heads={stream: len(work.entries(stream))}, now=NOW)


def read_from(histories: KnownHistories, work: Work, account: str = ACCOUNT) -> list[int]:
    """From which positions the account's stream is read when its history is asked for."""
    with patch.object(work, "entries", wraps=work.entries) as entries:
        histories.of(work, account)
    return [call.kwargs.get("since", 0) for call in entries.call_args_list]


def agrees(histories: KnownHistories, work: Work, account: str = ACCOUNT) -> None:
    entries = work.entries(f"account:{account}")
    assert histories.of(work, account) == (fold(account, entries), len(entries))


def test_it_grows_with_its_stream_whoever_wrote_to_it(store: SqlStore) -> None:
    histories = KnownHistories()
    for number in range(3 * LONG):
        with store.begin() as work:
            append(work, number)
        with store.begin(write=False) as work:
            agrees(histories, work)


def test_of_a_long_stream_only_what_is_new_is_read(store: SqlStore) -> None:
    histories = KnownHistories()
    with store.begin() as work:
        append(work, *range(LONG))
        assert read_from(histories, work) == [0]
        append(work, LONG)
        assert read_from(histories, work) == [LONG - 1]


def test_what_came_to_nothing_is_not_remembered(store: SqlStore) -> None:
    histories = KnownHistories()
    with store.begin() as work:
        append(work, *range(LONG))
    with pytest.raises(InterruptedError):
        come_to_nothing(store, histories)
    with store.begin() as work:
        agrees(histories, work)
        append(work, 200, 201, 202)
        agrees(histories, work)


def come_to_nothing(store: SqlStore, histories: KnownHistories) -> None:
    with store.begin() as work:
        append(work, 100, 101)
        agrees(histories, work)
        raise InterruptedError


def test_it_holds_no_more_lines_than_it_may_and_always_the_last_account(store: SqlStore) -> None:
    histories = KnownHistories(kept_lines=2 * LONG)
    with store.begin() as work:
        for account in ("a1", "a2", "a3"):
            append(work, *range(LONG), account=account)
            agrees(histories, work, account)
        assert read_from(histories, work, "a2") == [LONG - 1]
        assert read_from(histories, work, "a1") == [0]
        append(work, *range(4 * LONG), account="a4")
        assert [read_from(histories, work, account) for account in ("a4", "a4", "a1")] == [[0], [4 * LONG - 1], [0]]
