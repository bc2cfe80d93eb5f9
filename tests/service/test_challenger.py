"""A model in shadow scores what was answered, and whatever it does, the answers stay as they are."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from platform_world import BAG, DOUBTFUL, FAKE, FINE, SHOE, START, Platform, SteppedClock, shipped_model

from adapters.sql.database import make_engine, upgrade
from adapters.sql.store import SqlStore
from detector.score import Detector
from detector.types import LinkVerdict, PageSnapshot, Post
from service import challenger as shadow
from service.challenger import Challenger
from service.ports import UnavailableError
from service.records import ChallengerScore

BAG_TARGET = "weidian:item:4371293"


class Lenient(Detector):
    """Allows everything, or does what a test wants."""

    def __init__(self, do: Callable[[Post], None] = lambda _post: None) -> None:
        super().__init__(msgspec.structs.replace(shipped_model(), version="lenient"))
        self._do = do
        self.seen: list[str] = []

    def score(self, post: Post) -> list[LinkVerdict]:
        self.seen.append(post.post_id)
        self._do(post)
        return [LinkVerdict(link, "allow", 0.02, ()) for link in self.links_of(post) or [None]]


class Counts:
    """Whoever counts."""

    def __init__(self) -> None:
        self.links: Counter[tuple[str, str]] = Counter()
        self.posts: Counter[str] = Counter()

    def count_challenger_link(self, champion: str, challenger: str) -> None:
        self.links[champion, challenger] += 1

    def count_challenger_post(self, outcome: str) -> None:
        self.posts[outcome] += 1


class Shadowed:
    """A platform with a challenger whose thread waits until the test lets it go."""

    def __init__(self, store: SqlStore, detector: Detector) -> None:
        self.counts = Counts()
        self.challenger = Challenger(detector, shipped_model().version, store, SteppedClock(), pause_s=60)
        self.challenger.report_to(self.counts)
        self.platform = Platform(store, challenger=self.challenger)
        self.store = store

    def scores(self, target: str = BAG_TARGET) -> list[ChallengerScore]:
        self.challenger.work_off()
        with self.store.begin(write=False) as work:
            return work.challenger_scores(target)


@pytest.fixture
def make(sqlite_store: SqlStore) -> Iterator[Callable[..., Shadowed]]:
    made: list[Shadowed] = []

    def make(do: Callable[[Post], None] = lambda _post: None, store: SqlStore = sqlite_store) -> Shadowed:
        made.append(Shadowed(store, Lenient(do)))
        return made[-1]

    yield make
    for one in made:
        one.challenger.close()


def boom(_post: Post) -> None:
    raise RuntimeError("the challenger broke")


def test_both_verdicts_of_each_link_are_recorded_with_their_models(make, store):
    shadowed = make(store=store)
    answer = shadowed.platform.post("p1", links=(BAG, SHOE))
    (score,) = shadowed.scores()
    assert score == ChallengerScore(
        decision_id=answer.decision_id,
        target=BAG_TARGET,
        recorded_at=START,
        champion_version=shipped_model().version,
        champion_verdict="hold",
        champion_probability=0.97,
        challenger_version="lenient",
        challenger_verdict="allow",
        challenger_probability=0.02,
    )
    assert len(shadowed.scores("taobao:item:520813250866")) == 1
    assert shadowed.counts.links == {("hold", "allow"): 2}
    assert shadowed.counts.posts == {"scored": 1}


def test_the_champions_own_verdict_is_kept_whatever_people_said(make):
    shadowed = make()
    shadowed.platform.decide("counterfeit")
    assert shadowed.platform.post("p1", text=DOUBTFUL).verdict == "block"
    assert [s.champion_verdict for s in shadowed.scores()] == ["review"]


def test_a_text_without_a_link_is_counted_and_not_recorded(make):
    shadowed = make()
    shadowed.platform.post("p1", links=(), text=DOUBTFUL)
    assert shadowed.scores("") == []
    assert (shadowed.counts.links, shadowed.counts.posts) == ({("review", "allow"): 1}, {"scored": 1})


def test_what_was_not_recorded_is_not_scored(make):
    shadowed = make()
    shadowed.platform.post("p1")
    shadowed.platform.post("p1")
    shadowed.platform.try_post("p1", text="anders")
    shadowed.platform.screening.check(shadowed.platform.a_post("p2"))
    assert len(shadowed.scores()) == 1
    assert shadowed.counts.posts == {"scored": 1}


def test_every_post_of_a_batch_is_scored(make):
    shadowed = make()
    shadowed.platform.screening.submit([shadowed.platform.a_post(f"p{n}", f"a{n}") for n in range(7)])
    assert len(shadowed.scores()) == 7


def test_a_new_revision_is_scored_anew(make):
    shadowed = make()
    shadowed.platform.post("p1")
    shadowed.platform.post("p1", revision=1, text=FINE)
    assert Counter(s.champion_verdict for s in shadowed.scores()) == {"hold": 1, "allow": 1}


# answers


def answers(store: SqlStore, challenger: Challenger | None) -> list[bytes]:
    """Everything that callers get while a small platform lives."""
    platform = Platform(store, challenger=challenger)
    posts = [platform.post("p1"), platform.post("p2", "a2", text=DOUBTFUL), platform.post("p3", "a3", text=FINE)]
    platform.at(1)
    platform.decide("counterfeit")
    posts += [platform.post("p4"), platform.try_post("p4", text="anders")]
    posts.append(platform.post("p1", posted_at=START))
    rest = [platform.status.account("a1"), platform.status.target(BAG_TARGET), platform.review.cases(None, None, 0)]
    with store.begin(write=False) as work:
        events = work.events(account_id=None, limit=1_000)
    told = [*posts, *rest, *events, *store.ledger_entries()]
    return [str(x).encode() if isinstance(x, Exception) else msgspec.json.encode(x) for x in told]


def slow(_post: Post) -> None:
    time.sleep(0.2)


@pytest.mark.parametrize("do", [lambda _post: None, boom, slow], ids=["works", "breaks", "is slow"])
def test_nothing_that_anybody_is_told_changes(do, sqlite_store, tmp_path, make):
    engine = make_engine(f"sqlite:///{tmp_path}/other.sqlite3")
    upgrade(engine)
    shadowed = make(do)
    shadowed.challenger._pause_s = 0
    assert answers(sqlite_store, shadowed.challenger) == answers(SqlStore(engine), None)
    shadowed.challenger.close()
    assert shadowed.counts.posts.total() == 4
    engine.dispose()


def test_a_challenger_that_breaks_is_counted_and_the_next_post_gets_its_turn(make):
    broken = {"p2"}
    shadowed = make(lambda post: boom(post) if post.post_id in broken else None)
    for post_id in ("p1", "p2", "p3"):
        assert shadowed.platform.post(post_id).verdict == "hold"
    assert len(shadowed.scores()) == 2
    assert shadowed.counts.posts == {"scored": 2, "failed": 1}


def test_trouble_is_said_once_and_never_with_the_post(make, capsys):
    shadowed = make(boom)
    for n in range(5):
        shadowed.platform.post(f"p{n}", text="高仿秘密")
    shadowed.challenger.work_off()
    said = "".join(capsys.readouterr())
    assert said.count("the challenger is in trouble") == 1
    assert "RuntimeError" in said
    assert "秘密" not in said


def test_a_store_that_does_not_take_the_scores_costs_the_scores_alone(make, monkeypatch):
    shadowed = make()
    shadowed.platform.post("p1")

    def fail(**_options: Any) -> Any:
        raise UnavailableError("no")

    monkeypatch.setattr(shadowed.challenger, "_store", type("Down", (), {"begin": staticmethod(fail)}))
    shadowed.challenger.work_off()
    assert shadowed.counts.posts == {"unrecorded": 1}
    assert shadowed.platform.post("p2").verdict == "hold"


@pytest.mark.parametrize("part", ["_put", "_clock"])
def test_putting_aside_never_raises(make, monkeypatch, part):
    shadowed = make()
    monkeypatch.setattr(shadowed.challenger, part, None)
    assert shadowed.platform.post("p1").verdict == "hold"
    assert shadowed.counts.posts == {"dropped": 1}


def test_no_more_posts_wait_than_there_is_room_for(make, monkeypatch):
    monkeypatch.setattr(shadow, "MOST_WAITING", 3)
    shadowed = make()
    for n in range(5):
        shadowed.platform.post(f"p{n}")
    assert shadowed.counts.posts == {"dropped": 2}
    assert len(shadowed.scores()) == 3
    shadowed.platform.post("p9")
    assert len(shadowed.scores()) == 4, "there is room again"


def test_large_pages_count_by_their_size(make, monkeypatch):
    monkeypatch.setattr(shadow, "MOST_WAITING_CHARS", 2_500)
    shadowed = make()
    for n in range(3):
        shadowed.platform.post(f"p{n}", pages=(PageSnapshot(BAG, b"x" * 1_000),))
    assert shadowed.counts.posts == {"dropped": 1}
    assert len(shadowed.scores()) == 2
    assert shadowed.challenger._chars == 0


def test_an_answer_does_not_wait_for_the_challenger(make):
    let_go = threading.Event()
    shadowed = make(lambda _post: let_go.wait(20))
    shadowed.challenger._pause_s = 0
    began = time.perf_counter()
    shadowed.platform.post("p1")
    shadowed.platform.post("p2")
    assert time.perf_counter() - began < 5
    let_go.set()


def test_the_thread_scores_by_itself_and_ends_with_what_waited_written(make):
    shadowed = make()
    shadowed.challenger._pause_s = 0.01
    shadowed.platform.post("p1")
    deadline = time.monotonic() + 20
    while not shadowed.counts.posts and time.monotonic() < deadline:
        time.sleep(0.01)
    assert shadowed.counts.posts == {"scored": 1}
    shadowed.challenger._pause_s = 60
    shadowed.platform.post("p2")
    shadowed.challenger.close()
    assert shadowed.counts.posts == {"scored": 2}
    assert shadowed.platform.post("p3").verdict == "hold"
    assert shadowed.counts.posts == {"scored": 2, "dropped": 1}, "after its end it takes nothing more"


def test_a_platform_without_a_challenger_starts_no_thread(sqlite_store):
    Platform(sqlite_store).post("p1", text=FAKE)
    assert not [t for t in threading.enumerate() if re.fullmatch("challenger", t.name) and t.is_alive()]
