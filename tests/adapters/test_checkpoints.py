"""What a signed checkpoint shows: whatever was taken out, written anew or forged since, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from builders import NOW, later, new_entry

from adapters.signing import Ed25519Signer, make_key_file, read_private_key, read_public_key
from adapters.sql import chain
from adapters.sql.store import SqlStore
from adapters.sql.tables import checkpoint_heads, checkpoints, ledger
from service.records import Checkpoint
from service.seal import KeyFileError, Sealing, find_seal_faults

STREAMS = ("account:a1", "account:b\u00e9", "account:\u5305", "target:t1", "rulebook")


class Clock:
    """Stands where the test puts it."""

    time = NOW

    def now(self):
        return self.time

    def witness(self, posted_at):
        """Posts do not move it."""


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Ed25519Signer:
    return make_key_file(tmp_path_factory.mktemp("key") / "seal.pem")


@pytest.fixture
def sealing(store: SqlStore, signer: Ed25519Signer) -> Sealing:
    return Sealing(store, Clock(), signer, timedelta(hours=1))


def record(store: SqlStore, stream: str, count: int = 3) -> None:
    with store.begin() as work:
        head = len(work.entries(stream))
        new = [new_entry({"n": head + n}, stream=stream) for n in range(count)]
        work.append(new, heads={stream: head}, now=later(1))


@pytest.fixture
def sealed(store: SqlStore, sealing: Sealing) -> Checkpoint:
    """Five streams, sealed twice: the second time after some of them have grown."""
    for stream in STREAMS:
        record(store, stream)
    sealing.seal()
    record(store, "account:a1", 2)
    made = sealing.seal()
    assert made is not None
    return made


def behind_its_back(store: SqlStore, *statements: sa.Executable) -> None:
    """What somebody does who has the database: the triggers that refuse changes are gone."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER IF EXISTS ledger_no_{verb}"))
        else:
            connection.execute(sa.text("DROP TRIGGER IF EXISTS ledger_append_only ON ledger"))
        for statement in statements:
            connection.execute(statement)


def faults(store: SqlStore, signer: Ed25519Signer, kept: Sequence[Checkpoint] = ()) -> list[str]:
    found = [*chain.find_faults(store.ledger_entries()), *find_seal_faults(store, [signer.public()], kept)]
    return list(map(str, found))


def test_what_was_sealed_is_whole(store: SqlStore, sealed: Checkpoint, signer: Ed25519Signer) -> None:
    assert (sealed.number, sealed.streams) == (2, 5)
    assert faults(store, signer, [sealed]) == []
    record(store, "account:a1")
    record(store, "account:new")
    assert faults(store, signer, [sealed]) == [], "what came after is no fault"


def test_sealing_again_without_anything_new_makes_nothing(sealing: Sealing, sealed: Checkpoint) -> None:
    assert sealed
    assert sealing.seal() is None


def test_the_worker_seals_when_it_is_time(store: SqlStore, signer: Ed25519Signer) -> None:
    clock = Clock()
    sealing = Sealing(store, clock, signer, timedelta(hours=1))
    assert not sealing.run_next(), "there is nothing to seal"
    record(store, "rulebook")
    assert sealing.run_next()
    record(store, "rulebook")
    assert not sealing.run_next()
    clock.time = NOW + timedelta(hours=1)
    assert sealing.run_next()


DROPPED: dict[str, Callable[[], sa.Executable]] = {
    "an account": lambda: sa.delete(ledger).where(ledger.c.stream == "account:b\u00e9"),
    "its last entry": lambda: sa.delete(ledger).where(ledger.c.stream == "account:b\u00e9", ledger.c.position == 2),
}


@pytest.mark.parametrize("what", DROPPED)
def test_what_was_taken_out_is_named(store: SqlStore, sealed: Checkpoint, signer: Ed25519Signer, what: str) -> None:
    assert sealed
    behind_its_back(store, DROPPED[what]())
    assert faults(store, signer) == ["account:b\u00e9: entry 2 is gone, or not the one that was sealed by checkpoint 2"]


def test_a_stream_that_was_written_anew_is_named(store: SqlStore, sealed: Checkpoint, signer: Ed25519Signer) -> None:
    assert sealed
    behind_its_back(store, sa.delete(ledger).where(ledger.c.stream == "target:t1"))
    with store.begin() as work:
        forged = [new_entry({"n": "forged"}, stream="target:t1") for _ in range(3)]
        work.append(forged, heads={"target:t1": 0}, now=later(1))
    (fault,) = faults(store, signer)
    assert fault.startswith("target:t1: entry 2")


def test_hiding_it_in_the_list_of_heads_is_seen(store: SqlStore, sealed: Checkpoint, signer: Ed25519Signer) -> None:
    assert sealed
    gone = "account:\u5305"
    behind_its_back(
        store,
        sa.delete(ledger).where(ledger.c.stream == gone),
        sa.delete(checkpoint_heads).where(checkpoint_heads.c.stream == gone),
    )
    assert faults(store, signer) == ["checkpoint 2: the list of stream heads is not the one that was sealed"]


def test_a_forged_checkpoint_is_seen(store: SqlStore, sealed: Checkpoint, signer: Ed25519Signer) -> None:
    assert sealed
    behind_its_back(store, sa.update(checkpoints).where(checkpoints.c.number == 1).values(streams=4))
    found = faults(store, signer)
    assert "checkpoint 1: was changed after it was signed" in found
    assert "checkpoint 2: does not follow the checkpoint before it" in found


def test_a_checkpoint_of_another_key_is_seen(store: SqlStore, sealed: Checkpoint, tmp_path: Path) -> None:
    other = make_key_file(tmp_path / "other.pem")
    assert sealed
    assert any("which was not given" in fault for fault in faults(store, other))


def test_checkpoints_that_are_gone_are_seen_by_those_who_kept_them(
    store: SqlStore, sealed: Checkpoint, signer: Ed25519Signer
) -> None:
    """Everything since the first checkpoint is rolled back, with nothing left to show it in the database."""
    behind_its_back(
        store,
        sa.delete(checkpoints).where(checkpoints.c.number == 2),
        sa.delete(ledger).where(ledger.c.stream == "account:a1", ledger.c.position > 2),
    )
    with store.begin() as work:
        work.put_checkpoint_heads(work.heads_between(0, 10_000))
    assert faults(store, signer) == []
    assert faults(store, signer, [sealed]) == [
        "checkpoint 2: was kept elsewhere and is gone or changed in the database"
    ]


# keys


def test_a_key_file_is_its_owners_alone_and_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "seal.pem"
    made = make_key_file(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_private_key(file).key_id == made.key_id
    with pytest.raises(KeyFileError, match="exists already"):
        make_key_file(file)


@pytest.mark.parametrize("read", [read_private_key, read_public_key])
@pytest.mark.parametrize(
    "content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_said_with_the_files_name(tmp_path: Path, read, content: bytes) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)
    with pytest.raises(KeyFileError, match=r"key\.pem"):
        read(file)


def test_a_public_key_checks_what_the_private_one_signed(tmp_path: Path) -> None:
    signer = make_key_file(tmp_path / "seal.pem")
    (tmp_path / "public.pem").write_text(signer.public().pem(), encoding="utf-8")
    public = read_public_key(tmp_path / "public.pem")
    assert public.verify(b"words", signer.sign(b"words"))
    assert not public.verify(b"other words", signer.sign(b"words"))
    assert not public.verify(b"words", "!")
