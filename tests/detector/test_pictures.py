"""What a platform says of a post's pictures: their words, the links in their codes, and pictures that are known."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.artefact import load_model, newest_model
from detector.brands import default_index
from detector.picture_list import NEAR, PictureList, PictureListError, check_picture_list, read_picture_list
from detector.score import Detector, reader_with
from detector.traits import traits_of_pictures
from detector.types import Picture, Post

KNOWN = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
ITEM = "https://weidian.com/item.html?itemID=4371293"
DETECTOR = Detector(load_model(newest_model()), reader_with(default_index(), PictureList([(KNOWN, "某高仿包")])))
HASHES = st.integers(0, 2**256 - 1)


def flipped(pdq: str, bits: int, seed: int = 1) -> str:
    """The hash with so many bits turned over."""
    number = int(pdq, 16)
    for bit in random.Random(seed).sample(range(256), bits):  # noqa: S311 - no secret depends on it
        number ^= 1 << bit
    return f"{number:064x}"


def post(text: str = "", links: tuple[str, ...] = (), *pictures: Picture) -> Post:
    return Post("p1", "a1", text, links, pictures=pictures)


# words and codes


def test_words_in_a_picture_count_like_words_beside_it() -> None:
    (said,) = DETECTOR.score(post("上新啦", (ITEM,), Picture("高仿LV包包298元 专柜品质 加V信 lv8888")))
    (silent,) = DETECTOR.score(post("上新啦", (ITEM,)))
    assert said.counterfeit_probability > silent.counterfeit_probability
    assert said.verdict == "hold"
    assert said.brands == ("louis-vuitton",)


def test_words_in_a_picture_have_no_place_in_the_text() -> None:
    text = "LV包包 喜欢的来"
    (verdict,) = DETECTOR.score(post(text, (ITEM,), Picture("高仿 298元 加V信 lv8888")))
    spans = [reason.span for reason in verdict.reasons if reason.span is not None]
    assert all(end <= len(text) for _, end in spans)
    assert any(reason.span is None and reason.evidence and "298" in reason.evidence for reason in verdict.reasons)


def test_a_code_s_address_is_a_link_of_the_post() -> None:
    verdicts = DETECTOR.score(post("扫码看货", (), Picture("", (ITEM, "微信 lv8888"))))
    assert [verdict.link.target for verdict in verdicts if verdict.link] == ["weidian:item:4371293"]
    assert [link.target for link in DETECTOR.links_of(post("", (), Picture("", (ITEM,))))] == ["weidian:item:4371293"]


def test_a_code_that_is_no_address_is_read_as_words() -> None:
    (observed,) = DETECTOR.observe(post("LV包包", (ITEM,), Picture("", ("微信 lv8888",))))
    assert observed["contact.off_platform"].evidence == "微信 lv8888"


# nothing to read


def test_pictures_alone_are_not_judged() -> None:
    (verdict,) = DETECTOR.score(post("", (ITEM,), Picture(), Picture()))
    assert verdict.abstained
    assert (verdict.reasons[0].code, verdict.reasons[0].weight) == ("abstain.pictures_only", 0)
    assert "2" in verdict.reasons[0].en
    (verdict,) = DETECTOR.score(post("", (), Picture(pdq="0" * 64)))
    assert verdict.link is None
    assert verdict.abstained


@pytest.mark.parametrize("said", [Picture("一只猫"), Picture("", ("一只猫",))])
def test_pictures_with_words_are_judged(said: Picture) -> None:
    (verdict,) = DETECTOR.score(post("", (ITEM,), said, Picture()))
    assert not verdict.abstained


@given(st.text(max_size=60), st.lists(st.tuples(st.text(max_size=40), st.text(min_size=1, max_size=40)), max_size=4))
def test_whatever_pictures_say_is_taken(text: str, said: list[tuple[str, str]]) -> None:
    verdicts = DETECTOR.score(post(text, (ITEM,), *(Picture(alt, (code,), KNOWN) for alt, code in said)))
    for verdict in verdicts:
        assert all(reason.span is None or reason.span[1] <= len(text) for reason in verdict.reasons)


# known pictures


@pytest.mark.parametrize(("bits", "verdict"), [(0, "review"), (NEAR, "review"), (NEAR + 1, "allow")])
def test_a_known_picture_is_for_people_and_never_a_hold(bits: int, verdict: str) -> None:
    (judged,) = DETECTOR.score(post("新包到了，今天背出门", (ITEM,), Picture("", (), flipped(KNOWN, bits))))
    assert judged.verdict == verdict
    codes = {reason.code: reason for reason in judged.reasons}
    assert ("picture.known_copy" in codes) == (verdict == "review")
    if verdict == "review":
        assert codes["picture.known_copy"].weight == 0
        assert "某高仿包" in codes["picture.known_copy"].zh


@given(st.lists(HASHES, min_size=1, max_size=30), HASHES, st.integers(0, 40), st.data())
def test_the_nearest_is_found_as_by_trying_all(hashes: list[int], sought: int, bits: int, data: st.DataObject) -> None:
    turned = data.draw(st.sampled_from(hashes))
    for bit in data.draw(st.sets(st.integers(0, 255), min_size=bits, max_size=bits)):
        turned ^= 1 << bit
    listed = PictureList((f"{one:064x}", str(place)) for place, one in enumerate(hashes))
    for number in (sought, turned):
        least = min((one ^ number).bit_count() for one in hashes)
        found = listed.nearest(f"{number:064x}")
        assert (found is None) == (least > NEAR)
        assert found is None or found.distance == least


def test_an_empty_list_knows_none() -> None:
    assert PictureList().nearest(KNOWN) is None


def test_a_list_is_read_with_its_labels(tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    file.write_text(f"# from a partner\n\n{KNOWN.upper()}, 某高仿包, seen twice\n{'0a' * 32}\n{KNOWN},again\n")
    listed = read_picture_list(file)
    assert len(listed) == 2
    found = listed.nearest(flipped(KNOWN, 5))
    assert found is not None
    assert (found.label, found.distance) == ("某高仿包, seen twice", 5)


@pytest.mark.parametrize(
    ("line", "problem"),
    [("abc", "'abc' is no PDQ hash"), (f"{KNOWN}0,long", "is no PDQ hash"), ("hash,label", "'hash' is no PDQ hash")],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    file = tmp_path / "known.csv"
    file.write_text(f"{KNOWN}\n{line}\n")
    pictures, faults = check_picture_list(file)
    assert len(pictures) == 1
    assert faults[0].line == 2
    assert problem in faults[0].problem
    with pytest.raises(PictureListError, match=r"known\.csv:2: "):
        read_picture_list(file)


def test_a_list_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PictureListError, match="not UTF-8"):
        read_picture_list(file)
    with pytest.raises(PictureListError, match="cannot be read"):
        read_picture_list(tmp_path / "none.csv")


# traits


def test_copies_of_a_picture_have_a_trait_in_common() -> None:
    names = {trait.name for trait in traits_of_pictures([Picture("", (), KNOWN)])}
    near = {trait.name for trait in traits_of_pictures([Picture("", (), flipped(KNOWN, 3))])}
    other = {trait.name for trait in traits_of_pictures([Picture("", (), flipped(KNOWN, 128))])}
    assert len(names) == 4
    assert names & near
    assert not names & other


def test_plain_ground_and_codes_for_everybody_tie_nobody() -> None:
    assert traits_of_pictures([Picture("", ("https://shop.example/app",), "0" * 64)]) == []
    codes = ("wxp://f2f0abc", "https://u.wechat.com/EKJLr", "https://QR.alipay.com/fkx1")
    assert [trait.kind for trait in traits_of_pictures([Picture("", codes)])] == ["contact"] * 3
