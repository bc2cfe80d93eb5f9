"""Labelled posts that somebody brings: what is taken, what is refused, and what is said of it."""

from __future__ import annotations

import base64
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from detector import labelled, labelled_files
from detector.examples import post_of
from detector.labelled import LABELS, Labelled, posts_folder, read_labelled, written_examples
from detector.labelled_files import LabelledFileError
from service import payloads

ITEM = "https://weidian.com/item.html?itemID=4371293"


def read(content: str | bytes, name: str = "mine.jsonl") -> Labelled:
    return read_labelled(name, io.BytesIO(content.encode() if isinstance(content, str) else content))


def line(**fields: Any) -> str:
    return json.dumps({"label": "honest", "text": "手工包包"} | fields, ensure_ascii=False)


# what is taken


def test_a_post_with_everything_becomes_an_example() -> None:
    page = {"url": ITEM, "html": "<p>298</p>", "content_type": "text/html"}
    fields = {
        "links": [ITEM, "https://b.example/"],
        "pages": [page],
        "slice": "offer",
        "source": "us",
        "group": "shop-7",
    }
    (example,) = read(line(label="counterfeit", post_id="p-1", **fields)).examples
    assert (example.counterfeit, example.slice, example.source, example.group) == (True, "offer", "us", "shop-7")
    assert (example.name, example.url, example.n_links, example.split) == ("p-1", ITEM, 2, "test")
    assert example.page is not None
    assert example.page.body == "<p>298</p>"
    post = post_of(example)
    assert (post.text, post.links, post.pages) == ("手工包包", (ITEM, "https://b.example/"), example.pages)


def test_what_is_left_out_has_a_default() -> None:
    (example,) = read(line(), "in/my.posts.jsonl.gz").examples
    assert (example.source, example.slice, example.name) == ("my", "all", "in/my.posts.jsonl.gz:1")
    assert (example.url, example.page, example.n_links) == (None, None, 0)
    assert not example.synthetic


@pytest.mark.parametrize(
    ("label", "counterfeit"),
    [
        ("counterfeit", True),
        ("Honest", False),
        (" HONEST ", False),
        (1, True),
        (0, False),
        (1.0, True),
        (True, True),
        (False, False),
        ("1", True),
        ("false", False),
    ],
)
def test_labels_may_be_written_in_many_ways(label: object, counterfeit: bool) -> None:
    read_ = read(line(label=label))
    assert read_.rejects == ()
    assert read_.examples[0].counterfeit is counterfeit


def test_a_link_in_the_text_is_the_link_that_a_row_sees() -> None:
    (example,) = read(line(text=f"看这里 {ITEM} 同款")).examples
    assert (example.url, example.links, example.n_links) == (ITEM, (), 1)


def test_links_alone_are_grouped_by_their_domain() -> None:
    examples = read(
        line(text=None, url="https://a.shop.example/1") + "\n" + line(text="", url="https://b.shop.example/2")
    )
    assert {e.group for e in examples.examples} == {"host:shop.example"}


def test_near_duplicate_texts_are_one_group() -> None:
    examples = read("\n".join([line(text="LV包包298元"), line(text="LV包包 398元！"), line(text="别的")])).examples
    assert examples[0].group == examples[1].group != examples[2].group


def test_a_page_may_come_as_it_was_received() -> None:
    body = "假一赔十".encode("gb18030")
    page = {"url": ITEM, "body_base64": base64.b64encode(body).decode()}
    (example,) = read(line(links=[ITEM], pages=[page])).examples
    assert example.page is not None
    assert example.page.body == body


CSV = 'label,text,links,slice\ncounterfeit,高仿LV,https://a.example/ https://b.example/,offer\n0,"手工，\n两行",,handmade\n'


@pytest.mark.parametrize("pack", [lambda raw: raw, gzip.compress], ids=["plain", "gz"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["bare", "bom"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
def test_csv_is_read_packed_or_not_with_or_without_a_mark(pack: Any, bom: bytes, newline: str) -> None:
    found = read(pack(bom + CSV.replace("\n", newline).encode()), "x.csv")
    assert found.rejects == ()
    assert [(e.counterfeit, e.slice, e.links) for e in found.examples] == [
        (True, "offer", ("https://a.example/", "https://b.example/")),
        (False, "handmade", ()),
    ]
    assert found.examples[1].text == f"手工，{newline}两行"
    assert [e.name for e in found.examples] == ["x.csv:2", "x.csv:4"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_part_their_columns_in_other_ways(delimiter: str) -> None:
    found = read(delimiter.join(["Label", " URL "]) + "\n" + delimiter.join(["1", ITEM]) + "\n")
    assert [(e.counterfeit, e.url) for e in found.examples] == [(True, ITEM)]


@pytest.mark.parametrize("pack", [lambda raw: raw, gzip.compress], ids=["plain", "gz"])
def test_json_lines_are_read_packed_or_not_and_empty_lines_passed_over(pack: Any) -> None:
    found = read(pack(f"\ufeff{line()}\n\n  \r\n{line()}".encode()))
    assert [e.name for e in found.examples] == ["mine.jsonl:1", "mine.jsonl:4"]


def test_an_empty_file_of_json_lines_is_refused_rather_than_judged() -> None:
    with pytest.raises(LabelledFileError, match="neither JSON lines nor a CSV"):
        read("")


# what is rejected, line by line


@pytest.mark.parametrize(
    ("bad", "field", "problem"),
    [
        ('{"text": "x"}', "label", "missing"),
        (line(label="maybe"), "label", "must be one of counterfeit"),
        (line(label=2), "label", "must be one of"),
        (line(label=None), "label", "Expected"),
        (line(label=[1]), "label", "Expected"),
        (line(text=5), "text", "Expected `str | null`, got `int`"),
        (line(text="", links=[]), "text", "neither text nor a link"),
        (line(links="https://a.example"), "links", "Expected `array | null`"),
        (line(links=["https://a.example", 7]), "links[1]", "Expected `str`"),
        (line(links=[""]), "links[0]", "length >= 1"),
        (line(links=["https://a.example"] * 101), "links", "length <= 100"),
        (line(url="x" * 8_193), "url", "length <= 8192"),
        (line(text="好" * 100_001), "text", "length <= 100000"),
        (line(slice="x" * 129), "slice", "length <= 128"),
        (line(pages=[{"url": ITEM}]), "pages[0]", "One of `html` and `body_base64`"),
        (line(pages=[{"url": ITEM, "body_base64": "%"}]), "pages[0].body_base64", "not Base64"),
        (line(pages=[{"html": ""}]), "url", "missing"),
        ('{"label": 1, "text": ', "", "not JSON"),
        ('{"label": 1, "text": "\\ud800"}', "", "not JSON"),
        ("[1]", "", "Expected `object`"),
        ("null", "", "Expected `object`"),
        ('{"label": 1, "x": ' + "[" * 100_000 + "]" * 100_000 + "}", "", "not JSON"),
    ],
)
def test_a_bad_line_is_named_by_number_and_field_and_the_others_are_taken(bad: str, field: str, problem: str) -> None:
    found = read(f"{line()}\n{bad}\n{line()}\n")
    assert [e.name for e in found.examples] == ["mine.jsonl:1", "mine.jsonl:3"]
    (reject,) = found.rejects
    assert (reject.file, reject.line, reject.field) == ("mine.jsonl", 2, field)
    assert problem in reject.problem
    assert len(reject.problem) < 300


def test_a_broken_line_among_good_ones_is_one_reject() -> None:
    found = read(line().encode() + b'\n{"label": 1, "text": "\xff\xfe"}\n' + line().encode())
    assert [(r.line, r.problem) for r in found.rejects] == [(2, "The line is not UTF-8.")]
    assert len(found.examples) == 2


def test_a_line_that_is_too_long_is_one_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled_files, "MAX_LINE_BYTES", 100)
    found = read(f"{line()}\n{line(text='长' * 200)}\n{line()}\n")
    assert [(r.line, r.problem) for r in found.rejects] == [(2, "The line is longer than 100 bytes.")]
    assert [e.name for e in found.examples] == ["mine.jsonl:1", "mine.jsonl:3"]


@pytest.mark.parametrize(
    ("bad", "number"),
    [("1,a,b,c,d,e,f", 3), ("1," + "x" * 140_000, 3), (",文字", 3), ("perhaps,文字", 3), ("1,,", 3)],
)
def test_a_bad_record_of_a_csv_is_named_by_its_line(bad: str, number: int) -> None:
    found = read(f"label,text,url\n1,好,\n{bad}\n0,坏,\n", "x.csv")
    assert [r.line for r in found.rejects] == [number]
    assert [e.text for e in found.examples] == ["好", "坏"]


def test_a_quote_that_is_never_closed_does_not_swallow_the_memory() -> None:
    found = read('label,text\n1,"' + "那么长\n" * 60_000, "x.csv")
    assert found.rejects
    assert found.examples == ()


# what is refused as a whole


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("label,text\n1,高仿包包\n".encode("gbk"), "iconv -f GB18030"),
        ('{"label": 1, "text": "高仿包包"}\n'.encode("gb18030"), "iconv -f GB18030"),
        (line().encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "workbook"),
        (b"PAR1rest", "Parquet"),
        (f"[{line()}]".encode(), "jq -c"),
        (b"\x00\x01\x02", "not a text file"),
        (b"text,name\n1,2\n", "whose first line names `label`"),
        (b"label,name\n1,2\n", "whose first line names `label`"),
        (b"label,text\r1,x\r", "neither JSON lines nor a CSV"),
        (b"just some words", "neither JSON lines nor a CSV"),
        (gzip.compress(line().encode() * 1000)[:-20], "cannot be read to its end"),
        (b"\x1f\x8bnonsense", "cannot be read to its end"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_remedy(content: bytes, problem: str) -> None:
    with pytest.raises(LabelledFileError, match=problem.replace("(", r"\(")) as caught:
        read(content, "theirs.csv")
    assert str(caught.value).startswith("theirs.csv: ")


def test_a_small_archive_cannot_unpack_to_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled_files, "MAX_FILE_BYTES", 1_000_000)
    with pytest.raises(LabelledFileError, match="more than 1,000,000 bytes"):
        read(gzip.compress((line() + "\n").encode() * 100_000))


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled_files, "MAX_LINES", 3)
    with pytest.raises(LabelledFileError, match="or 3 lines"):
        read("\n".join([line()] * 4))


@given(st.binary(max_size=300))
@example(b"\r\x01")
@example(b"\x1f\x8b")
@example(b"label,text\r1,a\r")
def test_whatever_is_brought_is_read_or_refused(content: bytes) -> None:
    try:
        found = read(content)
    except LabelledFileError as error:
        assert "mine.jsonl: " in str(error)  # noqa: PT017 - most inputs raise, some do not
    else:
        assert isinstance(found, Labelled)


@settings(suppress_health_check=[HealthCheck.too_slow])  # drawing the first text builds a table of all letters
@given(
    st.dictionaries(
        st.sampled_from(["label", "text", "links", "url", "slice", "group", "pages"]),
        st.text() | st.lists(st.text()) | st.integers(),
    )
)
def test_whatever_a_line_says_is_taken_or_rejected(fields: dict[str, Any]) -> None:
    found = read(json.dumps(fields))
    assert len(found.examples) + len(found.rejects) == 1


def test_limits_are_those_of_the_service() -> None:
    for name in ("MAX_TEXT", "MAX_LINKS", "MAX_PAGES", "MAX_URL"):
        assert getattr(labelled, name) == getattr(payloads, name)


def test_every_label_is_lower_case_so_that_any_case_is_found() -> None:
    assert set(LABELS) == {label.lower() for label in LABELS}


# the posts that were written for this project


def test_written_posts_know_their_writer_and_their_side() -> None:
    folder = posts_folder()
    assert folder is not None
    train, test = written_examples(folder / "train"), written_examples(folder / "test")
    assert len(train) > 3_500
    assert len(test) == 900
    assert {e.split for e in train} == {"train"}
    assert {e.split for e in test} == {"test"}
    assert all(e.synthetic and e.group == f"writer:{e.source.removeprefix('written/')}" for e in train + test)
    assert len({e.group for e in train}) == len(list((folder / "train").glob("*.jsonl")))


def test_a_folder_without_posts_and_a_broken_post_of_our_own_are_errors(tmp_path: Path) -> None:
    with pytest.raises(LabelledFileError, match=r"no \*\.jsonl file"):
        written_examples(tmp_path)
    (tmp_path / "z.jsonl").write_text(line() + '\n{"label": 3}\n', encoding="utf-8")
    with pytest.raises(LabelledFileError, match="Line 2"):
        written_examples(tmp_path)
