"""Tables of wild examples: one row a line, columns apart by a tab, in ``tests/detector/tables``.

Lines that begin with # are comments. A last column that begins with ! says why the row is a known failure. The first
column of a table with a step or a topic names it and is used for the test's name only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).parent / "detector" / "tables"


def wild_rows(name: str) -> list[Any]:
    """The rows of a table as parameters of a test, without their topic; known failures are strict xfails."""
    lines = (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [_row(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]


def _row(number: int, line: str) -> Any:
    columns = [column.replace("\\n", "\n").replace("\\t", "\t") for column in line.split("\t")]
    why = columns.pop()[1:] if len(columns) > 2 and columns[-1].startswith("!") else ""
    topic = columns.pop(0) if len(columns) > 2 else "row"
    marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
    return pytest.param(*columns, id=f"{topic}-{number}", marks=marks)
