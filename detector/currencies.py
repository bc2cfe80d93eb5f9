"""What a unit of each currency is worth in CNY, at fixed yearly rates: good for orders of magnitude, not for trade.

The rates in ``detector/data/currencies.json`` are general knowledge of 2026, rounded.
"""

from __future__ import annotations

from importlib.resources import files

import msgspec


class _Rates(msgspec.Struct, frozen=True):
    about: str
    year: int
    to_cny: dict[str, float]


CNY_PER_UNIT = msgspec.json.decode(files("detector").joinpath("data/currencies.json").read_bytes(), type=_Rates).to_cny
"""ISO 4217 code → CNY."""


def to_cny(amount: float, currency: str) -> float | None:
    """The amount in CNY; ``None`` for a currency without a rate."""
    rate = CNY_PER_UNIT.get(currency)
    return None if rate is None else round(amount * rate, 2)
