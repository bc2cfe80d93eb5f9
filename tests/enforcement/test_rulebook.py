"""Reading rulebooks: what is wrong is said well, what is hostile is refused, what was sealed stays as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from account_world import SHIPPED
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from enforcement.rulebook import RulebookError, Rulebooks, load_rulebooks, parse_rulebook, read_rulebook, seal

HERE = Path(__file__).parent
BOOKS = HERE.parents[1] / "enforcement" / "rulebooks"
SOURCE = (BOOKS / "1.0.0.yaml").read_bytes()
BROKEN = sorted((HERE / "golden").glob("*.yaml"))


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_says_what_is_wrong_where_and_what_to_do(file: Path):
    with pytest.raises(RulebookError) as caught:
        read_rulebook(file)
    assert f"{caught.value}\n" == file.with_suffix(".txt").read_text("utf-8")
    assert " Hint: " in str(caught.value)


def test_every_golden_message_has_its_rulebook():
    assert [f.stem for f in BROKEN] == sorted(f.stem for f in (HERE / "golden").glob("*.txt"))
    assert len(BROKEN) >= 12


@pytest.mark.parametrize("file", sorted(BOOKS.rglob("*.yaml")), ids=lambda file: file.name)
def test_shipped_rulebooks_and_examples_are_sound(file: Path):
    assert read_rulebook(file).classes


def test_the_shipped_ladder_is_the_published_one():
    book = SHIPPED.version("1.0.0")
    assert [(c.id, c.points, c.lapse_days) for c in book.classes] == [
        ("A", 0, 90),
        ("B", 4, 180),
        ("C", 12, 180),
        ("D", 24, 365),
        ("E", 48, 730),
    ]
    assert [(s.points, s.kind, s.duration_days, s.people) for s in book.steps] == [
        (4, "warn", None, 0),
        (12, "restrict_links", 7, 0),
        (24, "restrict_links", 14, 1),
        (36, "suspend", 21, 1),
        (48, "ban", None, 2),
    ]


def test_the_public_form_is_json_with_every_condition():
    public = SHIPPED.latest().to_public()
    assert json.loads(json.dumps(public)) == public
    rules = {r["id"]: r["when"] for c in public["classes"] for r in c["rules"]}
    assert rules["C2"] == "incident.distinct_targets >= 5"
    assert public["link_rule"]["hides"] == ["model", "human", "rights_holder"]


# hostile files


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"\x00",
        b"a: \x07",
        b"[" * 100_000,
        b"{" * 100_000,
        b"- " * 100_000,
        b"a: " * 50_000,
        b"x: [" + b"1," * 60_000 + b"]",
        b"x" * 300_000,
        b"a: &a [x]\nb: [*a, *a]\n",
        b"a: &a\n  b: *a\n",
        b"<<: {a: 1}\n",
        b"--- 1\n--- 2\n",
        b"!!python/object/apply:os.system ['true']",
        b"? [a, b]\n: 1\n",
        b"%YAML 9.9\n---\na: 1\n",
        b"version: 2026-99-99\n",
        b"a: '",
        b"a: |2147483647\n  x\n",
        SOURCE.replace(b"points: 12", b"points: " + b"9" * 5000),
        SOURCE.replace(b"points: 12", b"points: .inf"),
        SOURCE.replace(b"points: 12", b"points: 0x0c"),
        SOURCE.replace(b"0.001", b".nan"),
        SOURCE.replace(b"account.warned\n", b"(" * 450 + b"\n"),
        SOURCE.replace(b"incident.distinct_targets >= 5", b"incident.posts + 9223372036854775807 > 1"),
        SOURCE.replace(b"incident.distinct_targets >= 5", b"account.warned && account.type > 3"),
        SOURCE.replace(b"incident.distinct_targets >= 5", b"'" + b"x" * 400),
    ],
    ids=range(28),
)
def test_refuses_hostile_files_with_an_error_of_its_own(data: bytes):
    with pytest.raises(RulebookError):
        parse_rulebook(data, "rulebooks/hostile.yaml")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(SOURCE) - 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_rulebook_is_read_or_refused_never_crashed_on(place: int, junk: bytes):
    damaged = SOURCE[:place] + junk + SOURCE[place + len(junk) :]
    try:
        assert parse_rulebook(damaged, "x.yaml").classes
    except RulebookError as error:
        assert "Hint:" in str(error)  # noqa: PT017 - either outcome is right; the message is what is claimed


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_refused_with_a_hint(text: str):
    with pytest.raises(RulebookError, match="Hint:"):
        parse_rulebook(text.encode("utf-8", "surrogatepass"), "x.yaml")


# versions


def _books() -> Rulebooks:
    first = SHIPPED.latest()
    second = replace(first, version="1.1.0", effective_from=first.effective_from + timedelta(days=50))
    return Rulebooks([second, first])


def test_tells_which_version_was_in_force():
    books = _books()
    start = books.version("1.0.0").effective_from
    assert books.in_force_at(start - timedelta(seconds=1)) is None
    assert [books.in_force_at(start + timedelta(days=d)).version for d in (0, 49, 50, 999)] == [
        "1.0.0",
        "1.0.0",
        "1.1.0",
        "1.1.0",
    ]
    assert books.latest().version == "1.1.0"
    assert books.earliest().version == "1.0.0"


def test_lists_all_versions_in_force_since_a_time():
    books = _books()
    start = books.version("1.0.0").effective_from

    def since(a: int, b: int) -> list[str]:
        return [x.version for x in books.since(start + timedelta(days=a), start + timedelta(days=b))]

    assert since(0, 49) == ["1.0.0"]
    assert since(0, 50) == ["1.0.0", "1.1.0"]
    assert since(51, 60) == ["1.1.0"]


def test_an_unknown_version_is_a_key_error():
    with pytest.raises(KeyError):
        SHIPPED.version("0.0.1")


def test_two_books_may_not_share_a_version_or_a_date():
    book = SHIPPED.latest()
    with pytest.raises(ValueError, match="same"):
        Rulebooks([book, replace(book, version="2.0.0")])
    with pytest.raises(ValueError, match="same"):
        Rulebooks([book, replace(book, effective_from=datetime(2027, 1, 1, tzinfo=UTC))])


# digests


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1.0.0.yaml").write_bytes(SOURCE)
    return tmp_path


def test_a_sealed_folder_loads(folder: Path):
    seal(folder)
    seal(folder)
    assert load_rulebooks(folder).versions() == ("1.0.0",)


def test_an_unsealed_book_does_not_load(folder: Path):
    with pytest.raises(RulebookError, match="dajia rulebook seal"):
        load_rulebooks(folder)


def test_a_book_changed_after_sealing_does_not_load_and_is_not_sealed_again(folder: Path):
    seal(folder)
    (folder / "1.0.0.yaml").write_bytes(SOURCE.replace(b"points: 12", b"points: 13"))
    with pytest.raises(RulebookError, match="changed after it was sealed"):
        load_rulebooks(folder)
    with pytest.raises(RulebookError, match="new version"):
        seal(folder)


def test_a_sealed_book_may_not_vanish(folder: Path):
    seal(folder)
    (folder / "1.0.0.yaml").unlink()
    with pytest.raises(RulebookError, match="gone"):
        load_rulebooks(folder)
    with pytest.raises(RulebookError, match="gone"):
        seal(folder)


def test_an_unsound_book_is_not_sealed(folder: Path):
    (folder / "2.0.0.yaml").write_text("version: 2", "utf-8")
    with pytest.raises(RulebookError):
        seal(folder)
    assert not (folder / "digests.json").exists()


@pytest.mark.parametrize("listed", ["[]", "{", '{"1.0.0.yaml": "short"}', '{"1.0.0.yaml": 3}'])
def test_a_damaged_list_of_digests_is_refused(folder: Path, listed: str):
    (folder / "digests.json").write_text(listed, "utf-8")
    with pytest.raises(RulebookError):
        load_rulebooks(folder)


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_books_is_refused(tmp_path: Path, name: str):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RulebookError, match="at least one"):
        load_rulebooks(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(RulebookError, match="cannot be read"):
        read_rulebook(tmp_path / "1.0.0.yaml")
