"""Whether two names are one person's: the second of two people must be another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def same_person(actor: str, others: Iterable[str]) -> bool:
    """However the name was typed: ``mia``, ``Mia `` and ``ｍｉａ`` are not two people."""
    return _bare_name(actor) in set(map(_bare_name, others))


def _bare_name(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
