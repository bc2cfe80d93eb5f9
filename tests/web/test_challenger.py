"""A challenger from its setting to /metrics, through the real service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api import create_app
from bootstrap.serving import build_services, check_start
from detector.artefact import ModelError, load_card, load_model, newest_model, save_model
from settings import Settings
from tests.web.callers import Caller, a_post
from web.services import Services


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that knows next to nothing, and so allows."""
    blind = msgspec.structs.replace(load_model(newest_model()), version="blind", weights={"claim.replica": 0.1})
    save_model(tmp_path / "blind", blind, load_card(newest_model()))
    return tmp_path / "blind"


@pytest.fixture
def shadowed(settings: Settings, folder: Path) -> Iterator[Services]:
    services = build_services(msgspec.structs.replace(settings, challenger=folder))
    yield services
    if services.challenger is not None:
        services.challenger.close()


def caller_of(services: Services) -> Caller:
    return Caller(create_app(services).test_client(), services.keys.create("k", ["admin"]))


def test_agreement_is_counted_by_both_verdicts(shadowed: Services) -> None:
    caller = caller_of(shadowed)
    verdict = caller.post("/v1/posts", a_post()).json["verdict"]
    assert verdict == "hold"
    caller.post("/v1/posts", a_post(post_id="p2", text="今晚一起吃饭吗", links=[]))
    assert shadowed.challenger is not None
    shadowed.challenger.close()
    text = caller.get("/metrics").text
    assert 'dajia_challenger_links_total{challenger="allow",champion="hold"} 1.0' in text
    assert 'dajia_challenger_links_total{challenger="allow",champion="allow"} 1.0' in text
    assert 'dajia_challenger_posts_total{outcome="scored"} 2.0' in text


def test_batches_are_scored_too(shadowed: Services) -> None:
    lines = b"".join(msgspec.json.encode(a_post(post_id=f"p{n}")) + b"\n" for n in range(3))
    caller_of(shadowed).post("/v1/posts:batch", lines, content_type="application/x-ndjson")
    assert shadowed.challenger is not None
    shadowed.challenger.close()
    with shadowed.store.begin(write=False) as work:
        scores = work.challenger_scores("weidian:item:4371293")
    assert [(s.champion_verdict, s.challenger_version, s.challenger_verdict) for s in scores] == [
        ("hold", "blind", "allow")
    ] * 3


def test_the_answer_is_the_same_with_and_without(
    shadowed: Services, services: Services, caller: Callable[..., Caller]
) -> None:
    of_this_answer = {"action_id", "statement_id", "statement", "account_id", "ordered_at", "until"}

    def bare(answer: dict[str, Any]) -> dict[str, Any]:
        actions = [{k: v for k, v in a.items() if k not in of_this_answer} for a in answer["actions"]]
        return answer | {"decision_id": "", "post_id": "", "actions": actions}

    one = bare(caller_of(shadowed).post("/v1/posts", a_post(post_id="p1", account_id="a1")).json)
    other = bare(caller("admin").post("/v1/posts", a_post(post_id="p2", account_id="a2")).json)
    assert one == other
    assert services.challenger is None


@pytest.mark.parametrize("challenger", ["nowhere", "models"])
def test_a_folder_that_is_no_model_stops_the_start_and_not_a_process_that_answers(
    settings: Settings, tmp_path: Path, challenger: str
) -> None:
    (tmp_path / "models").mkdir()
    broken = msgspec.structs.replace(settings, challenger=tmp_path / challenger)
    with pytest.raises(ModelError, match="Hint:"):
        check_start(broken)
    services = build_services(broken)
    assert services.challenger is None
    assert caller_of(services).post("/v1/posts", a_post()).json["verdict"] == "hold"


def test_a_challenger_with_the_version_of_the_model_in_use_is_refused(settings: Settings) -> None:
    with pytest.raises(ModelError, match="cannot be told apart"):
        check_start(msgspec.structs.replace(settings, challenger=newest_model()))


def test_a_challenger_stands_at_the_platforms_prevalence(settings: Settings, folder: Path) -> None:
    services = build_services(msgspec.structs.replace(settings, challenger=folder, prevalence=0.2))
    assert services.challenger is not None
    assert services.challenger._detector.model.prevalence == 0.2
