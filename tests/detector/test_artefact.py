"""A model's folder: what loads, and what is refused with which words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from detector.artefact import (
    MAX_MODEL_BYTES,
    ModelError,
    load_card,
    load_model,
    newest_model,
    read_reference,
    save_model,
    shipped_models,
)
from detector.features import REGISTRY
from detector.model import VIEWS, Model, Thresholds, straight
from detector.wording import Wording

GOOD = Model(
    version="2026.1-1",
    prevalence=0.01,
    weights={"claim.replica": 1.25, "claim.used": -0.5},
    views={name: straight(-4.6, 1.0) for name in VIEWS},
    thresholds=Thresholds(review=0.05, hold=0.2),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good model, saved."""
    save_model(tmp_path / "2026.1-1", GOOD, {"version": GOOD.version})
    return tmp_path / "2026.1-1"


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the model as somebody would who also mends the digest."""
    file = folder / "model.json"
    model = json.loads(file.read_text(encoding="utf-8"))
    change(model)
    signed(folder, json.dumps(model, indent=1).encode())


def signed(folder: Path, raw: bytes) -> None:
    """Write these bytes as the model, with a card that fits them."""
    (folder / "model.json").write_bytes(raw)
    card = {"model_sha256": hashlib.sha256(raw).hexdigest()}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def refusal(folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    error = caught.value
    assert str(error) == f"{error.file}: {error.problem} Hint: {error.hint}"
    return error


def test_the_shipped_model_loads_and_fits_its_card() -> None:
    model, card = load_model(newest_model()), load_card(newest_model())
    assert (model.version, model.prevalence) == (card["version"], card["prevalence"])
    assert model.version == newest_model().name
    assert set(model.weights) <= set(REGISTRY)
    assert card["thresholds"]["hold"] == model.thresholds.hold
    assert newest_model().parent == shipped_models()


def test_what_is_saved_is_what_is_loaded(folder: Path) -> None:
    assert load_model(folder) == GOOD
    assert load_card(folder)["version"] == "2026.1-1"


def test_saving_twice_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    save_model(tmp_path / "again", load_model(folder), load_card(folder))
    for name in ("model.json", "card.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_saving_over_another_model_replaces_it(folder: Path) -> None:
    save_model(folder, Model("2026.1-2", 0.02, {}, GOOD.views, GOOD.thresholds), {})
    assert load_model(folder).version == "2026.1-2"


def test_a_changed_byte_is_refused_with_file_and_remedy(folder: Path) -> None:
    file = folder / "model.json"
    file.write_bytes(file.read_bytes().replace(b"1.25", b"1.26"))
    assert str(refusal(folder)) == (
        f"{file}: The file is not the one its card describes. "
        "Hint: Restore all files of the folder, or train again with `dajia train`."
    )


def test_a_syntax_error_names_its_line(folder: Path) -> None:
    signed(folder, b'{\n "version": "2026.1-1",\n "prevalence": oops\n}\n')
    error = refusal(folder)
    assert error.file == folder / "model.json"
    assert error.problem.startswith("Line 3: ")


def test_a_wrong_shape_names_the_place(folder: Path) -> None:
    rewrite(folder, lambda model: model["weights"].update({"claim.used": "heavy"}))
    assert "$.weights" in refusal(folder).problem


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"[]", b"null", b'{"version": 1}', b"[" * 100_000])
def test_what_is_no_model_is_refused(folder: Path, raw: bytes) -> None:
    signed(folder, raw)
    assert refusal(folder).problem.startswith("Line 1: ")


def _weigh(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda model: model["weights"].update({name: 1.0})


def _set(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda model: model.update(values)


def _line(raw: list[float], heights: list[float]) -> Callable[[dict[str, Any]], None]:
    return lambda model: model["views"].update({"url": {"raw": raw, "log_odds": heights}})


def _thresholds(review: float, hold: float) -> Callable[[dict[str, Any]], None]:
    return _set(thresholds={"review": review, "hold": hold})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_weigh("claim.unheard_of"), "It weighs features that this version does not have: claim.unheard_of."),
        (_weigh("abstain.opaque_link"), "It gives weight to what is for people to judge: abstain.opaque_link."),
        (lambda model: model["views"].pop("url+page"), "It has no calibration for url+page."),
        (_thresholds(0.5, 0.2), "Its prevalence or thresholds are not probabilities in order."),
        (_thresholds(0.0, 0.2), "Its prevalence or thresholds are not probabilities in order."),
        (_thresholds(0.5, 1.2), "Its prevalence or thresholds are not probabilities in order."),
        (_set(prevalence=0.0), "Its prevalence or thresholds are not probabilities in order."),
        (_line([0.0], [1.0]), "A calibration is no rising line."),
        (_line([0.0, 0.0], [1.0, 2.0]), "A calibration is no rising line."),
        (_line([0.0, 1.0], [1.0, 0.0]), "A calibration is no rising line."),
        (_line([0.0, 1.0], [1.0, 1.0]), "A calibration is no rising line."),
        (_line([0.0, 1.0, 2.0], [1.0, 2.0]), "A calibration is no rising line."),
        (_set(prevalence=1.0), "Its prevalence or thresholds are not probabilities in order."),
    ],
)
def test_a_model_that_does_not_fit_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], None], problem: str
) -> None:
    rewrite(folder, change)
    error = refusal(folder)
    assert (error.file, error.problem) == (folder / "model.json", problem)
    assert error.hint == "Train again with `dajia train`."


def test_equal_thresholds_are_in_order(folder: Path) -> None:
    rewrite(folder, _thresholds(0.2, 0.2))
    assert load_model(folder).thresholds == Thresholds(0.2, 0.2)


def test_a_slope_that_turns_signs_round_is_refused(folder: Path) -> None:
    rewrite(folder, lambda model: model["views"].update(text={"intercept": 0.0, "slope": -1.0}))
    refusal(folder)


@pytest.mark.parametrize("name", ["card.json", "model.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    error = refusal(folder)
    assert error.file == folder / name
    assert error.problem == "It cannot be read: No such file or directory."
    assert error.hint == "Set DAJIA_MODEL to a model's folder."


def test_a_card_without_a_digest_is_refused(folder: Path) -> None:
    (folder / "card.json").write_text("{}", encoding="utf-8")
    assert refusal(folder).problem == "The file is not the one its card describes."


def test_a_broken_card_names_its_line(folder: Path) -> None:
    (folder / "card.json").write_text('{\n"version": \n}', encoding="utf-8")
    error = refusal(folder)
    assert (error.file, error.problem[:7]) == (folder / "card.json", "Line 3:")


def test_a_file_that_is_too_large_is_refused(folder: Path) -> None:
    signed(folder, b" " * (MAX_MODEL_BYTES + 1))
    assert refusal(folder).problem == "It is larger than 16 MiB."


def test_a_folder_in_place_of_the_model_is_refused(folder: Path) -> None:
    (folder / "model.json").unlink()
    (folder / "model.json").mkdir()
    assert refusal(folder).problem == "It cannot be read: Is a directory."


def _with_models(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "model.json").write_text("{}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("names", "newest"),
    [
        (["2026.11-2", "2026.11-10", "2026.11-9"], "2026.11-10"),
        (["2026.9-3", "2026.11-1"], "2026.11-1"),
        (["2025.12-8", "2026.1-1"], "2026.1-1"),
        (["backup", "2026.1-1"], "2026.1-1"),
        (["2026.1-²", "2026.1-1"], "2026.1-1"),
    ],
)
def test_versions_are_compared_as_numbers(tmp_path: Path, names: list[str], newest: str) -> None:
    assert newest_model(_with_models(tmp_path, *names)).name == newest


def test_a_folder_without_a_model_is_no_version(tmp_path: Path) -> None:
    (tmp_path / "2099.1-1").mkdir()
    assert newest_model(_with_models(tmp_path, "2026.1-1")).name == "2026.1-1"


def test_no_model_at_all_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No model is here") as caught:
        newest_model(tmp_path)
    assert caught.value.hint == "Train one with `dajia train`, or set DAJIA_MODEL to its folder."


# Wording

WORDED = Wording(("老花", " dm ", "包"), (0.5, -0.25, 0.0), (3.0, 2.5, 1.0))


@pytest.fixture
def worded(tmp_path: Path) -> Path:
    save_model(tmp_path / "2026.1-9", msgspec.structs.replace(GOOD, wording=WORDED), {"version": "2026.1-9"})
    return tmp_path / "2026.1-9"


def test_wording_comes_back_as_it_went(worded: Path) -> None:
    assert load_model(worded).wording == WORDED
    assert len((worded / "wording.json").read_text().splitlines()) == 2 + len(WORDED.stretches)


def test_wording_of_another_model_is_refused(worded: Path) -> None:
    (worded / "wording.json").write_text("[]")
    error = refusal(worded)
    assert error.file == worded / "wording.json"
    assert error.problem == "The file is not the one its card describes."


def test_wording_that_is_missing_is_refused(worded: Path) -> None:
    (worded / "wording.json").unlink()
    assert refusal(worded).problem.startswith("It cannot be read")


@pytest.mark.parametrize(
    ("wording", "problem"),
    [
        (Wording(("a", "a"), (1.0, 1.0), (1.0, 1.0)), "stretch that is empty or stands there twice"),
        (Wording(("",), (1.0,), (1.0,)), "stretch that is empty or stands there twice"),
        (Wording(("a",), (1.0,), (-1.0,)), "no numbers in range"),
        (Wording(("a",), (1e9,), (1.0,)), "no numbers in range"),
    ],
)
def test_wording_that_makes_no_sense_is_refused(tmp_path: Path, wording: Wording, problem: str) -> None:
    save_model(tmp_path / "m", msgspec.structs.replace(GOOD, wording=wording), {"version": "m"})
    assert problem in refusal(tmp_path / "m").problem


def test_the_shipped_card_says_how_the_judged_posts_looked() -> None:
    reference = read_reference(load_card(newest_model()))
    assert reference is not None
    assert reference.prevalence == load_model(newest_model()).prevalence
    assert sum(reference.bands_at(0.01)) == pytest.approx(1)
    assert all(0 <= share <= 1 for share in reference.features_at(0.01).values())


@pytest.mark.parametrize("said", [None, {}, {"honest": 1}, {"prevalence": "much", "honest": {}, "counterfeit": {}}])
def test_a_card_that_does_not_say_it_is_done_without(said: object) -> None:
    assert read_reference({"reference": said}) is None
