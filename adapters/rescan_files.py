"""The output of a rescan, and the checkpoint from which it goes on after a crash.

After each stretch the output is on the disk before the checkpoint says so. Gone on from there, whatever was written
beyond the checkpoint is cut off first, so that the output is that of a run nobody disturbed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Self

import msgspec
from msgspec.structs import astuple

from service.rescan import Change, Judged, RescanError
from service.rescan_totals import Totals

_ENDS = 1024 * 1024
_JSON = msgspec.json.Encoder()


class Identity(msgspec.Struct, frozen=True):
    """What a run depends on: with another of these its lines would be others."""

    inputs: tuple[tuple[str, int, str], ...]
    """Name, size in bytes and a digest of the first and the last mebibyte of each."""
    model_version: str
    brands_digest: str
    columns: dict[str, str]


class Checkpoint(msgspec.Struct, frozen=True):
    """How far a run is."""

    identity: Identity
    totals: Totals
    output_bytes: int
    rejects_bytes: int
    changes_bytes: int


def identify(files: Sequence[Path], model_version: str, brands_digest: str, columns: dict[str, str]) -> Identity:
    """What a run over these files depends on; standard input has no size and cannot be known again."""
    return Identity(tuple(map(_identify, files)), model_version, brands_digest, columns)


def _identify(file: Path) -> tuple[str, int, str]:
    if not file.is_file():
        return str(file), -1, ""
    size = file.stat().st_size
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        digest.update(opened.read(_ENDS))
        opened.seek(max(0, size - _ENDS))
        digest.update(opened.read(_ENDS))
    return str(file), size, digest.hexdigest()


class Output:
    """Answers and rejects on their way to the disk."""

    def __init__(self, output: Path, rejects: Path, identity: Identity, *, resume: bool) -> None:
        self._checkpoint_file = output.with_name(f"{output.name}.checkpoint")
        self._identity = identity
        self.totals = Totals()
        begun = self._read_checkpoint() if resume else None
        if begun is not None:
            self.totals = begun.totals
        elif output.exists() and output.stat().st_size and not resume:
            raise RescanError(f"{output} is there already. Name another, remove it, or go on with `--resume`.")
        self._output = _open_at(output, begun.output_bytes if begun else 0)
        self._rejects = _open_at(rejects, begun.rejects_bytes if begun else 0)
        self._changes_file = output.with_name(f"{output.name}.changes.csv")
        self._changes = _open_at(self._changes_file, begun.changes_bytes if begun else 0)
        if not self._changes.tell():
            self._changes.write(_as_csv([Change.__struct_fields__]))

    @property
    def _files(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        """In the order in which the checkpoint has their sizes."""
        return self._output, self._rejects, self._changes

    def _read_checkpoint(self) -> Checkpoint | None:
        try:
            raw = self._checkpoint_file.read_bytes()
        except FileNotFoundError:
            return None
        try:
            found = msgspec.json.decode(raw, type=Checkpoint)
        except msgspec.DecodeError:
            raise RescanError(f"{self._checkpoint_file} cannot be read. Remove it and begin again.") from None
        if found.identity != self._identity:
            old, new = found.identity, self._identity
            names = [name for name in Identity.__struct_fields__ if getattr(old, name) != getattr(new, name)]
            what = ", ".join(name.replace("_", " ") for name in names)
            remedy = f"Remove {self._checkpoint_file} and the output to begin again."
            raise RescanError(f"The run cannot go on: {what} changed since. {remedy}")
        return found

    def write(self, judged: Judged) -> None:
        """Write one chunk."""
        self.totals.merge(judged.totals)
        self._output.writelines(line + b"\n" for line in judged.lines)
        self._rejects.writelines(_JSON.encode(row) + b"\n" for row in judged.rejected)
        if judged.changes:
            self._changes.write(_as_csv(map(astuple, judged.changes)))

    def keep(self) -> None:
        """Make sure that all of it is on the disk, and note how far it is."""
        for opened in self._files:
            opened.flush()
            os.fsync(opened.fileno())
        made = Checkpoint(self._identity, self.totals, *(opened.tell() for opened in self._files))
        new = self._checkpoint_file.with_name(f"{self._checkpoint_file.name}.new")
        with new.open("wb") as opened:
            opened.write(_JSON.encode(made))
            opened.flush()
            os.fsync(opened.fileno())
        new.replace(self._checkpoint_file)

    def finish(self) -> None:
        """All of it is there: the checkpoint is no longer needed, nor is a list of changes that is empty."""
        self.keep()
        if not self.totals.changed:
            self._changes_file.unlink()
        self._checkpoint_file.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for opened in self._files:
            opened.close()


def _as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue().encode("utf-8", "replace")


def _open_at(file: Path, size: int) -> IO[bytes]:
    """The file cut to a size, at its end."""
    opened = file.open("r+b" if size else "wb")
    opened.truncate(size)
    opened.seek(size)
    return opened
