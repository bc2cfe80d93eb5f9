"""The console has words in both languages for whatever ties targets."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from detector.campaigns import Trait
from web.console.words import WORDS


@pytest.mark.parametrize("kind", get_args(get_type_hints(Trait)["kind"]))
def test_every_kind_of_tie_is_told_in_both_languages(kind: str) -> None:
    told = [words["shared"][kind] for words in WORDS.values()]
    assert len(told) == 2
    assert all(told)
    assert told[0] != told[1]
