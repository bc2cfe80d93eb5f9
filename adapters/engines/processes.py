"""Chunks judged by the processes of one machine, handed back in order (joblib)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from joblib import Parallel, delayed

from service.rescan import Judged, Row

AHEAD = 3
"""Chunks for each process that are read before they are judged, so that nobody waits and memory stays small."""


def judge_in_processes(
    judge: Callable[[Sequence[Row]], Judged], chunks: Iterable[Sequence[Row]], jobs: int
) -> Iterator[Judged]:
    """Each chunk after it was judged, in the order of the chunks."""
    if jobs == 1:
        yield from map(judge, chunks)
        return
    parallel = Parallel(n_jobs=jobs, return_as="generator", batch_size=1, pre_dispatch=f"{AHEAD}*n_jobs")
    yield from parallel(delayed(judge)(chunk) for chunk in chunks)
