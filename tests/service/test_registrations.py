"""Domains of suspected links are asked for once, a few an hour, and their age is told to who decides."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from platform_world import BAG, DOUBTFUL, FINE, START, Platform, WordDetector

from adapters.sql.store import SqlStore
from detector.links import read_link
from service.dossier import Dossiers
from service.records import Registration
from service.registrations import AGAIN, Registrations, RegistryBusyError

SHOP = "https://www.lv-sale.example/neverfull"
OLD = START - timedelta(days=9)


class Names:
    """A registry that knows one domain."""

    name = "registry.example"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.busy = False

    def registered_at(self, domain: str) -> datetime | None:
        if self.busy:
            raise RegistryBusyError("wait")
        self.asked.append(domain)
        return OLD if domain == "lv-sale.example" else None


class Learning:
    """A platform whose worker asks for dates."""

    def __init__(self, store: SqlStore) -> None:
        self.platform = Platform(store)
        self.names = Names()
        self.registrations = Registrations(store, self.platform.clock, self.names, per_hour=60)

    def post(self, number: int, link: str, text: str = DOUBTFUL) -> None:
        self.platform.post(f"p{number}", f"a{number}", text=text, links=(link,))

    def work(self, *, minutes: int = 1) -> None:
        self.platform.clock.time += timedelta(minutes=minutes)
        while self.registrations.run_next():
            pass

    def known(self, domain: str) -> Registration | None:
        with self.platform.store.begin(write=False) as work:
            return work.registrations([domain]).get(domain)


@pytest.fixture
def learning(store: SqlStore) -> Learning:
    return Learning(store)


def test_the_domain_of_a_suspected_link_is_asked_for_once(learning: Learning) -> None:
    learning.post(1, SHOP)
    learning.post(2, f"{SHOP}?2")
    learning.work()
    assert learning.names.asked == ["lv-sale.example"]
    learning.post(3, f"{SHOP}?3")
    learning.work(minutes=10)
    assert learning.names.asked == ["lv-sale.example"]
    known = learning.known("lv-sale.example")
    assert known is not None
    assert (known.registered_at, known.source) == (OLD, "registry.example")


def test_marketplaces_short_links_and_honest_posts_are_not_asked_for(learning: Learning) -> None:
    learning.post(1, BAG)
    learning.post(2, "https://t.cn/A6xyz123")
    learning.post(3, "https://mulan.example/", text=FINE)
    learning.work()
    assert learning.names.asked == []


def test_no_more_are_asked_for_than_the_hour_allows(learning: Learning) -> None:
    for number in range(4):
        learning.post(number, f"https://shop{number}.example/")
    asked = []
    for _ in range(6):
        learning.work(minutes=1)
        asked.append(len(learning.names.asked))
    assert asked == [1, 2, 3, 4, 4, 4], "sixty an hour are one a minute"
    assert learning.names.asked == [f"shop{number}.example" for number in range(4)]


def test_a_busy_registry_is_left_alone_for_an_hour_and_nothing_is_lost(learning: Learning) -> None:
    learning.post(1, SHOP)
    learning.names.busy = True
    learning.work()
    learning.names.busy = False
    learning.work(minutes=30)
    assert learning.names.asked == []
    learning.work(minutes=31)
    assert learning.names.asked == ["lv-sale.example"]


def test_what_nobody_knew_is_asked_again_after_a_month(learning: Learning) -> None:
    learning.post(1, "https://new.example/")
    learning.work()
    learning.post(2, "https://new.example/2")
    learning.work(minutes=10)
    assert learning.names.asked == ["new.example"]
    learning.platform.clock.time += AGAIN
    learning.post(3, "https://new.example/3")
    learning.work()
    assert learning.names.asked == ["new.example"] * 2


def test_who_decides_is_told_the_date(learning: Learning) -> None:
    learning.post(1, SHOP)
    learning.work()
    platform = learning.platform
    dossiers = Dossiers(platform.store, platform.books, platform.clock, lambda: "d1", WordDetector().reader)
    found = dossiers.target(read_link(SHOP).target).registration
    assert found is not None
    assert found.registered_at == OLD
    learning.post(2, BAG)
    assert dossiers.target(read_link(BAG).target).registration is None
