"""Chunks of work done by the processes of one machine, handed back in order (joblib)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from joblib import Parallel, delayed

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

AHEAD = 3
"""Chunks for each process that are read before they are worked on, so that nobody waits and memory stays small."""


def in_processes(
    work: Callable[[Sequence[_Item]], _Result], chunks: Iterable[Sequence[_Item]], jobs: int
) -> Iterator[_Result]:
    """What ``work`` makes of each chunk, in the order of the chunks."""
    if jobs == 1:
        yield from map(work, chunks)
        return
    parallel = Parallel(n_jobs=jobs, return_as="generator", batch_size=1, pre_dispatch=f"{AHEAD}*n_jobs")
    yield from parallel(delayed(work)(chunk) for chunk in chunks)
