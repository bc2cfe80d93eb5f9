"""Taking turns at SQLite's one writer: threads of a process by a lock, processes by a lock on a file.

SQLite lets a second writer poll with growing pauses of up to a tenth of a second, so that under load a post may wait
for half a second while nobody writes. A lock that the kernel hands on wakes the next writer at once, and it ends with
its process, however that dies. Another program that takes no turns is still kept out by SQLite itself.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows: there SQLite's own waiting has to do
    fcntl = None  # type: ignore[assignment]


class Turns:
    """One turn at a time, over all threads and processes that write to one database file."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".turn")
        self._among_threads = threading.Lock()
        self._file: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and give it on at the end."""
        with self._among_threads:
            if fcntl is None:
                yield
                return
            file = self._open()
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)

    def _open(self) -> int:
        # Opened at the first turn, not before: a lock belongs to the open file, which forked processes would share.
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._let_go = weakref.finalize(self, os.close, self._file)
        return self._file

    def close(self) -> None:
        """Let go of the file; a later turn opens it again."""
        if self._file is not None:
            self._let_go()
            self._file = None
