"""One frozen ``Settings``, read once from the environment at the edge, passed down from there."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import msgspec
from platformdirs import user_data_path


class SettingsError(ValueError):
    """A ``DAJIA_…`` variable holds something that cannot be used."""


_RANGES: dict[str, tuple[float, float]] = {
    "port": (1, 65_535),
    "workers": (1, 256),
    "max_body_bytes": (1, 2**40),
    "max_page_chars": (1, 2**40),
    "prevalence": (1e-9, 1 - 1e-9),
    "audit_share": (1e-9, 1 - 1e-9),
    "lease_minutes": (1, 525_600),
    "second_share": (0, 1),
    "golden_share": (0, 1),
    "undo_seconds": (0, 3_600),
    "checkpoint_minutes": (1, 525_600),
    "fetch_at_once": (0, 256),
    "fetch_host_seconds": (0, 86_400),
    "fetch_per_hour": (0, 10_000_000),
    "fetch_reach": (0, 10**12),
    "evidence_days": (1, 36_500),
    "rescan_days": (0, 36_500),
    "rdap_per_hour": (1, 100_000),
}
"""Least and greatest value of each number."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting; the variable is ``DAJIA_`` and the name in capitals. Described in ``docs/settings.md``."""

    database_url: str
    model: Path | None = None
    """Folder of the model; ``None`` for the newest that is shipped."""
    challenger: Path | None = None
    """Folder of a second model that scores every post in shadow; ``None`` for none."""
    audit_share: float | None = None
    """Share of the targets that the model allows which people look at all the same; ``None`` for none."""
    rulebooks: Path | None = None
    """Folder of the rulebooks; ``None`` for those that are shipped."""
    brands: Path | None = None
    """File of the platform's own brands, added to those that are shipped; ``None`` for these alone."""
    pictures: Path | None = None
    """List of known counterfeit pictures by their PDQ hashes; ``None`` for none."""
    rdap: str | None = None
    """Server that knows when domains were registered (RDAP, https); ``None``: nobody is asked."""
    rdap_per_hour: int = 60
    """Domains that each worker asks for in an hour, at most."""
    host: str = "127.0.0.1"
    port: int = 8600
    workers: int = 2
    max_body_bytes: int = 33_554_432
    """Largest request body. 32 MiB."""
    max_page_chars: int = 5_242_880
    """Largest landing page in a post, in characters."""
    prevalence: float | None = None
    """Share of counterfeit links the platform expects; ``None`` for the one in the model's card."""
    clock: Literal["real", "follow-posts"] = "real"
    sqlite_synchronous: Literal["FULL", "NORMAL"] = "FULL"
    lease_minutes: int = 30
    """Minutes for which a claimed case stays with the person who claimed it."""
    second_share: float = 0.05
    """Share of decided targets that a second person looks at, without being told what the first one said."""
    golden_share: float = 0.02
    """For this share of decided targets a golden case, whose answer is certain, is put among the second looks."""
    undo_seconds: int = 30
    """Seconds in which a decision at the console can be taken back; 0: none can."""
    webhook_networks: str | None = None
    """Networks beside the public ones that events may go to, separated by commas; ``None`` for none."""
    ledger_key: Path | None = None
    """File of the private key that seals the record; ``None``: it is not sealed."""
    checkpoint_minutes: int = 60
    """Minutes between two checkpoints."""
    fetch_at_once: int = 16
    """Landing pages that a worker visits at the same time; 0: none are visited."""
    fetch_host_seconds: float = 2.0
    """Seconds between two visits to one host."""
    fetch_per_hour: int = 20_000
    """Visits of one worker in an hour, at most."""
    fetch_reach: int = 10_000
    """Reach from which the page of a link is visited that nothing speaks against."""
    fetch_robots: Literal["ignore", "respect"] = "ignore"
    """Whether a site's robots.txt is asked."""
    evidence: Path | None = None
    """Folder of what visits saw; ``None``: ``evidence`` beside the SQLite file, or in the user's data folder."""
    evidence_days: int = 365
    """Days for which it is kept."""
    rescan_days: int = 0
    """Days back for which recorded posts are judged again once model or brands are others; 0: they are not."""
    secret_key: str | None = None
    """Signs the console's sessions; ``None``: made once, in a file beside the database."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def lease(self) -> timedelta:
        """How long a claimed case stays with the person who claimed it."""
        return timedelta(minutes=self.lease_minutes)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; :class:`SettingsError` names the variable and what it takes."""
    environment = os.environ if environment is None else environment
    hints = get_type_hints(Settings)
    values = {
        name: _within(name, _convert(f"DAJIA_{name.upper()}", environment[f"DAJIA_{name.upper()}"], hints[name]))
        for name in Settings.__struct_fields__
        if environment.get(f"DAJIA_{name.upper()}")
    }
    values.setdefault("database_url", f"sqlite:///{_default_database()}")
    return Settings(**values)  # type: ignore[arg-type]  # each value was converted to its field's type above


def _default_database() -> Path:
    return user_data_path("dajia", appauthor=False) / "dajia.sqlite3"


def _within(name: str, value: object) -> object:
    least, most = _RANGES.get(name, (-math.inf, math.inf))
    if isinstance(value, int | float) and not least <= value <= most:  # no range holds NaN
        raise SettingsError(f"DAJIA_{name.upper()} must lie between {least:,} and {most:,}. Got {value} instead.")
    return value


def _convert(variable: str, raw: str, hint: object) -> object:
    if get_origin(hint) is Literal:
        allowed = get_args(hint)
        if raw not in allowed:
            raise SettingsError(f"{variable} must be one of {', '.join(allowed)}. Got {raw!r} instead.")
        return raw
    options = get_args(hint) or (hint,)
    for kind in (int, float, Path):
        if kind in options:
            try:
                return kind(raw)
            except ValueError:
                raise SettingsError(f"{variable} must be a number. Got {raw!r} instead.") from None
    return raw
