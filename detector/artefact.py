"""Models as folders of data: ``model.json`` and ``wording.json`` (what is evaluated), ``card.json`` (what it is).

Never a pickle. The card holds the digests of the other two; loading refuses what does not fit them.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from detector.features import REGISTRY
from detector.model import VIEWS, Model, ViewCalibration
from detector.reference import Reference
from detector.wording import Wording, check_wording

_T = TypeVar("_T")
MAX_MODEL_BYTES = 16 * 1024 * 1024
_PRETTY = msgspec.json.Encoder(order="sorted")


class ModelError(ValueError):
    """A model folder that cannot be used; the message names the file and the remedy."""

    def __init__(self, file: Path, problem: str, hint: str) -> None:
        super().__init__(f"{file}: {problem} Hint: {hint}")
        self.file = file
        self.problem = problem
        self.hint = hint


def shipped_models() -> Path:
    """The folder of the models that come with the package, in a checkout or an installed wheel."""
    inside = Path(str(files("detector"))) / "shipped" / "models"
    return inside if inside.is_dir() else Path(str(files("detector"))).parent / "models"


def newest_model(folder: Path | None = None) -> Path:
    """The folder of the newest model; versions are ``year.month-number``."""
    folder = shipped_models() if folder is None else folder
    found = [path.parent for path in folder.glob("*/model.json")]
    if not found:
        raise ModelError(folder, "No model is here.", "Train one with `dajia train`, or set DAJIA_MODEL to its folder.")
    return max(found, key=lambda path: _version_key(path.name))


def _version_key(version: str) -> list[int]:
    return [int(part) for part in version.replace("-", ".").split(".") if part.isdecimal()]


def save_model(folder: Path, model: Model, card: dict[str, Any]) -> None:
    """Write model and card; the card gets the digests of what else is written."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = _readable(msgspec.to_builtins(msgspec.structs.replace(model, wording=None)))
    (folder / "model.json").write_bytes(raw)
    digests = {"model_sha256": _digest(raw)}
    if model.wording is not None:
        lines = _one_line_each(model.wording)
        (folder / "wording.json").write_bytes(lines)
        digests["wording_sha256"] = _digest(lines)
    (folder / "card.json").write_bytes(_readable(card | digests))


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _one_line_each(wording: Wording) -> bytes:
    """A stretch a line, so that two models can be compared by their lines."""
    rows = zip(wording.stretches, wording.weights, wording.rarities, strict=True)
    return b"[\n" + b",\n".join(map(msgspec.json.encode, rows)) + b"\n]\n"


def _readable(value: Any) -> bytes:
    return msgspec.json.format(_PRETTY.encode(value), indent=1) + b"\n"


def load_card(folder: Path) -> dict[str, Any]:
    """The card of a model."""
    return _decode(folder / "card.json", dict)


def read_reference(card: dict[str, Any]) -> Reference | None:
    """What the card says of posts that the model was judged by; ``None`` where it does not, as older ones."""
    try:
        return msgspec.convert(card.get("reference"), Reference | None)
    except msgspec.ValidationError:
        return None  # a figure of the dashboard is no ground to refuse a model


def load_model(folder: Path) -> Model:
    """The model of a folder; :class:`ModelError` where it does not fit its card or this version's features."""
    card = load_card(folder)
    file = folder / "model.json"
    _require_digest(file, card.get("model_sha256"))
    model = _decode(file, Model)
    if card.get("wording_sha256") is not None:
        model = msgspec.structs.replace(model, wording=_load_wording(folder / "wording.json", card))
    _check(file, model)
    return model


def _load_wording(file: Path, card: dict[str, Any]) -> Wording:
    _require_digest(file, card.get("wording_sha256"))
    rows = _decode(file, tuple[tuple[str, float, float], ...])
    stretches, weights, rarities = zip(*rows, strict=True) if rows else ((), (), ())
    return Wording(stretches, weights, rarities)


def _require_digest(file: Path, digest: object) -> None:
    if _digest(_read(file)) != digest:
        raise ModelError(
            file,
            "The file is not the one its card describes.",
            "Restore all files of the folder, or train again with `dajia train`.",
        )


def _check(file: Path, model: Model) -> None:
    unknown = sorted(set(model.weights) - set(REGISTRY))
    missing = [view for view in VIEWS if view not in model.views]
    abstaining = [name for name in model.weights if name.startswith(("abstain.", "picture."))]
    problem = ""
    if unknown:
        problem = f"It weighs features that this version does not have: {', '.join(unknown[:5])}."
    elif missing:
        problem = f"It has no calibration for {', '.join(missing)}."
    elif abstaining:
        problem = f"It gives weight to what is for people to judge: {', '.join(abstaining)}."
    elif not all(_rises(view) for view in model.views.values()):
        problem = "A calibration is no rising line."
    elif model.wording is not None and (wrong := check_wording(model.wording)):
        problem = wrong
    elif not 0 < model.prevalence < 1 or not 0 < model.thresholds.review <= model.thresholds.hold <= 1:
        problem = "Its prevalence or thresholds are not probabilities in order."
    if problem:
        raise ModelError(file, problem, "Train again with `dajia train`.")


def _rises(view: ViewCalibration) -> bool:
    """It has as many log-odds as raw scores, two at least; the ones rise, and the others never fall."""
    raw, heights = view.raw, view.log_odds
    return (
        len(raw) == len(heights) >= 2
        and all(one < other for one, other in pairwise(raw))
        and all(one <= other for one, other in pairwise(heights))
        and heights[0] < heights[-1]
    )


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_MODEL_BYTES + 1)  # no more than it takes to see that it is too large
    except OSError as error:
        raise ModelError(
            file, f"It cannot be read: {error.strerror}.", "Set DAJIA_MODEL to a model's folder."
        ) from None
    if len(raw) > MAX_MODEL_BYTES:
        raise ModelError(file, "It is larger than 16 MiB.", "Set DAJIA_MODEL to a model's folder.")
    return raw


def _decode(file: Path, shape: type[_T]) -> _T:
    raw = _read(file)
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelError(file, f"Line {_line(raw, error)}: {error}.", "Restore the file, or train again.") from None


def _line(raw: bytes, error: Exception) -> int:
    """The line of a syntax error; 1 where the error has no place (a wrong shape)."""
    words = str(error).rsplit("byte ", 1)
    place = "".join(c for c in words[1] if c.isdecimal()) if len(words) == 2 else ""
    return raw[: int(place or 0)].count(b"\n") + 1
