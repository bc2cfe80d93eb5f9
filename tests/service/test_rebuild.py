"""What is kept beside the record can be made anew from it, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from platform_world import DOUBTFUL, FINE, SHOE, Platform

from adapters.sql.store import SqlStore
from adapters.sql.tables import endings, targets
from service.rebuild import Difference, Rebuilding
from service.records import TargetRecord

URL = "https://shop.example/a"


@pytest.fixture
def lived(store: SqlStore) -> Platform:
    """A platform on which most things have happened."""
    platform = Platform(store)
    platform.decide("counterfeit", "https://never-posted.example/x")
    platform.post("p1")
    platform.post("p2", text=DOUBTFUL, links=(SHOE, URL))
    platform.post("p3", text=FINE, links=("https://fine.example/",))
    platform.at(1)
    platform.decide("counterfeit", organised=True)
    platform.decide("genuine", SHOE)
    platform.at(30)
    platform.post("p4", "a2")
    platform.post("p4", "a2")
    platform.try_post("p4", "a2", text=FINE, links=("https://conflict.example/",))
    platform.post("p5", "a2", text="高仿", links=(URL,))
    platform.post("p5", "a2", text="可疑", links=("https://revised.example/",), revision=1)
    platform.screening.submit(
        [platform.a_post("p6", links=("https://b.example/",)), platform.a_post("p6", links=("https://c.example/",))]
    )
    platform.decide("counterfeit", health_risk=True, actor="lee")
    platform.at(60)
    platform.decide("genuine", "https://never-posted.example/x")
    return platform


def rows(store: SqlStore) -> list[list[tuple[Any, ...]]]:
    """All that can be made anew, as the database holds it."""
    with store.begin(write=False) as work:
        statements = (sa.select(targets).order_by("target"), sa.select(endings).order_by("action_id"))
        return [[tuple(row) for row in work.connection.execute(s)] for s in statements]


def rebuild(platform: Platform, *, repair: bool = True) -> list[Difference]:
    return Rebuilding(platform.store, platform.clock).run(repair=repair)


def test_what_the_service_keeps_is_what_the_record_tells(lived: Platform) -> None:
    kept_targets, kept_endings = rows(lived.store)
    assert len(kept_targets) == 7
    assert kept_endings
    assert rebuild(lived) == []


def test_everything_comes_back_byte_for_byte(lived: Platform) -> None:
    before = rows(lived.store)
    with lived.store.begin() as work:
        work.connection.execute(sa.delete(targets))
        work.connection.execute(sa.delete(endings))
    assert len(rebuild(lived)) == len(before[0]) + len(before[1])
    assert rows(lived.store) == before
    assert rebuild(lived) == []


def test_what_somebody_set_by_hand_is_found_and_put_right(lived: Platform) -> None:
    before = rows(lived.store)
    with lived.store.begin() as work:
        forged = work.target("weidian:item:4371293")
        assert forged is not None
        work.connection.execute(sa.update(targets).where(targets.c.target == forged.target).values(state="genuine"))
        work.put_target(TargetRecord("shop:invented.example", "https://invented.example/", "counterfeit"))
        ending = work.connection.execute(sa.select(endings.c.action_id)).scalars().first()
        work.connection.execute(sa.update(endings).values(account_id="a9").where(endings.c.action_id == ending))
    told = sorted(map(str, rebuild(lived, repair=False)))
    assert told == [
        f"endings {ending}: account_id is a9, told {told[0].split()[-1]}",
        "targets shop:invented.example: nothing in the record tells of it",
        "targets weidian:item:4371293: state is genuine, told counterfeit",
    ]
    assert rows(lived.store) != before, "a check changes nothing"
    rebuild(lived)
    assert rows(lived.store) == before


def test_what_is_due_is_left_to_those_who_tell_of_it(lived: Platform) -> None:
    lived.at(1000)
    before = rows(lived.store)
    assert before[1]
    assert rebuild(lived) == []
    assert rows(lived.store) == before
