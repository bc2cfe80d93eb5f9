"""What a seller says for himself clears no offer, and makes nobody guilty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.artefact import load_model, newest_model
from detector.assurances import without_assurances
from detector.score import Detector
from detector.types import LinkVerdict, Post

DETECTOR = Detector(load_model(newest_model()))


def judged(text: str) -> LinkVerdict:
    return DETECTOR.score(Post("p", "a", text))[0]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("LV包298，拒绝高仿", "LV包298，"),
        ("LV包298。假一赔十，支持专柜验货。", "LV包298。"),
        ("LV包298 绝无假货，请放心购买", "LV包298 "),
        ("LV包298 谨防假货，认准本店！", "LV包298 "),
        ("LV包298 非诚勿扰，打假勿扰", "LV包298 "),
        ("Gucci belt $20, we never sell fakes!", "Gucci belt $20, "),
        ("Gucci belt $20. 100% authentic, no replicas", "Gucci belt $20. "),
        ("Beware of counterfeits! Gucci belt $20", "Gucci belt $20"),
        ("グッチのベルト 2,000円 偽物お断り", "グッチのベルト 2,000円 "),
    ],
)
def test_assurances_are_taken_out_and_places_stay(text: str, left: str) -> None:
    bare = without_assurances(text)
    assert bare is not None
    assert len(bare) == len(text)
    assert bare.split() == left.split()


@pytest.mark.parametrize(
    "text", ["", "LV包包298元", "拒绝高仿", "no fakes", "今天不卖菜了", "There is no copying machine"]
)
def test_a_text_without_them_or_with_nothing_else_stays(text: str) -> None:
    assert without_assurances(text) is None


@given(st.text(max_size=300))
def test_places_stay_whatever_the_text(text: str) -> None:
    bare = without_assurances(text)
    assert bare is None or (len(bare) == len(text) and bare != text)


@pytest.mark.parametrize(
    "said", ["拒绝高仿，假一赔十。", "谨防假货，认准本店。", "打假勿扰", "We do not sell replicas."]
)
@pytest.mark.parametrize("offer", ["大牌包包 一比一 看相册 懂的来", "莆田纯原 aj1 一手货源 招代理"])
def test_a_denial_behind_an_offer_sends_it_to_people_at_least(offer: str, said: str) -> None:
    assert judged(offer).verdict != "allow"
    assert judged(f"{offer} {said}").verdict != "allow"


def test_what_is_left_of_an_offer_alone_is_for_people_and_hides_nothing() -> None:
    found = judged("大牌包包 一比一 看相册 懂的来 拒绝高仿，谨防假货，打假勿扰")
    assert found.verdict == "review"
    assert all(reason.span is None or reason.span[1] <= 20 for reason in found.reasons), "places are those of the text"


def test_words_within_a_link_are_left_alone() -> None:
    found = DETECTOR.score(Post("p", "a", "LV包298 https://放心购.example/ 拒绝高仿 https://b.example/请放心"))
    assert [verdict.link is not None for verdict in found] == [True, True]


@pytest.mark.parametrize(
    "text",
    [
        "拒绝高仿，从我做起",
        "谨防假货！朋友买到假茅台，喝了进医院，千万别买",
        "手工皮具钱包 280 元，拒绝高仿，自己设计",
        "二手LV，2016年专柜购入，有发票，九成新，4500，支持专柜验货",
        "Beware of fakes: somebody sells replica Rolex on this page, do not buy",
    ],
)
def test_who_means_it_is_not_sent_to_people(text: str) -> None:
    assert judged(text).verdict == "allow"
