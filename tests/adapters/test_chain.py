"""The chain finds what was changed behind the database's back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
import sqlalchemy as sa
from builders import NOW, STREAM, later, new_entry
from hypothesis import given
from hypothesis import strategies as st

from adapters.sql.chain import GENESIS, canonical_json, entry_digest, find_faults, link
from enforcement.types import LedgerEntry

CHINA = timezone(timedelta(hours=8))

WILD_BODIES = [
    {},
    {"包": "假貨 👨‍👩‍👧 \u202e \x00 \ufeff \U0010ffff", "": None},
    {"e\u0301": 1, "é": 2},
    {"floats": [0.1, 1e16, 1e22, -0.0, 5e-324, 1.7976931348623157e308, 298.0, 3]},
    {"ints": [0, -1, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 10**40]},
    {"deep": [{"a": [{"b": [[], {}, [None, True, False]]}]}]},
    {"b": 1, "a": {"d": 1, "c": 2}, "B": 3},
    {"time": datetime(2026, 3, 1, 8, 0, tzinfo=CHINA), "tuple": (1, 2), "bytes": b"\x00\xff"},
    {"not a number": float("nan"), "too large": float("inf")},
]


def chain_of(*bodies: dict[str, object], stream: str = STREAM) -> list[LedgerEntry]:
    entries: list[LedgerEntry] = []
    for body in bodies:
        previous = entries[-1].digest if entries else GENESIS
        entries.append(link(new_entry(body, stream=stream), len(entries), previous, later(1)))
    return entries


def numbered(length: int = 5, stream: str = STREAM) -> list[LedgerEntry]:
    return chain_of(*({"n": n} for n in range(length)), stream=stream)


def changed(entries: list[LedgerEntry], at: int, **changes: object) -> list[LedgerEntry]:
    return [*entries[:at], msgspec.structs.replace(entries[at], **changes), *entries[at + 1 :]]


def swapped(entries: list[LedgerEntry]) -> list[LedgerEntry]:
    """Entries 1 and 2 in each other's place, each with the position that it now has."""
    first, second = (msgspec.structs.replace(entries[i], position=3 - i) for i in (2, 1))
    return [entries[0], first, second, *entries[3:]]


def resealed(entries: list[LedgerEntry], at: int) -> list[LedgerEntry]:
    """An entry with another body and the digest that fits it."""
    forged = changed(entries, at, body={"n": "forged"})
    return changed(forged, at, digest=entry_digest(forged[at]))


TAMPERED = {
    "a changed body": (changed(numbered(), 2, body={"n": 99}), 2),
    "a type changed within a body": (changed(numbered(), 2, body={"n": 2.0}), 2),
    "a changed time of happening": (changed(numbered(), 2, occurred_at=NOW + timedelta(microseconds=1)), 2),
    "a changed time of recording": (changed(numbered(), 2, recorded_at=NOW), 2),
    "a changed kind": (changed(numbered(), 2, kind="acquittal"), 2),
    "a changed stream": ([msgspec.structs.replace(e, stream="account:a2") for e in numbered()], 0),
    "the first entry dropped": (numbered()[1:], 0),
    "an entry dropped from the middle": (numbered()[:2] + numbered()[3:], 2),
    "an entry dropped and the rest renumbered": (
        numbered()[:2] + [msgspec.structs.replace(e, position=e.position - 1) for e in numbered()[3:]],
        2,
    ),
    "an entry twice": (numbered()[:3] + numbered()[2:], 3),
    "a pair in the wrong order": ([numbered()[i] for i in (0, 2, 1, 3, 4)], 1),
    "a pair that changed places": (swapped(numbered()), 1),
    "a forged digest": (changed(numbered(), 2, digest="f" * 64), 2),
    "a forged entry with a digest that fits": (resealed(numbered(), 2), 3),
    "another beginning": (changed(numbered(), 0, previous="f" * 64), 0),
}


@pytest.mark.parametrize(("entries", "first"), TAMPERED.values(), ids=TAMPERED.keys())
def test_finds(entries, first):
    faults = list(find_faults(entries))
    assert faults
    assert faults[0].position == first
    assert faults[0].stream == entries[0].stream


def test_finds_no_fault_in_what_was_not_touched():
    assert list(find_faults([*numbered(), *numbered(3, "account:a2"), *numbered(1, "rulebook")])) == []


def test_finds_the_fault_in_the_one_stream_that_has_it():
    entries = [*numbered(), *changed(numbered(3, "account:a2"), 1, kind="x"), *numbered(3, "rulebook")]
    assert {fault.stream for fault in find_faults(entries)} == {"account:a2"}


def test_bodies_come_back_from_the_database_to_the_byte(store):
    new = [new_entry(body) for body in WILD_BODIES]
    with store.begin() as work:
        appended = work.append(new, heads={STREAM: 0}, now=later(1))
    with store.begin(write=False) as work:
        kept = work.entries(STREAM)
    assert kept == appended
    assert [canonical_json(e.body) for e in kept] == [canonical_json(body) for body in WILD_BODIES]
    assert list(find_faults(store.ledger_entries())) == []


@pytest.mark.parametrize(
    "instant",
    [
        NOW,
        NOW.astimezone(CHINA),
        NOW.replace(microsecond=0),
        NOW.replace(microsecond=1),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
    ],
)
def test_times_come_back_from_the_database_and_prove(store, instant):
    with store.begin() as work:
        work.append([new_entry({"n": 1}, occurred_at=instant)], heads={STREAM: 0}, now=instant)
    entry = next(iter(store.ledger_entries()))
    assert (entry.occurred_at, entry.recorded_at) == (instant, instant)
    assert list(find_faults(store.ledger_entries())) == []


def test_a_change_behind_the_triggers_is_found(store):
    with store.begin() as work:
        work.append([new_entry({"n": n}) for n in range(3)], heads={STREAM: 0}, now=later(1))
    with store.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER ledger_no_update")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        forged = canonical_json({"n": 99})
        connection.execute(sa.text("UPDATE ledger SET body = :body WHERE position = 1"), {"body": forged})
    assert [(fault.stream, fault.position) for fault in find_faults(store.ledger_entries())] == [(STREAM, 1)]


# canonical JSON

BODIES = st.dictionaries(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    ),
)


@given(BODIES)
def test_reading_and_writing_again_gives_the_same_bytes(body):
    once = canonical_json(body)
    assert canonical_json(msgspec.json.decode(once)) == once


@given(BODIES, st.randoms())
def test_the_order_of_keys_does_not_matter(body, random):
    items = list(body.items())
    random.shuffle(items)
    assert canonical_json(dict(items)) == canonical_json(body)


@given(BODIES, st.datetimes(timezones=st.just(UTC) | st.just(CHINA)).filter(lambda t: 2 <= t.year <= 9998))
def test_every_entry_proves_after_a_round_trip(body, instant):
    entry = link(new_entry(body, occurred_at=instant), 0, GENESIS, instant)
    read = msgspec.structs.replace(entry, body=msgspec.json.decode(canonical_json(entry.body)))
    assert list(find_faults([read])) == []


@given(BODIES, BODIES)
def test_bodies_that_are_written_differently_have_different_digests(one, other):
    first, second = chain_of(one)[0], chain_of(other)[0]
    assert (first.digest == second.digest) == (canonical_json(one) == canonical_json(other))


def test_what_json_cannot_say_is_recorded_as_null():
    assert chain_of({"a": float("nan"), "b": float("-inf")})[0].body == {"a": None, "b": None}


@pytest.mark.parametrize("body", [{"a": object()}, {"a": "\ud800"}, {"\ud800": 1}])
def test_a_body_that_cannot_be_written_is_refused(body):
    with pytest.raises((TypeError, UnicodeEncodeError)):
        chain_of(body)
