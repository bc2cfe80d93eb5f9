"""Files judged by the machines of a Spark cluster, or by the cores of this one; on any path that Hadoop reads.

Each file is a task: it is read and judged by the very functions that judge it on one machine, so that the lines are the
same. Answers, rejects and totals are written in one pass, into a folder each. Spark's own retries make a task that dies
run again; its half-written output is never seen.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from adapters.row_files import read_rows
from service.rescan import Judged, RescanError, Row, RowFileError
from service.rescan_totals import Totals

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

CHUNK = 500
"""Rows that are judged together, as on one machine."""
ANSWERS, REJECTS, CHANGES, TOTALS = "answers", "rejects", "changes", "totals"
_FILE_BYTES = 128 * 1024 * 1024
_JSON = msgspec.json.Encoder()
_JudgeRows = Callable[[Sequence[Row]], Judged]


def open_session(name: str = "dajia rescan") -> SparkSession:
    """The session of ``spark-submit``, or one on all cores of this machine; :class:`RescanError` where it cannot be."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError:
        raise RescanError("Spark needs its library: run `pip install 'dajia[spark]'`.") from None
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise RescanError("Spark needs Java 17 or newer: install it, or set JAVA_HOME.")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(name)
    for option, value in _OPTIONS.items():
        builder = builder.config(option, value)
    return builder.getOrCreate()


_OPTIONS = {
    # One file to a task, however small it is.
    "spark.sql.files.maxPartitionBytes": str(_FILE_BYTES),
    "spark.sql.files.openCostInBytes": str(_FILE_BYTES),
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1",
    # Rows are written as they come: sorted by folder first, they would lose their order.
    "spark.sql.maxConcurrentOutputFileWriters": "10",
    "spark.ui.showConsoleProgress": "true" if sys.stderr.isatty() else "false",
}


def rescan_files(
    spark: SparkSession, inputs: Sequence[str], output: str, judge: _JudgeRows, columns: dict[str, str]
) -> Totals:
    """Judge every file of the inputs (files, folders, patterns) into the folder ``output``, which must not be there."""
    from py4j.protocol import Py4JError, Py4JJavaError  # noqa: PLC0415 - comes with Spark
    from pyspark.errors import AnalysisException  # noqa: PLC0415

    try:
        files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load(list(inputs))
        judged = files.select(*_read_by_spark(files)).mapInArrow(
            partial(_judge_files, judge, columns), "part string, value string"
        )
        judged.write.partitionBy("part").mode("errorifexists").text(output)
        lines = spark.read.text(f"{output}/part={TOTALS}").collect()
    except AnalysisException as error:
        raise RescanError(f"Spark cannot begin: {_first_line(error)}") from None
    except Py4JJavaError as error:
        raise RescanError(f"Spark gave up: {_first_line(error.java_exception)}") from None
    except Py4JError:
        # Its log, which has been printed, says why; mostly there was too little memory for whole files.
        raise RescanError(f"Spark's Java process ended; {_MORE_MEMORY}") from None
    return _sum(msgspec.json.decode(line.value, type=Totals) for line in lines)


_MORE_MEMORY = "see its log above. Smaller files or more of `--driver-memory` and `--executor-memory` help."


def _read_by_spark(files: DataFrame) -> list[str]:
    """Files that every machine can open are read where they are judged, line by line; others whole, through Java."""
    return ["path"] if all(path.startswith("file:") for path in files.inputFiles()) else ["path", "content"]


def _first_line(error: object) -> str:
    return str(error).strip().splitlines()[0][:500]


def _sum(parts: Iterable[Totals]) -> Totals:
    whole = Totals()
    for part in parts:
        whole.merge(part)
    return whole


# what runs on the machines


def _judge_files(
    judge: _JudgeRows, columns: dict[str, str], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for found in batch.to_pylist():
            yield from _judge_file(judge, columns, _plain_path(found["path"]), found.get("content"))


def _plain_path(path: str) -> str:
    """A path of this machine as other commands write it; others stay as they are."""
    return path.removeprefix("file://").removeprefix("file:") if path.startswith("file:") else path


def _judge_file(
    judge: _JudgeRows, columns: dict[str, str], path: str, content: bytes | None
) -> Iterator[pa.RecordBatch]:
    totals = Totals()
    rows = _rows(path, content, columns)
    while chunk := list(islice(rows, CHUNK)):
        judged = judge(chunk)
        totals.merge(judged.totals)
        yield _batch(ANSWERS, judged.lines)
        yield _batch(REJECTS, [_JSON.encode(row) for row in judged.rejected])
        yield _batch(CHANGES, [_JSON.encode(row) for row in judged.changes])
    yield _batch(TOTALS, [_JSON.encode(totals)])


def _rows(path: str, content: bytes | None, columns: dict[str, str]) -> Iterator[Row]:
    """The file's rows; one that cannot be taken at all is a reject, and the others of the input are judged."""
    try:
        yield from read_rows(Path(path), columns, None if content is None else io.BytesIO(content), name=path)
    except RowFileError as error:
        yield Row(path, 1, b"", str(error))


def _batch(part: str, lines: Sequence[bytes]) -> pa.RecordBatch:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    values: list[Any] = [line.decode() for line in lines]
    return pa.RecordBatch.from_arrays(
        [pa.array([part] * len(values), pa.string()), pa.array(values, pa.string())], names=["part", "value"]
    )
