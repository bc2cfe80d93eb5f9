"""Pages are visited by their worth, once each, kept as evidence, and posts are judged again by them."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from platform_world import BAG, DOUBTFUL, FAKE, FINE, SHOE, START, Platform

from adapters.evidence import EvidenceFolder
from adapters.sql.store import SqlStore
from detector.pages import read_page
from detector.types import PageSnapshot
from service.evidence import Retention, find_evidence_faults, visits_of
from service.fetch import Fetching, FetchPolicy
from service.rebuild import Rebuilding
from service.visits import Certificate, Exchange, Fetched, Hop, Outcome, Profile

BAG_TARGET = "weidian:item:4371293"
GENUINE = "<html><title>授权经销商</title><body>官方授权经销商，正品保证，欢迎光临本店选购各类商品</body></html>"
COPIES = "<html><title>高仿包包工厂</title><body>高仿包包工厂直销，微信 lv8888，欢迎代理批发零售各种名牌</body></html>"
OTHER = "<html><title>鲜花速递</title><body>今日鲜花到店，玫瑰百合康乃馨，同城两小时送达，欢迎预订花束</body></html>"


class Web:
    """What pages there are, by address; nothing else is known."""

    def __init__(self, **pages: str) -> None:
        self.pages: dict[str, str | Outcome] = dict(pages)
        self.ends_at: dict[str, str] = {}
        self.certificate: Certificate | None = None
        self.asked: list[tuple[str, Profile]] = []
        self.open = threading.Event()
        self.open.set()

    def fetch(self, url: str, profile: Profile) -> Fetched:
        assert self.open.wait(10)
        self.asked.append((url, profile))
        found = self.pages.get(f"{profile} {url}", self.pages.get(url, "unreachable"))
        hops = (Hop(url, "link", 200), *((Hop(self.ends_at[url], "http", 200),) if url in self.ends_at else ()))
        if "<" not in found:
            return Fetched(profile, found, "It is so.", hops)  # type: ignore[arg-type]  # an outcome
        exchange = Exchange(
            url, START, (), 200, "OK", (("Content-Type", "text/html"),), found.encode(), self.certificate
        )
        page = PageSnapshot(url, found.encode(), "text/html")
        return Fetched(profile, "read", "", hops, page, read_page(page), (exchange,))


class Visiting:
    """A platform whose worker visits pages."""

    def __init__(self, store: SqlStore, folder: Path, **policy: object) -> None:
        self.platform = Platform(store, fetch_reach=1000)
        self.web = Web()
        self.files = EvidenceFolder(folder)
        values = {"at_once": 4, "host_pause": timedelta(seconds=2)} | policy
        numbers = itertools.count()
        self.fetching = Fetching(
            store,
            self.web,
            self.files,
            self.platform.second_look,
            self.platform.second_look._detector.reader,
            self.platform.clock,
            lambda: f"v{next(numbers):04}",
            FetchPolicy(**values),  # type: ignore[arg-type]
        )

    def work(self) -> None:
        """The worker goes round until nothing is left."""
        while self.fetching.run_next() or self.platform.propagation.run_next():
            self.fetching.wait()


@pytest.fixture
def visiting(store: SqlStore, tmp_path: Path) -> Visiting:
    return Visiting(store, tmp_path)


def asked(web: Web) -> list[str]:
    return [url for url, profile in web.asked if profile == "mobile"]


def test_what_was_in_doubt_is_held_by_its_page_and_the_platform_is_told(visiting: Visiting) -> None:
    assert visiting.platform.post("p1", text=DOUBTFUL).verdict == "review"
    visiting.web.pages[BAG] = COPIES
    visiting.work()
    assert visiting.platform.event_types() == ["link.held"]
    assert visiting.platform.hidden("p1") == [True]
    assert visiting.platform.post("p2", text=FINE).verdict == "hold", "new posts are judged by the page too"


def test_a_hold_is_released_by_its_page(visiting: Visiting) -> None:
    visiting.platform.post("p1", text=FAKE)
    visiting.platform.post("p2", "a2", text=FAKE)
    visiting.web.pages[BAG] = GENUINE
    visiting.work()
    assert visiting.platform.event_types("a1") == ["link.held", "link.restored"]
    assert visiting.platform.event_types("a2") == ["link.held", "link.restored"]
    assert visiting.platform.post("p3", "a3", text=FAKE).verdict == "allow"


@pytest.mark.parametrize("decision", ["counterfeit", "genuine"])
def test_what_people_decided_stands(visiting: Visiting, decision: str) -> None:
    visiting.platform.post("p1", text=FAKE)
    visiting.platform.decide(decision)
    before = visiting.platform.event_types()
    visiting.web.pages[BAG] = GENUINE if decision == "counterfeit" else COPIES
    visiting.work()
    assert visiting.platform.event_types() == before
    assert visiting.platform.post("p2", text=FINE).verdict == ("block" if decision == "counterfeit" else "allow")


def test_what_is_suspected_or_widely_shared_is_visited_and_nothing_else(visiting: Visiting) -> None:
    platform = visiting.platform
    platform.post("p1", text=FINE, links=("https://quiet.example/",))
    platform.post("p2", text=FINE, links=("https://wide.example/",), reach=1000)
    platform.post("p3", text=DOUBTFUL, links=("https://doubt.example/",))
    sent = PageSnapshot("https://sent.example/", COPIES)
    platform.post("p4", text=DOUBTFUL, links=("https://sent.example/",), pages=(sent,))
    platform.post("p5", text=FAKE, links=("mailto:me@example.com",))
    visiting.work()
    assert sorted(asked(visiting.web)) == ["https://doubt.example/", "https://wide.example/"]


def test_the_most_worthwhile_is_visited_first(store: SqlStore, tmp_path: Path) -> None:
    visiting = Visiting(store, tmp_path, at_once=1)
    for name, reach in (("low", 10), ("high", 900), ("middle", 100)):
        visiting.platform.post(name, text=DOUBTFUL, links=(f"https://{name}.example/",), reach=reach)
    visiting.platform.post("again", text=DOUBTFUL, links=("https://low.example/",), reach=500)
    visiting.work()
    assert asked(visiting.web) == [f"https://{name}.example/" for name in ("high", "low", "middle")]


def test_a_host_is_left_alone_for_a_while(visiting: Visiting) -> None:
    for number in range(3):
        visiting.platform.post(f"p{number}", text=DOUBTFUL, links=(f"https://one.example/{number}",))
    visiting.work()
    assert len(asked(visiting.web)) == 1
    visiting.platform.clock.time += timedelta(seconds=2)
    visiting.work()
    assert len(asked(visiting.web)) == 2


def test_no_more_than_a_budget_is_visited_in_an_hour(store: SqlStore, tmp_path: Path) -> None:
    visiting = Visiting(store, tmp_path, per_hour=2)
    for number in range(5):
        visiting.platform.post(f"p{number}", text=DOUBTFUL, links=(f"https://host{number}.example/",))
    visiting.work()
    assert len(asked(visiting.web)) == 2
    visiting.platform.at(1)
    visiting.work()
    assert len(set(asked(visiting.web))) == 4


def test_two_workers_never_visit_the_same_page(store: SqlStore, tmp_path: Path) -> None:
    one, other = Visiting(store, tmp_path), Visiting(store, tmp_path)
    for number in range(8):
        one.platform.post(f"p{number}", text=DOUBTFUL, links=(f"https://host{number}.example/",))
    for visiting in (one, other):
        visiting.web.open.clear()
        visiting.fetching.run_next()
    for visiting in (one, other):
        visiting.web.open.set()
        visiting.fetching.wait()
    urls = asked(one.web) + asked(other.web)
    assert len(urls) == len(set(urls)) == 8


def test_the_pages_of_a_worker_that_died_are_visited_by_another(store: SqlStore, tmp_path: Path) -> None:
    dead, alive = Visiting(store, tmp_path), Visiting(store, tmp_path)
    dead.platform.post("p1", text=DOUBTFUL)
    dead.web.open.clear()
    assert dead.fetching.run_next()
    alive.work()
    assert alive.web.asked == []
    alive.platform.clock.time += timedelta(minutes=5)
    alive.work()
    assert asked(alive.web) == [BAG]
    dead.web.open.set()


def test_what_may_pass_is_tried_again_and_then_left_for_a_day(visiting: Visiting) -> None:
    visiting.platform.post("p1", text=DOUBTFUL)
    tries = []
    for minutes in range(0, 24 * 60, 4):
        visiting.platform.clock.time += timedelta(minutes=4)
        visiting.work()
        tries.append((minutes, len(asked(visiting.web))))
    assert tries[-1][1] == 4
    assert [next(m for m, n in tries if n == wanted) for wanted in (1, 2)] == [0, 8]
    visits = visits_of(visiting.platform.store, BAG_TARGET)
    assert [(visit.outcome, visit.detail) for visit in visits] == [("unreachable", "It is so.")] * 4


def test_a_page_is_visited_again_after_days(visiting: Visiting) -> None:
    visiting.platform.post("p1", text=DOUBTFUL)
    visiting.web.pages[BAG] = COPIES
    days = []
    for day in range(45):
        visiting.platform.at(24 * day)
        visiting.work()
        days += [day] * (len(asked(visiting.web)) - len(days))
    assert days == [0, 1, 8, 38]


def case_is_open(platform: Platform) -> bool:
    return any(case.subject == BAG_TARGET for case in platform.review.cases("target", "open", 0).cases)


@pytest.mark.parametrize(("page", "asks"), [(COPIES, False), (OTHER, True), ("gone", False)])
@pytest.mark.parametrize("decision", ["counterfeit", "genuine"])
def test_people_look_again_where_another_shop_has_moved_in(
    visiting: Visiting, decision: str, page: str, asks: bool
) -> None:
    visiting.platform.post("p1", text=DOUBTFUL)
    visiting.web.pages[BAG] = COPIES
    visiting.work()
    visiting.platform.decide(decision)
    assert not case_is_open(visiting.platform)
    visiting.web.pages[BAG] = page
    visiting.platform.at(30)
    visiting.work()
    assert case_is_open(visiting.platform) == asks
    with visiting.platform.store.begin(write=False) as work:
        record = work.target(BAG_TARGET)
    assert record is not None
    assert record.state == decision, "what people decided stands until they decide again"


def test_people_look_where_two_visitors_see_two_pages(visiting: Visiting) -> None:
    visiting.platform.post("p1", text=FINE, reach=5000)
    visiting.web.pages |= {f"mobile {BAG}": GENUINE, f"desktop {BAG}": OTHER}
    visiting.work()
    assert case_is_open(visiting.platform)
    assert visits_of(visiting.platform.store, BAG_TARGET)[0].differs


def test_people_look_at_what_leads_to_a_confirmed_target(visiting: Visiting) -> None:
    visiting.platform.decide("counterfeit", SHOE)
    visiting.platform.post("p1", text=FINE, reach=5000)
    visiting.web.pages[BAG] = GENUINE
    visiting.web.ends_at[BAG] = SHOE
    visiting.work()
    assert case_is_open(visiting.platform)


def test_evidence_is_kept_and_a_changed_or_missing_file_is_found(visiting: Visiting) -> None:
    visiting.platform.post("p1", text=DOUBTFUL)
    visiting.platform.post("p2", text=DOUBTFUL, links=(SHOE,))
    visiting.web.pages |= {BAG: COPIES, SHOE: GENUINE}
    visiting.work()
    store, files, start = visiting.platform.store, visiting.files, visiting.platform.clock.now()
    assert list(find_evidence_faults(store, files, start)) == []
    (bag,), (shoe,) = (visits_of(store, target) for target in (BAG_TARGET, "taobao:item:520813250866"))
    answers = files.answers(bag.visit_id, bag.at)
    assert [(a.profile, a.url, a.body.decode()) for a in answers] == [
        ("mobile", BAG, COPIES),
        ("desktop", BAG, COPIES),
    ]
    files.file(bag.visit_id, bag.at).write_bytes(b"something else")
    files.file(shoe.visit_id, shoe.at).unlink()
    faults = sorted(find_evidence_faults(store, files, start))
    assert "is not there" in faults[0]
    assert faults[1] == f"{BAG_TARGET}: the file of visit {bag.visit_id} was changed after it was recorded"
    with pytest.raises(LookupError, match="cannot be read"):
        files.answers(bag.visit_id, bag.at)
    later = start + timedelta(days=1)
    assert list(find_evidence_faults(store, files, later)) == [], "what is no longer kept is not missed"


def test_the_certificate_of_the_page_is_on_record(visiting: Visiting) -> None:
    visiting.web.certificate = Certificate("ab" * 32, ("shop.example", "*.bags.example"))
    visiting.platform.post("p1", text=DOUBTFUL)
    visiting.platform.post("p2", text=DOUBTFUL, links=(SHOE,))
    visiting.web.pages[BAG] = COPIES
    visiting.work()
    (bag,), (shoe,) = (visits_of(visiting.platform.store, name) for name in (BAG_TARGET, "taobao:item:520813250866"))
    assert bag.certificate == visiting.web.certificate
    assert shoe.certificate is None, "nothing was read there"


def test_evidence_is_dropped_when_its_time_is_over(visiting: Visiting) -> None:
    visiting.platform.post("p1", text=DOUBTFUL)
    visiting.web.pages[BAG] = COPIES
    visiting.work()
    (visit,) = visits_of(visiting.platform.store, BAG_TARGET)
    old = timedelta(days=365 * 20)
    visiting.files.keep("long-ago", [], visit.at - old)
    assert Retention(visiting.files, 365 * 10).run_next()
    assert not visiting.files.file("long-ago", visit.at - old).exists()
    assert visiting.files.file(visit.visit_id, visit.at).exists()


def test_what_visits_made_of_targets_can_be_made_anew(visiting: Visiting) -> None:
    visiting.platform.post("p1", text=FINE, reach=5000)
    visiting.platform.post("p2", text=DOUBTFUL, links=(SHOE,))
    visiting.web.pages[BAG] = COPIES
    visiting.work()
    with visiting.platform.store.begin(write=False) as work:
        record = work.target(BAG_TARGET)
    assert record is not None
    assert (record.state, record.top_probability, record.page is not None) == ("suspected", 0.97, True)
    assert Rebuilding(visiting.platform.store, visiting.platform.clock).run(repair=False) == []
