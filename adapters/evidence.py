"""Keeps what visits saw: a WARC file (ISO 28500) for each, with every request and answer as it came.

A page that is gone can still be shown in an appeal. The ledger holds each file's SHA-256, so that nobody can change a
file unseen. Files of a day stand in one folder; whole days are dropped when their time is over.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from service.evidence import KeptAnswer
from service.visits import Exchange, Fetched

PROFILE = "WARC-Dajia-Profile"
"""As whom the page was visited; fields of one's own are allowed (ISO 28500, 5.1)."""


class EvidenceError(LookupError):
    """Evidence that is not there or cannot be read; the message says which."""


class EvidenceFolder:
    """A folder of WARC files; the port of ``service/visits.py``."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def file(self, visit_id: str, at: datetime) -> Path:
        """Where a visit's file stands."""
        return self._root / f"{at.astimezone(UTC):%Y-%m-%d}" / f"{visit_id}.warc.gz"

    def keep(self, visit_id: str, fetched: Sequence[Fetched], at: datetime) -> str:
        """Write the file; its SHA-256 in hexadecimal. It is on the disk when this returns."""
        written = _warc(visit_id, fetched)
        file = self.file(visit_id, at)
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".part")
        with beside.open("wb") as stream:
            stream.write(written)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
        return hashlib.sha256(written).hexdigest()

    def digest(self, visit_id: str, at: datetime) -> str:
        """SHA-256 of the file as it is now; :class:`EvidenceError` where it is gone."""
        return hashlib.sha256(self._read(visit_id, at)).hexdigest()

    def answers(self, visit_id: str, at: datetime) -> list[KeptAnswer]:
        """Every answer of a visit, in order."""
        try:
            return list(_answers(self._read(visit_id, at)))
        except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
            raise EvidenceError(f"The file of visit {visit_id} cannot be read: {type(error).__name__}.") from None

    def _read(self, visit_id: str, at: datetime) -> bytes:
        try:
            return self.file(visit_id, at).read_bytes()
        except OSError:
            raise EvidenceError(f"The file of visit {visit_id} is not there: {self.file(visit_id, at)}") from None

    def drop_before(self, day: date) -> int:
        """Delete the files of earlier days; how many days there were."""
        days = [folder for folder in sorted(self._root.glob("????-??-??")) if folder.name < day.isoformat()]
        for folder in days:
            shutil.rmtree(folder)
        return len(days)


class _Writer(WARCWriter):  # type: ignore[misc]  # the library has no types
    """Keeps what it works on in memory: the library leaves its temporary files open, and a visit is small."""

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


def _warc(visit_id: str, fetched: Sequence[Fetched]) -> bytes:
    written = io.BytesIO()
    writer = _Writer(written, gzip=True)
    about = {"software": "dajia", "format": "WARC File Format 1.0", "isPartOf": visit_id}
    writer.write_record(writer.create_warcinfo_record(f"{visit_id}.warc.gz", about))
    for seen in fetched:
        for exchange in seen.exchanges:
            for record in _records(writer, exchange, seen.profile):
                writer.write_record(record)
    return written.getvalue()


def _records(writer: Any, exchange: Exchange, profile: str) -> Iterator[Any]:
    fields = {"WARC-Date": f"{exchange.at:%Y-%m-%dT%H:%M:%S}Z", PROFILE: profile}
    head = StatusAndHeaders(f"{exchange.status} {exchange.reason}", _as_kept(exchange), protocol="HTTP/1.1")
    yield writer.create_warc_record(
        exchange.url, "response", payload=io.BytesIO(exchange.body), http_headers=head, warc_headers_dict=fields
    )
    asked = StatusAndHeaders("GET / HTTP/1.1", list(exchange.request_headers), is_http_request=True)
    yield writer.create_warc_record(exchange.url, "request", http_headers=asked, warc_headers_dict=fields)


def _as_kept(exchange: Exchange) -> list[tuple[str, str]]:
    """Headers as they came, but for the chunks: the body is kept without them."""
    return [
        (f"X-Came-{name}" if name.lower() == "transfer-encoding" else name, value) for name, value in exchange.headers
    ]


def _answers(written: bytes) -> Iterator[KeptAnswer]:
    for record in ArchiveIterator(io.BytesIO(written)):
        if record.rec_type == "response":
            yield KeptAnswer(
                profile=record.rec_headers.get_header(PROFILE) or "",
                url=record.rec_headers.get_header("WARC-Target-URI"),
                at=record.rec_headers.get_header("WARC-Date"),
                status=record.http_headers.statusline,
                headers=tuple(record.http_headers.headers),
                body=record.content_stream().read(),
            )
