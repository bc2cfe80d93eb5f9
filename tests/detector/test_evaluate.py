"""A whole judgement on small made-up posts: what is counted, what is shown, and what two models differ in."""

from __future__ import annotations

import builtins
import io
import json
from typing import Any

import msgspec
import numpy as np
import pytest

from detector.artefact import load_model, newest_model
from detector.evaluate import Evaluation, Plan, judge, judge_fully, steps
from detector.evaluation.ablation import FEWEST, ablate
from detector.evaluation.comparison import compare
from detector.evaluation.mistakes import MOST, MOST_OF_A_SLICE, TEXT_CHARS, worst_mistakes
from detector.evaluation.outcomes import Outcome, judge_posts, outcomes_of
from detector.evaluation.peers import FRAUDURL_MISSING, judge_peers
from detector.evaluation.scores import family_of, scores_of, verdicts_of, without
from detector.examples import Example
from detector.labelled import read_labelled
from detector.model import Model
from detector.rows import rows_of
from detector.score import Detector, default_reader
from detector.types import Reason, VerdictName

READER = default_reader()
MODEL = load_model(newest_model())
DETECTOR = Detector(MODEL, READER)
ITEM = "https://weidian.com/item.html?itemID="
FAKE = "高仿LV包包{n}元 专柜品质 一比一 加V信 lv{n}"
HONEST = "今天和第{n}位朋友去公园散步，花开得真好"


def made_up(number: int, *, split: str = "test", source: str = "made_up", link: bool = True) -> Example:
    """Every second post is an offer of copies; two slices of each class."""
    fake = number % 2 == 0
    return Example(
        counterfeit=fake,
        source=source,
        slice=("offer" if fake else "ordinary") + f"_{number % 4 // 2}",
        group=f"{split}-{number}",
        split=split,  # type: ignore[arg-type]
        text=(FAKE if fake else HONEST).format(n=200 + number),
        url=f"{ITEM}{number}" if link else None,
        n_links=int(link),
        name=f"p-{number}",
    )


JUDGED = tuple(made_up(n) for n in range(60))
LEARNED = tuple(made_up(n, split="train", link=n % 3 > 0) for n in range(1_000, 1_120))


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return judge_fully(Plan(model=MODEL, judged=JUDGED, learned=LEARNED), READER)[0]


def outcome(
    name: str, verdict: VerdictName, probability: float, *, counterfeit: bool = False, slice_: str = "x", **parts: Any
) -> Outcome:
    reasons = parts.pop("reasons", ())
    example = Example(counterfeit, parts.pop("source", "s"), slice_, "g", "test", name=name, **parts)
    return Outcome(example, verdict, probability, reasons)


# the whole


def test_each_post_is_counted_once_by_whole_post_and_once_by_row(evaluation: Evaluation) -> None:
    posts = evaluation.posts
    assert posts.posts == posts.counterfeit.held.trials + posts.honest.held.trials == 60
    assert sum(s.verdicts.held.trials for s in posts.slices) == 60
    assert sum(s.verdicts.held.trials for s in evaluation.slices) == 60
    assert [(s.slice, s.counterfeit) for s in posts.slices] == [
        ("offer_0", True),
        ("offer_1", True),
        ("ordinary_0", False),
        ("ordinary_1", False),
    ]
    assert evaluation.rows == sum(v.counterfeit + v.honest for v in evaluation.views) == 180


def test_offers_are_found_and_walks_in_the_park_are_not(evaluation: Evaluation) -> None:
    whole = next(v for v in evaluation.views if v.view == "url+text")
    assert (whole.auc, whole.pr_auc) == (1.0, 1.0)
    assert evaluation.posts.counterfeit.held.events == 30
    assert evaluation.posts.honest.allowed.events == 30
    assert whole.hold_precision_at_one_percent == 1.0
    assert [point.tpr for point in whole.tpr] == [None] * 4, "thirty honest rows tell no such rate"


def test_a_link_alone_is_never_held(evaluation: Evaluation) -> None:
    alone = next(v for v in evaluation.views if v.view == "url")
    assert alone.held_counterfeit.events == alone.held_honest.events == 0


def test_reports_by_rows_and_in_full_agree_and_are_json(evaluation: Evaluation) -> None:
    report = judge(MODEL, rows_of(JUDGED, READER, wording=DETECTOR.wording))
    assert (report.views, report.slices) == (evaluation.views, evaluation.slices)
    again = msgspec.json.decode(msgspec.json.encode(evaluation), type=Evaluation)
    assert again == evaluation


def test_it_ticks_as_often_as_it_says() -> None:
    for challenger in (None, MODEL):
        plan = Plan(model=MODEL, judged=JUDGED[:10], challenger=challenger)
        ticks: list[None] = []
        judge_fully(plan, READER, lambda ticks=ticks: ticks.append(None))
        assert len(ticks) == steps(plan)


@pytest.mark.parametrize("judged", [JUDGED[::2], JUDGED[1::2], JUDGED[:1], ()], ids=["fake", "honest", "one", "none"])
def test_one_class_or_one_post_or_none_is_judged_as_far_as_it_goes(judged: tuple[Example, ...]) -> None:
    evaluation, scored = judge_fully(Plan(model=MODEL, judged=judged, learned=LEARNED, peers=True), READER)
    assert evaluation.posts.posts == len(judged)
    assert evaluation.ablation == evaluation.peers == ()
    assert all(v.auc is None and v.reliability == () for v in evaluation.views)
    assert len(scored) == len(evaluation.views)


# whole posts


def test_the_gravest_link_decides_and_every_link_of_a_labelled_post_is_judged() -> None:
    posts = [
        {
            "label": 1,
            "text": "链接都在这",
            "links": ["https://flowers.example/", "https://lv-outlet.example/bags?id=7"],
        },
        {"label": 0, "text": "链接都在这", "links": ["https://flowers.example/"]},
    ]
    read = read_labelled("x", io.BytesIO("\n".join(map(json.dumps, posts)).encode()))
    two, one = outcomes_of(DETECTOR, read.examples)
    assert two.counterfeit_probability > one.counterfeit_probability
    assert {r.code for r in two.reasons} > {r.code for r in one.reasons}


def test_the_writers_of_written_posts_are_one_source() -> None:
    examples = [made_up(n, source=f"written/{writer}") for writer in "ab" for n in (0, 2, 4)]
    slices = judge_posts(outcomes_of(DETECTOR, examples)).slices
    assert [(s.source, s.slice, s.verdicts.held.trials) for s in slices] == [
        ("written", "offer_0", 4),
        ("written", "offer_1", 2),
    ]


# mistakes


def test_the_worst_come_first_and_no_slice_fills_the_list() -> None:
    honest = [outcome(f"h{n}", "review", n / 100, slice_=f"s{n % 2}") for n in range(20)]
    fake = [outcome(f"f{n}", "allow", n / 100, counterfeit=True) for n in range(20)]
    found = worst_mistakes([*honest, *fake, outcome("ok", "allow", 0.9), outcome("got", "hold", 0.1, counterfeit=True)])
    assert [m.name for m in found.honest] == ["h19", "h18", "h17", "h16", "h15", "h14"]
    assert [m.name for m in found.counterfeit] == ["f0", "f1", "f2"]
    many = worst_mistakes([outcome(f"h{n}", "hold", 0.5, slice_=f"s{n}") for n in range(99)])
    assert len(many.honest) == MOST > MOST_OF_A_SLICE


def test_a_text_is_cut_and_spans_beyond_the_cut_are_dropped() -> None:
    inside, beyond = Reason("a", "", "", span=(0, 2), weight=1.0), Reason("b", "", "", span=(599, 602), weight=1.0)
    (mistake,) = worst_mistakes([outcome("h", "hold", 0.9, text="长" * 900, reasons=(inside, beyond))]).honest
    assert len(mistake.text) == TEXT_CHARS
    assert [r.span for r in mistake.reasons] == [(0, 2), None]


def test_sealed_posts_are_counted_but_never_quoted() -> None:
    secret = Reason("a", "秘密", "secret", evidence="秘密", span=(0, 2), weight=1.0)
    sealed = {"source": "written/t", "text": "秘密的话", "url": "https://secret.example/", "reasons": (secret,)}
    ours, theirs = outcome("t:1", "hold", 0.9, **sealed), outcome("t:1", "allow", 0.1, **sealed)
    assert worst_mistakes([ours]).honest == ()
    comparison = compare("a", "b", [ours], [theirs])
    assert comparison.changed == 1
    encoded = msgspec.json.encode(comparison).decode()
    assert "秘密" not in encoded
    assert "secret" not in encoded
    assert judge_posts([ours]).honest.held.events == 1


# groups of features


def test_a_group_left_out_is_a_group_not_seen() -> None:
    row = next(r for r in rows_of(JUDGED[:1], READER) if r.natural)
    families = {family_of(name) for name in row.observations}
    assert families >= {"claim", "price", "offer"}
    left = without(row, "price")
    assert {family_of(name) for name in left.observations} == families - {"price"}
    assert scores_of(MODEL, [left])[0] < scores_of(MODEL, [row])[0]


def test_ablation_tells_what_a_model_leans_on() -> None:
    weights = {name: weight for name, weight in MODEL.weights.items() if family_of(name) == "claim"}
    only_claims = msgspec.structs.replace(MODEL, weights=weights)
    found = {a.family: a for a in ablate(only_claims, rows_of(JUDGED, READER)) if a.view == "url+text"}
    assert found["claim"].auc_change == -0.5
    assert all(a.auc_change == 0 for family, a in found.items() if family != "claim")
    assert found["claim"].rows == 30
    assert ablate(MODEL, rows_of(JUDGED[: FEWEST * 2 - 2], READER)) == ()


def test_verdicts_are_those_of_the_detector() -> None:
    rows = [r for r in rows_of(JUDGED, READER) if r.natural]
    verdicts = verdicts_of(MODEL, rows, scores_of(MODEL, rows))
    assert verdicts == [o.verdict for o in outcomes_of(DETECTOR, JUDGED)]
    assert verdicts_of(MODEL, [r for r in rows_of(JUDGED, READER) if r.view == "url"][:1], np.array([1.0])) == [
        "review"
    ]


# two models


def test_a_model_is_no_better_than_itself() -> None:
    outcomes = outcomes_of(DETECTOR, JUDGED)
    comparison = compare("a", "a", outcomes, outcomes)
    assert (comparison.posts, comparison.changed, comparison.slices, comparison.changes) == (60, 0, (), ())
    assert [(t.question, t.p_value) for t in comparison.tests] == [("hold", 1.0), ("review", 1.0)]


def test_changes_are_counted_by_slice_tested_and_listed_worse_ones_first() -> None:
    ours = [outcome("h", "allow", 0.1), outcome("f", "review", 0.2, counterfeit=True), outcome("g", "hold", 0.9)]
    theirs = [outcome("h", "hold", 0.8), outcome("f", "hold", 0.7, counterfeit=True), outcome("g", "hold", 0.8)]
    comparison = compare("one", "other", ours, theirs)
    hold, review = comparison.tests
    assert (hold.wrong_in_model, hold.wrong_in_challenger, hold.p_value) == (1, 1, 1.0)
    assert (review.wrong_in_model, review.wrong_in_challenger) == (0, 1)
    assert [(s.counterfeit, s.posts, s.changes) for s in comparison.slices] == [
        (True, 1, {"review → hold": 1}),
        (False, 2, {"allow → hold": 1}),
    ]
    assert [(c.post.name, c.better, c.verdict, c.post.verdict) for c in comparison.changes] == [
        ("h", False, "allow", "hold"),
        ("f", True, "review", "hold"),
    ]


def test_a_blind_challenger_loses_every_offer() -> None:
    blind: Model = msgspec.structs.replace(MODEL, version="blind", weights={})
    evaluation, _ = judge_fully(Plan(model=MODEL, judged=JUDGED, challenger=blind), READER)
    comparison = evaluation.comparison
    assert comparison is not None
    hold = comparison.tests[0]
    assert (hold.wrong_in_model, hold.wrong_in_challenger) == (0, 30)
    assert hold.p_value < 1e-6
    assert comparison.changed == 30


# peers


def test_peers_learn_from_the_training_rows_and_are_judged_on_the_same_posts() -> None:
    found, _ = judge_peers(DETECTOR, LEARNED, JUDGED)
    assert {p.posts for p in found} == {"link and text"}
    assert {p.name for p in found} >= {"dajia", "TF-IDF + LR, link", "TF-IDF + LR, text", "TF-IDF + LR, both"}
    assert {(p.counterfeit, p.honest) for p in found} == {(30, 30)}
    rates = {p.name: p.auc for p in found}
    assert rates["dajia"] == rates["TF-IDF + LR, text"] == 1.0
    assert all(p.microseconds > 0 for p in found)


def test_a_tool_is_not_judged_on_what_it_cannot_read() -> None:
    without_links = [msgspec.structs.replace(e, url=None) for e in JUDGED]
    found, _ = judge_peers(DETECTOR, LEARNED, without_links)
    assert {p.posts for p in found} == {"text alone"}
    assert {p.reads for p in found} == {"text", "link and text"}


def test_without_rows_to_learn_from_only_the_detector_and_ready_tools_run() -> None:
    found, _ = judge_peers(DETECTOR, (), JUDGED)
    assert {p.name for p in found} - {"fraudurl"} == {"dajia"}


def test_a_peer_that_is_not_installed_is_skipped_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "fraudurl":
            raise ImportError(name)
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    found, notes = judge_peers(DETECTOR, LEARNED, JUDGED)
    assert notes == (FRAUDURL_MISSING,)
    assert "pip install 'dajia[peers]'" in FRAUDURL_MISSING
    assert "fraudurl" not in {p.name for p in found}


def test_fraudurl_judges_addresses() -> None:
    pytest.importorskip("fraudurl")
    urls = ["http://paypal.com.secure-login.test/webscr/login.php", "https://en.wikipedia.org/wiki/Bag", "", "::::"]
    judged = [msgspec.structs.replace(made_up(n), url=urls[n % 2]) for n in range(60)]
    found, notes = judge_peers(DETECTOR, (), judged)
    fraudurl = next(p for p in found if p.name == "fraudurl")
    assert (fraudurl.reads, fraudurl.auc, notes) == ("link", 1.0, ())
