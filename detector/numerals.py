"""Values of numerals as people write them: 298, 15,000, 1.2万, 1w5, 2九8, 29捌, 两百九十八, 一千二."""

from __future__ import annotations

import re

MAX_DIGITS = 12

DIGITS = {
    **{
        sign: value
        for value, signs in enumerate(
            ["零〇", "一壹", "二贰两俩", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"]
        )
        for sign in signs
    },
    **{str(value): value for value in range(10)},
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "k": 1000, "w": 10_000}
CHINESE = "".join([*(s for s in DIGITS if not s.isascii()), *(s for s in UNITS if not s.isascii())])
_PLAIN_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:([wk百千万])([0-9]?))?")


def parse_amount(token: str) -> float | None:
    """Value of a numeral (298, 15,000, 1.2万, 1w5, 2九8, 29捌, 两百九十八, 一千二); ``None`` where it is none."""
    if token.isascii() and token.isdigit():
        return float(token) if len(token) <= MAX_DIGITS else None
    token = token.replace(",", "")
    if not token or len(token) > MAX_DIGITS + 4:
        return None
    plain = _PLAIN_NUMBER.fullmatch(token)
    if plain is not None:
        scale = UNITS.get(plain[2] or "", 1)
        amount = float(plain[1]) * scale + int(plain[3] or 0) * scale / 10
        return round(amount, 2)
    if any(sign in UNITS for sign in token):
        return _parse_structured(token)
    if all(sign in DIGITS for sign in token):
        return float("".join(str(DIGITS[sign]) for sign in token))
    return None


def _parse_structured(token: str) -> float | None:
    """两百九十八, 1千5, 一万二: signs for tens and hundreds; each unit smaller than the one before, 万 apart."""
    total, section, pending, last_unit, zero = 0, 0, "", 100_000, False
    for sign in token:
        unit = UNITS.get(sign)
        if unit is None:
            if sign not in DIGITS:
                return None
            zero = zero or (DIGITS[sign] == 0 and not pending)
            pending += str(DIGITS[sign])
            continue
        if (total if unit == 10_000 else unit >= last_unit) or (
            not pending and unit != 10 and not (unit == 10_000 and section)
        ):
            return None
        if unit == 10_000:
            total, section = (section + int(pending or 0)) * unit, 0
        else:
            section += int(pending or 1) * unit
        pending, last_unit, zero = "", unit, False
    if pending:
        # 一千二 is 1200, 一千零二 is 1002, 2百98 is 298.
        section += int(pending) * (last_unit // 10 if len(pending) == 1 and not zero and last_unit > 10 else 1)
    return float(total + section)
