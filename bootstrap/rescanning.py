"""Historical links, judged again by the processes of this machine or by a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import chain as chain_of
from itertools import islice
from pathlib import Path

from adapters.rescan_files import Identity, Output, identify
from adapters.row_files import NAMES, STDIN, find_inputs, read_rows
from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from bootstrap.detection import build_index, build_judge, build_model
from bootstrap.rules import book_of_today
from bootstrap.serving import build_services
from bootstrap.storage import build_store
from service.apply_rows import Applying, AssessedRow, assess_chunk
from service.judge import Judge
from service.patience import patiently
from service.records import StoredPost
from service.rescan import STORED, Judged, Row, judge_chunk, judged_by, stored_row
from service.rescan_totals import Totals
from settings import Settings


class Rescan:
    """Historical links from files, judged by the processes of this machine."""

    FIELDS = tuple(NAMES)

    def __init__(
        self,
        settings: Settings,
        inputs: Sequence[Path],
        columns: dict[str, str],
        jobs: int,
        files: list[Path] | None = None,
    ) -> None:
        self._settings = settings
        self._files = find_inputs(inputs) if files is None else files
        self._columns = columns
        self._jobs = jobs
        self.from_stdin = STDIN in self._files

    def open(self, output: Path, rejects: Path, *, resume: bool) -> Output:
        """Where the answers go; :class:`RescanError` where a run cannot go on."""
        model, brands = build_model(self._settings).version, build_index(self._settings).digest
        return Output(output, rejects, identify(self._files, model, brands, self._columns), resume=resume)

    def rows(self) -> Iterator[Row]:
        """Every row of every file."""
        return chain_of.from_iterable(read_rows(file, self._columns) for file in self._files)

    def judge(self, chunks: Iterable[Sequence[Row]]) -> Iterator[Judged]:
        """Each chunk after it was judged, in order."""
        from adapters.engines.processes import in_processes  # noqa: PLC0415 - a web process needs no joblib

        return in_processes(partial(judge_rows, self._settings), chunks, self._jobs)

    def assessed(self, at_once: int) -> Iterator[list[AssessedRow]]:
        """Every row as the detector sees it, so many at once, in order."""
        from adapters.engines.processes import in_processes  # noqa: PLC0415 - a web process needs no joblib

        rows = self.rows()
        chunks = iter(lambda: list(islice(rows, at_once)), [])
        return in_processes(partial(assess_rows, self._settings), chunks, self._jobs)

    def applying(self, max_actions: int) -> Applying:
        """What records the posts and applies the rulebook to them."""
        return Applying(build_services(self._settings).screening, max_actions)

    def importing(self) -> Applying:
        """What records the posts of a platform that goes live; the rulebook of today says whether they count."""
        amnesty = not book_of_today(self._settings).limits.points_for_backfilled_posts
        return Applying(build_services(self._settings).screening, amnesty=amnesty)


def rescan_on_spark(settings: Settings, inputs: Sequence[str], output: str, columns: dict[str, str]) -> Totals:
    """The same rows judged by the machines of a Spark cluster, which have this package and its settings."""
    from adapters.engines.spark import open_session, rescan_files  # noqa: PLC0415 - an extra, and slow to load

    build_judge(settings)  # what is wrong with the settings is told here, not by every machine
    return rescan_files(open_session(), inputs, output, partial(judge_rows, settings), columns)


class StoredRescan(Rescan):
    """The posts of the service's own store, judged again by the processes of this machine."""

    def __init__(self, settings: Settings, since: datetime | None, jobs: int, *, changed_only: bool = False) -> None:
        """``changed_only``: leave out what was answered by the model and brands in use."""
        super().__init__(settings, [], {}, jobs, files=[Path(STORED)])
        self._since = since
        self._but = self._in_use() if changed_only else None

    def open(self, output: Path, rejects: Path, *, resume: bool) -> Output:
        """Where the answers go; a run goes on with the same store and the same beginning."""
        place = make_engine(self._settings.database_url).url.render_as_string(hide_password=True)
        begin = "" if self._since is None else self._since.isoformat()
        which = {} if self._but is None else {"changed": "only"}
        return Output(output, rejects, Identity(((place, 0, begin),), *self._in_use(), which), resume=resume)

    def _in_use(self) -> tuple[str, str]:
        return build_model(self._settings).version, build_index(self._settings).digest

    def rows(self) -> Iterator[Row]:
        """Every post as it was sent, but for its pages, with the verdict that it got."""
        store, done = build_store(self._settings), 0
        # Stretch by stretch: no transaction stays open for hours, and a database that goes away is waited for.
        while stretch := patiently(partial(self._stretch, store, done)):
            done = stretch[-1][0]
            yield from (stored_row(*one) for one in stretch if self._but is None or judged_by(one[1]) != self._but)

    def _stretch(self, store: SqlStore, after: int) -> list[tuple[int, StoredPost]]:
        return list(islice(store.recorded_posts(self._since, after=after), STRETCH))


STRETCH = 1_000
"""Recorded posts that are held at once."""


REMEMBERED = 50_000
"""Answers that each process of a rescan remembers."""


def judge_rows(settings: Settings, rows: Sequence[Row]) -> Judged:
    """Judge a chunk in this process, which builds what it needs once."""
    return judge_chunk(_process_judge(settings), rows)


def assess_rows(settings: Settings, rows: Sequence[Row]) -> list[AssessedRow]:
    """Assess a chunk in this process."""
    return assess_chunk(_process_judge(settings), rows)


@cache
def _process_judge(settings: Settings) -> Judge:
    return build_judge(settings, remember=REMEMBERED)


def build_rescan(settings: Settings, inputs: Sequence[Path], columns: dict[str, str], jobs: int) -> Rescan:
    """A rescan of files."""
    return Rescan(settings, inputs, columns, jobs)
