"""Models as folders of data: ``model.json`` (what is evaluated) and ``card.json`` (what it is). Never a pickle.

The card holds the digest of the model; loading refuses a model that does not fit it.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from detector.features import REGISTRY
from detector.model import VIEWS, Model

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
    """Write model and card; the card gets the model's digest."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = _readable(msgspec.to_builtins(model))
    (folder / "model.json").write_bytes(raw)
    (folder / "card.json").write_bytes(_readable(card | {"model_sha256": hashlib.sha256(raw).hexdigest()}))


def _readable(value: Any) -> bytes:
    return msgspec.json.format(_PRETTY.encode(value), indent=1) + b"\n"


def load_card(folder: Path) -> dict[str, Any]:
    """The card of a model."""
    return _decode(folder / "card.json", dict)


def load_model(folder: Path) -> Model:
    """The model of a folder; :class:`ModelError` where it does not fit its card or this version's features."""
    card = load_card(folder)
    file = folder / "model.json"
    raw = _read(file)
    if hashlib.sha256(raw).hexdigest() != card.get("model_sha256"):
        raise ModelError(
            file,
            "The file is not the one its card describes.",
            "Restore both files, or train again with `dajia train`.",
        )
    model = _decode(file, Model)
    _check(file, model)
    return model


def _check(file: Path, model: Model) -> None:
    unknown = sorted(set(model.weights) - set(REGISTRY))
    missing = [view for view in VIEWS if view not in model.views]
    abstaining = [name for name in model.weights if name.startswith("abstain.")]
    problem = ""
    if unknown:
        problem = f"It weighs features that this version does not have: {', '.join(unknown[:5])}."
    elif missing:
        problem = f"It has no calibration for {', '.join(missing)}."
    elif abstaining:
        problem = f"It gives weight to missing evidence: {', '.join(abstaining)}."
    elif any(view.slope <= 0 for view in model.views.values()):
        problem = "A calibration turns its weights around."
    elif not 0 < model.prevalence < 1 or not 0 < model.thresholds.review <= model.thresholds.hold <= 1:
        problem = "Its prevalence or thresholds are not probabilities in order."
    if problem:
        raise ModelError(file, problem, "Train again with `dajia train`.")


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
