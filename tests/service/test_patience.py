"""Waiting for a database: as long as was agreed, ever less often, and for nothing else."""

from __future__ import annotations

import pytest

from service.patience import patiently
from service.ports import StaleHeadError, UnavailableError


class Away:
    """A database that answers after so many seconds of a time that passes by sleeping alone."""

    def __init__(self, seconds: float) -> None:
        self.back_at = seconds
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now

    def work(self) -> str:
        if self.now < self.back_at:
            raise UnavailableError("The database does not answer.")
        return "done"


def test_it_goes_on_when_the_database_is_back() -> None:
    away = Away(60)
    assert patiently(away.work, 300, sleep=away.sleep, clock=away.clock) == "done"
    assert away.slept[:4] == [0.5, 1.0, 2.0, 4.0]
    assert max(away.slept) == 10.0
    assert away.now < 70


def test_in_the_end_it_says_what_is_wrong() -> None:
    away = Away(1_000)
    with pytest.raises(UnavailableError):
        patiently(away.work, 300, sleep=away.sleep, clock=away.clock)
    assert 280 < away.now <= 300


def test_other_errors_are_not_waited_for() -> None:
    def stale() -> None:
        raise StaleHeadError("Somebody else wrote first.")

    with pytest.raises(StaleHeadError):
        patiently(stale, sleep=lambda _: pytest.fail("nothing to wait for"))
