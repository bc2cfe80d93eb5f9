"""Signed checkpoints over the whole record: what a chain for each account cannot show by itself.

A chain shows a changed, moved or missing entry, but not that its last entries, or a whole account, are gone, nor that
somebody wrote all of it anew. A checkpoint seals the head of every stream under a signature, and follows the checkpoint
before it. Kept elsewhere as well, it is what nobody with the database alone can bend.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Protocol

import msgspec

from service.ports import Clock, StaleHeadError, Store
from service.records import Checkpoint, StreamHead

GENESIS = "0" * 64
_CANONICAL = msgspec.json.Encoder(order="deterministic")


class KeyFileError(ValueError):
    """A file that holds no key; the message names it."""


class Signer(Protocol):
    """Signs with a private key."""

    key_id: str

    def sign(self, message: bytes) -> str:
        """The signature, in base64."""
        ...


class Verifier(Protocol):
    """Knows a public key."""

    key_id: str

    def verify(self, message: bytes, signature: str) -> bool:
        """Whether the signature is of this message by this key."""
        ...


def root_of(heads: Iterable[StreamHead]) -> tuple[str, int]:
    """SHA-256 over the heads of all streams, in the order of their names, and how many there are."""
    digest, count = hashlib.sha256(), 0
    for head in heads:
        digest.update(_CANONICAL.encode([head.stream, head.position, head.digest]) + b"\n")
        count += 1
    return digest.hexdigest(), count


def signed_part(checkpoint: Checkpoint) -> bytes:
    """What a checkpoint's signature is over: everything but the signature."""
    said = msgspec.to_builtins(checkpoint)
    del said["signature"]
    return _CANONICAL.encode(said)


def digest_of(checkpoint: Checkpoint) -> str:
    """What the next checkpoint names as ``previous``."""
    return hashlib.sha256(signed_part(checkpoint) + checkpoint.signature.encode()).hexdigest()


class Sealing:
    """Makes checkpoints."""

    def __init__(self, store: Store, clock: Clock, signer: Signer, every: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._signer = signer
        self._every = every

    def run_next(self) -> bool:
        """Make one where it is time and something was recorded; whether one was made."""
        with self._store.begin(write=False) as work:
            last = work.last_checkpoint()
        if last is not None and self._clock.now() - last.made_at < self._every:
            return False
        try:
            return self.seal() is not None
        except StaleHeadError:
            return False  # another worker was faster

    def seal(self) -> Checkpoint | None:
        """A checkpoint over everything that is recorded by now; ``None`` where nothing was since the last."""
        upto = self._store.settled()
        with self._store.begin() as work:
            last = work.last_checkpoint()
            since = 0 if last is None else last.last_seq
            if upto <= since:
                return None
            work.put_checkpoint_heads(work.heads_between(since, upto))
            root, streams = root_of(work.checkpoint_heads())
            unsigned = Checkpoint(
                number=1 if last is None else last.number + 1,
                made_at=self._clock.now(),
                last_seq=upto,
                streams=streams,
                root=root,
                previous=GENESIS if last is None else digest_of(last),
                key_id=self._signer.key_id,
                signature="",
            )
            made = msgspec.structs.replace(unsigned, signature=self._signer.sign(signed_part(unsigned)))
            work.add_checkpoint(made)
        return made


class SealFault(msgspec.Struct, frozen=True):
    """What a checkpoint shows to be wrong."""

    checkpoint: int
    """Its number."""
    stream: str | None
    """``None`` where it is no single stream."""
    problem: str

    def __str__(self) -> str:
        where = f"checkpoint {self.checkpoint}"
        return f"{where}: {self.problem}" if self.stream is None else f"{self.stream}: {self.problem} by {where}"


def find_seal_faults(store: Store, verifiers: Sequence[Verifier], kept: Sequence[Checkpoint] = ()) -> list[SealFault]:
    """Check the checkpoints, and the record against the last of them.

    ``kept`` are checkpoints that were put away elsewhere: each must be among those of the database.
    """
    with store.begin(write=False) as work:
        made = work.checkpoints()
        faults = [*_chain_faults(made), *_signature_faults(made, verifiers), *_kept_faults(made, kept)]
        if not made:
            return faults
        last = made[-1]
        root, streams = root_of(work.checkpoint_heads())
        if (root, streams) != (last.root, last.streams):
            faults.append(SealFault(last.number, None, "the list of stream heads is not the one that was sealed"))
        faults += [
            SealFault(last.number, head.stream, f"entry {head.position} is gone, or not the one that was sealed")
            for head in work.broken_heads()
        ]
    return faults


def _chain_faults(made: Sequence[Checkpoint]) -> Iterator[SealFault]:
    previous = GENESIS
    for place, checkpoint in enumerate(made, 1):
        if checkpoint.number != place or checkpoint.previous != previous:
            yield SealFault(checkpoint.number, None, "does not follow the checkpoint before it")
        previous = digest_of(checkpoint)


def _signature_faults(made: Sequence[Checkpoint], verifiers: Sequence[Verifier]) -> Iterator[SealFault]:
    by_key = {verifier.key_id: verifier for verifier in verifiers}
    for checkpoint in made if verifiers else ():
        verifier = by_key.get(checkpoint.key_id)
        if verifier is None:
            yield SealFault(checkpoint.number, None, f"was signed with key {checkpoint.key_id}, which was not given")
        elif not verifier.verify(signed_part(checkpoint), checkpoint.signature):
            yield SealFault(checkpoint.number, None, "was changed after it was signed")


def _kept_faults(made: Sequence[Checkpoint], kept: Sequence[Checkpoint]) -> Iterator[SealFault]:
    known = {checkpoint.number: checkpoint for checkpoint in made}
    for checkpoint in kept:
        if known.get(checkpoint.number) != checkpoint:
            yield SealFault(checkpoint.number, None, "was kept elsewhere and is gone or changed in the database")
