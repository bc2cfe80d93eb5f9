"""What the linter says of a brand file: each message is a golden file, read in the diff when it changes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.brand_file import MAX_BYTES, BrandsError, digest_of, load_brands, load_with_own
from detector.brand_lint import EVERYDAY, MAX_NAME, can_match, find_faults, is_sorted
from detector.brand_names import ListedBrand

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "golden").glob("*.json"))
SOUND = {"id": "acme", "name": "Acmetta", "sector": "fashion", "zh": ["埃克梅塔"], "aliases": ["acmetta bags"]}


def write(folder: Path, *brands: object) -> Path:
    path = folder / "own.json"
    path.write_bytes(msgspec.json.encode(brands))
    return path


def listed(**fields: object) -> ListedBrand:
    return msgspec.convert(SOUND | fields, ListedBrand)


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_says_what_is_wrong_where_and_what_to_do(file: Path) -> None:
    with pytest.raises(BrandsError) as caught:
        load_with_own(file)
    told = str(caught.value).replace(f"{HERE}/", "")
    assert f"{told}\n" == file.with_suffix(".txt").read_text("utf-8")
    assert all(" Hint: " in line for line in told.splitlines() if not line.endswith("more faults."))


def test_every_golden_message_has_its_file() -> None:
    assert [f.stem for f in BROKEN] == sorted(f.stem for f in (HERE / "golden").glob("*.txt"))
    assert len(BROKEN) >= 20


def test_a_sound_brand_is_added(tmp_path: Path) -> None:
    brands = load_with_own(write(tmp_path, SOUND))
    assert len(brands) == len(load_brands()) + 1
    assert is_sorted(brands)
    assert "acme" in {brand.id for brand in brands}


def test_a_brand_of_a_shipped_id_replaces_it_and_frees_its_names(tmp_path: Path) -> None:
    brands = load_with_own(write(tmp_path, {"id": "gucci", "name": "Guccio", "sector": "luxury", "zh": ["古驰"]}))
    (gucci,) = [brand for brand in brands if brand.id == "gucci"]
    assert (gucci.name, gucci.lines, gucci.domains) == ("Guccio", (), ())
    assert len(brands) == len(load_brands())


def test_an_empty_list_changes_nothing(tmp_path: Path) -> None:
    assert digest_of(load_with_own(write(tmp_path))) == digest_of(load_brands())


def test_the_digest_tells_any_change_and_no_order() -> None:
    one, other = listed(), listed(id="b", name="Bermatta", zh=(), aliases=())
    assert digest_of((one, other)) == digest_of((other, one))
    assert digest_of((one,)) != digest_of((listed(sector="toys"),))
    assert len(digest_of(())) == 12


def test_refuses_a_file_that_is_too_large_before_reading_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(BrandsError, match="larger than 4,194,304 bytes"):
        load_brands(path)


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BrandsError, match=r"own\.json: It cannot be read: No such file"):
        load_brands(tmp_path / "own.json")


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"", b"[", b"[" * 100_000, b'[{"id": "a"', b'[{"id": 1e999}]', b"null"])
def test_refuses_what_is_no_list_of_brands(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(raw)
    with pytest.raises(BrandsError, match="Hint: "):
        load_brands(path)


def test_tells_the_first_twenty_faults_and_counts_the_rest(tmp_path: Path) -> None:
    path = write(tmp_path, *({"id": f"x{n:02}", "name": "", "sector": "toys"} for n in range(30)))
    with pytest.raises(BrandsError) as caught:
        load_brands(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 21
    assert lines[-1].endswith("more faults.")


@pytest.mark.parametrize("name", ["gucci", "b.o.b", "路易·威登", "l'oréal", "g-shock", "3m", "🐎家"])
def test_names_can_match(name: str) -> None:
    assert can_match(name)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\ufe0f"])
def test_names_of_nothing_cannot_match(name: str) -> None:
    assert not can_match(name)


@pytest.mark.parametrize(
    "word", ["coach", "supreme", "apple", "victor", "guess", "gap", "vans", "puma", "苹果", "驴", "鸟"]
)
def test_the_words_of_every_day_hold_the_traps(word: str) -> None:
    assert word in EVERYDAY


@pytest.mark.parametrize("rule", ["goods", "offer", "brand", "host"])
def test_any_rule_makes_an_everyday_name_sound(rule: str) -> None:
    assert find_faults([listed(name="Orchard", context={"orchard": rule})]) == []
    assert [fault.field for fault in find_faults([listed(name="Orchard")])] == ["name"]


def test_a_site_of_one_brand_may_be_authorised_by_another() -> None:
    one = listed(domains=("acmetta.com",))
    other = listed(id="b", name="Bermatta", zh=(), aliases=(), authorised=("acmetta.com", "bermatta.tmall.com"))
    assert find_faults([one, other]) == []
    assert [fault.field for fault in find_faults([listed(authorised=("tmall.com",))])] == ["authorised"]


@given(
    st.lists(
        st.builds(
            ListedBrand,
            id=st.text(max_size=8),
            name=st.text(max_size=MAX_NAME + 5),
            sector=st.text(max_size=3),
            zh=st.lists(st.text(max_size=5), max_size=3).map(tuple),
            domains=st.lists(st.text(max_size=9), max_size=2).map(tuple),
            reference_cny=st.dictionaries(st.sampled_from(["bag", "boat"]), st.tuples(st.floats(), st.floats())),
            context=st.dictionaries(
                st.text(max_size=4), st.sampled_from(["goods", "offer", "brand", "host"]), max_size=2
            ),
        ),
        max_size=4,
    )
)
def test_never_raises_and_names_each_fault_with_its_entry(brands: list[ListedBrand]) -> None:
    for fault in find_faults(brands):
        assert fault.id == brands[fault.entry].id
        assert fault.field in ListedBrand.__struct_fields__
