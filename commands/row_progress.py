"""How far a command is that reads rows."""

from __future__ import annotations

import time
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

SAY_EVERY_S = 10.0
"""How often a line is printed where there is no terminal."""


class Telling:
    """A live line where there is a terminal, a plain one now and then where there is none."""

    def __init__(self, done: int = 0) -> None:
        """``done``: rows that an earlier run has done."""
        self._console = Console(stderr=True)
        self._began, self._before = time.monotonic(), done
        self._said = self._began
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._task = self._progress.add_task("Reading", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, rows: int, rejected: int) -> None:
        """So far it has come."""
        now = time.monotonic()
        rate = (rows - self._before) / max(now - self._began, 1e-9)
        text = f"{rows:,} rows, {rate:,.0f}/s, {rejected:,} rejected"
        self._progress.update(self._task, description=text)
        if not self._console.is_terminal and now - self._said >= SAY_EVERY_S:
            click.echo(text, err=True)
            self._said = now
