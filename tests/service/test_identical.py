"""One post, one verdict, by whatever way it comes: alone, in a batch, by ``check``, by ``dajia score``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from adapters.sql.database import make_engine
from adapters.sql.store import SqlStore
from bootstrap.storage import PostClock, new_id
from cli import dajia
from commands.demo import payload_of
from detector.artefact import load_model, newest_model
from detector.links import read_link
from detector.samples import SamplePlatform, load_samples
from detector.score import Detector
from detector.types import Post
from enforcement.rulebook import load_rulebooks
from service.answers import PostAnswer
from service.propagate import Propagation
from service.review import CaseDecision, Review, TargetCases
from service.screen import Assessment, Screening
from service.second_look import SecondLook
from service.seen_pages import SeenPages
from service.status import Status
from service.tell import Teller

BATCH = 50
REVIEWS_PER_DAY = 8


@pytest.fixture(scope="module")
def samples() -> SamplePlatform:
    return load_samples()


class Remembering(Detector):
    """The real detector; each post is scored once, as these tests send it several times."""

    def __init__(self) -> None:
        super().__init__(load_model(newest_model()))
        self._known: dict[str, Any] = {}

    def score(self, post: Post) -> Any:
        if post.post_id not in self._known:
            self._known[post.post_id] = super().score(post)
        return self._known[post.post_id]


@pytest.fixture(scope="module")
def detector() -> Remembering:
    return Remembering()


class Replay:
    """The sample platform on one store, with a moderator who comes at each end of a day."""

    def __init__(self, store, detector: Detector, samples: SamplePlatform) -> None:
        books, clock = load_rulebooks(), PostClock(store)
        teller = Teller(books)
        self.screening = Screening(store, detector, books, clock, teller, new_id)
        self.review = Review(store, clock, new_id, timedelta(minutes=30), {"target": TargetCases(new_id)})
        self.status = Status(store, books, clock, teller, new_id)
        second_look = SecondLook(detector, books, SeenPages(detector.reader))
        self.propagation = Propagation(store, books, clock, new_id, second_look)
        self.truth = {read_link(t.url).target: t.label for t in samples.targets}

    def run(self, posts: tuple[Post, ...], size: int) -> dict[str, PostAnswer]:
        """Send all posts in batches of a size that never reach over a day's end."""
        answers: dict[str, PostAnswer] = {}
        for _, day in groupby(posts, key=lambda post: post.posted_at.date()):
            for chunk in chunks(tuple(day), size):
                for answer in self.screening.submit(chunk):
                    assert isinstance(answer, PostAnswer)
                    answers[answer.post_id or ""] = answer
            self.moderate()
        return answers

    def moderate(self) -> None:
        for case in self.review.cases("target", "open", 0).cases[:REVIEWS_PER_DAY]:
            decision = self.truth.get(case.subject, "genuine")
            self.review.decide_case(case.case_id, CaseDecision(actor="mia", decision=decision))
        self.propagation.drain()

    def standings(self, accounts: Any) -> dict[str, Any]:
        """State, points and every order of each account, without ids and times."""
        found = {}
        for account_id in accounts:
            a = self.status.account(account_id)
            orders = sorted(
                (x.kind, x.rule, x.target or "", x.points, x.rulebook_version, x.reversed_at is None) for x in a.history
            )
            found[account_id] = (a.state, a.points, [lapse.points for lapse in a.lapses], orders)
        return found


def chunks(posts: tuple[Post, ...], size: int) -> Iterator[tuple[Post, ...]]:
    for start in range(0, len(posts), size):
        yield posts[start : start + size]


def judged(answer: PostAnswer) -> Any:
    """What is said of a post, without ids and actions."""
    links = [(x.url, x.target, x.verdict, x.counterfeit_probability, x.known, x.reasons) for x in answer.links]
    return answer.verdict, answer.counterfeit_probability, links, answer.reasons, answer.model_version


@pytest.fixture(scope="module")
def scored_by_command(samples, tmp_path_factory) -> list[dict[str, Any]]:
    """What ``dajia score`` says of all samples."""
    folder: Path = tmp_path_factory.mktemp("score")
    (folder / "posts.jsonl").write_bytes(b"\n".join(msgspec.json.encode(payload_of(p)) for p in samples.posts))
    result = CliRunner().invoke(dajia, ["score", str(folder / "posts.jsonl")])
    assert result.exit_code == 0, result.stderr
    return [msgspec.json.decode(line) for line in result.stdout.splitlines()]


def test_one_by_one_in_batches_by_check_and_by_command_all_say_the_same(
    sqlite_store, samples, detector, scored_by_command
):
    """Of each post alone: nobody has decided anything, so that the score and the rulebook's floor are all there is."""
    replay = Replay(sqlite_store, detector, samples)
    checked = [judged(replay.screening.check(post)) for post in samples.posts]
    one_by_one = [judged(replay.screening.submit([post])[0]) for post in samples.posts[::2]]
    batched = [judged(a) for chunk in chunks(samples.posts[1::2], BATCH) for a in replay.screening.submit(chunk)]
    assert checked[::2] == one_by_one
    assert checked[1::2] == batched
    assert len(scored_by_command) == len(checked) == len(samples.posts)
    for line, (verdict, probability, links, reasons, _), post in zip(
        scored_by_command, checked, samples.posts, strict=True
    ):
        assert (line["post_id"], line["verdict"]) == (post.post_id, verdict)
        assert line["counterfeit_probability"] == probability
        assert line.get("reasons", []) == as_json(reasons)
        said = [
            [x["url"], x["target"], x["verdict"], x["counterfeit_probability"], x["reasons"]] for x in line["links"]
        ]
        assert said == [[*as_json(link[:4]), as_json(link[5])] for link in links]


def as_json(value: Any) -> Any:
    """The value as a reader of the answer sees it."""
    return msgspec.json.decode(msgspec.json.encode(value))


def test_the_samples_hold_what_this_is_about(samples, detector):
    """Else the other tests could not fail: posts with pages, without links, with many links, of each verdict."""
    verdicts = {v.verdict for post in samples.posts for v in detector.score(post)}
    assert {"allow", "review", "hold"} <= verdicts
    assert any(post.pages for post in samples.posts)
    assert any(len(detector.links_of(post)) > 1 for post in samples.posts)


def test_accounts_stand_the_same_whether_posts_came_one_by_one_or_in_batches(
    sqlite_store, sqlite_store_url, samples, detector
):
    path = sqlite_store_url.removeprefix("sqlite:///")
    engine = make_engine(f"sqlite:///{shutil.copy(path, path + '.copy')}")
    singly, together = Replay(sqlite_store, detector, samples), Replay(SqlStore(engine), detector, samples)
    answers, batched = singly.run(samples.posts, 1), together.run(samples.posts, BATCH)
    assert {k: judged(a) for k, a in answers.items()} == {k: judged(a) for k, a in batched.items()}
    one, many = singly.standings(samples.accounts), together.standings(samples.accounts)
    assert {state for state, *_ in one.values()} > {"good", "warned"}
    for account_id, standing in one.items():
        assert many[account_id] == standing, account_id
    engine.dispose()


def test_assess_and_settle_are_what_submit_does(sqlite_store, samples, detector):
    replay = Replay(sqlite_store, detector, samples)
    posts = samples.posts[:20]
    assessments = [replay.screening.assess(post) for post in posts]
    assert all(isinstance(a, Assessment) for a in assessments)
    settled = replay.screening.settle(assessments)
    repeated = replay.screening.submit(posts)
    assert [judged(a) for a in settled] == [judged(a) for a in repeated]
    assert all(a.duplicate for a in repeated)
