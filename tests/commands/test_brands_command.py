"""``dajia brands`` as a policy owner meets it, and a platform's own file from its setting to an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bootstrap.detection import build_brands, build_detector
from cli import EXPECTED_ERRORS, dajia
from detector.brand_file import MAX_BRANDS, MAX_BYTES, BrandsError, load_brands
from detector.types import Post
from settings import Settings, read_settings

ROOT = Path(__file__).parents[2]
OWN = {
    "id": "acme",
    "name": "Acmetta",
    "sector": "fashion",
    "zh": ["埃克梅塔"],
    "slang": ["塔塔包"],
    "lines": ["acme [b]one[/b]"],
    "reference_cny": {"bag": [900, 6000]},
    "reference_year": 2026,
    "reference_note": "general knowledge",
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.json"
    path.write_text(json.dumps([OWN], ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "faulty.json"
    path.write_text(json.dumps([OWN | {"domains": ["taobao.com"], "aliases": ["gucci"]}], indent=1), encoding="utf-8")
    return path


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(dajia, ["brands", *arguments], env=variables, input=variables.pop("stdin", None))


# check


def test_the_shipped_file_is_sound() -> None:
    done = run("check")
    assert done.exit_code == 0
    assert done.stdout.endswith(f": sound, brands: {len(load_brands()):,}.\n")
    assert done.stderr == ""


def test_a_sound_file_of_one_s_own_passes(own: Path) -> None:
    assert run("check", str(own)).stdout == f"{own}: sound, brands: 1.\n"
    assert run("check", DAJIA_BRANDS=str(own)).stdout == f"{own}: sound, brands: 1.\n"


def test_each_fault_is_told_with_line_brand_field_and_hint(faulty: Path) -> None:
    done = run("check", str(faulty))
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{faulty}:") and "Brand 'acme', `" in line and " Hint: " in line for line in lines)
    assert done.stderr == f"{faulty}: 2 faults.\n"


def test_faults_are_printed_as_json_too(faulty: Path) -> None:
    done = run("check", "--json", str(faulty))
    assert done.exit_code == 1
    assert [(f["brand"], f["field"]) for f in json.loads(done.stdout)] == [("acme", "domains"), ("acme", "aliases")]
    assert json.loads(run("check", "--json").stdout) == []


def test_ids_out_of_order_are_told_but_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps([OWN | {"id": "b"}, {"id": "a", "name": "Bermatta", "sector": "toys"}]))
    done = run("check", str(path))
    assert (done.exit_code, "not in order" in done.stderr) == (0, True)


@pytest.mark.parametrize("content", [None, "[", "{}", '[{"id": 1}]'])
def test_what_is_no_list_of_brands_is_an_error_that_speaks_for_itself(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "own.json"
    if content is not None:
        path.write_text(content)
    done = run("check", str(path))
    assert isinstance(done.exception, BrandsError)
    assert isinstance(done.exception, EXPECTED_ERRORS)
    assert str(done.exception).startswith(str(path))


# show


def test_all_brands_are_shown_as_a_table() -> None:
    done = run("show")
    assert done.exit_code == 0
    assert f"{len(load_brands()):,} brands" in done.stdout
    assert "louis-vuitton" in done.stdout


@pytest.mark.parametrize("name", ["louis-vuitton", "LV", "驴牌", "LouisVuitton", "路易·威登", "NEVERFULL"])
def test_a_brand_is_shown_under_any_of_its_names(name: str) -> None:
    done = run("show", name)
    assert done.exit_code == 0
    assert "Louis Vuitton (louis-vuitton, luxury)" in done.stdout
    assert "2026, general knowledge" in done.stdout


def test_a_brand_is_shown_as_json() -> None:
    shown = json.loads(run("show", "--json", "驴牌").stdout)
    assert (shown["id"], shown["reference_cny"]["bag"][0]) == ("louis-vuitton", 8000)
    assert len(json.loads(run("show", "--json").stdout)) == len(load_brands())


def test_a_brand_that_is_not_there_is_status_1() -> None:
    done = run("show", "no such brand")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "dajia: no brand has the id or the name 'no such brand'.\n"


def test_names_are_shown_as_they_are_written(own: Path) -> None:
    assert "acme [b]one[/b]" in run("show", "acme", DAJIA_BRANDS=str(own)).stdout


# find


def test_tells_what_a_text_names() -> None:
    done = run("find", "劳力士 绿水鬼 1280 白驴 neverfull")
    assert done.exit_code == 0
    assert "Goods named: bag" in done.stdout
    assert {"rolex", "louis-vuitton"} <= set(done.stdout.split())


def test_mentions_are_printed_as_json_with_places_of_the_text_as_given() -> None:
    text = "全新ＬＶ包包298"
    found = json.loads(run("find", "--json", text).stdout)
    (mention,) = found["mentions"]
    assert (mention["brand"], mention["evidence"], text[slice(*mention["span"])]) == ("louis-vuitton", "ＬＶ", "ＬＶ")
    assert found["goods"] == ["bag"]


def test_a_text_is_read_from_standard_input() -> None:
    assert [m["brand"] for m in json.loads(run("find", "--json", "-", stdin="gucci").stdout)["mentions"]] == ["gucci"]


def test_a_text_that_names_nothing_gives_no_mentions() -> None:
    assert json.loads(run("find", "--json", "今天天气很好").stdout) == {"mentions": [], "goods": []}


@pytest.mark.parametrize("arguments", [["find"], ["find", " "], ["find", "-"], ["nope"], ["show", "a", "b"]])
def test_wrong_use_is_status_2(arguments: list[str]) -> None:
    done = run(*arguments, stdin="")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


# a platform's own file


def test_a_platform_s_own_brand_is_found_and_told_by_another_digest(own: Path) -> None:
    with_own = build_detector(Settings(database_url="", brands=own))
    shipped = build_detector(Settings(database_url=""))
    assert with_own.reader.brands.digest != shipped.reader.brands.digest
    text = "埃克梅塔 包包 98元 高仿"
    assert [m.brand.id for m in with_own.reader.text(text).mentions] == ["acme"]
    assert shipped.reader.text(text).mentions == ()
    (verdict,) = with_own.score(Post("p", "a", text, ("https://shop.example/1",)))
    assert any("Acmetta" in reason.en for reason in verdict.reasons)


def test_a_faulty_file_stops_the_start_and_names_entry_and_field(faulty: Path) -> None:
    settings = read_settings({"DAJIA_BRANDS": str(faulty)})
    with pytest.raises(BrandsError, match=r"faulty\.json:\d+: Brand 'acme', `domains`: .* Hint: ") as refused:
        build_brands(settings)
    assert "`aliases`: 'gucci' belongs to 'gucci' too" in str(refused.value)


def test_the_documented_example_is_sound_and_the_documented_message_real(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "brands.md").read_text("utf-8")
    example = page.split("```json\n")[1].split("```")[0]
    path = tmp_path / "own.json"
    path.write_text(example, encoding="utf-8")
    assert run("check", str(path)).exit_code == 0
    faulty = ROOT / "tests" / "detector" / "golden" / "band_upside_down.json"
    assert run("check", str(faulty)).stdout.replace(f"{ROOT}/", "") in page
    assert f"{MAX_BYTES:,} bytes or {MAX_BRANDS:,} brands" in page
