"""What would reach a poster is hidden until somebody asks, nothing moves by it, and each look is recorded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_world import BAG, Platform, WordDetector

from adapters.sql.store import SqlStore
from detector.links import read_link
from service.answers import ReasonAnswer
from service.dossier import Dossiers
from service.masking import contacts_in, masked, masked_reason

TARGET = read_link(BAG).target


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("专柜品质 加V信 lv8888", "专柜品质 加V信 lv••••"),
        ("电话13812345678，谢谢", "电话13•••••••••，谢谢"),
        ("QQ 123456789 或 wx：abc_123", "QQ 12••••••• 或 wx：ab•••••"),
        ("mail a.b@c.com", "mail a.•••••••"),
        ("whatsapp +86 138 1234 5678", "whatsapp +8•••••••••••••••"),
        ("包包298元 全新 2026 款", "包包298元 全新 2026 款"),
    ],
)
def test_contacts_are_hidden_and_prices_are_not(text: str, shown: str) -> None:
    assert masked(text, contacts_in(text)) == shown


@given(st.text(alphabet="加微信vxqq电话：:@.+- 0123456789abcXYZ包元\u200b", max_size=80))
def test_nothing_moves(text: str) -> None:
    hidden = masked(text, contacts_in(text))
    assert len(hidden) == len(text)
    assert all(new in (old, "•") for old, new in zip(text, hidden, strict=True))


def test_a_reason_quotes_nothing_of_it() -> None:
    reason = ReasonAnswer("contact.wechat", "留下微信“lv8888”", "leaves “lv8888”", "加V信 lv8888", (0, 9), 1.0)
    hidden = masked_reason(reason, ("lv8888",))
    assert "lv8888" not in f"{hidden.zh}{hidden.en}{hidden.evidence}"
    assert (hidden.span, hidden.weight, hidden.code) == (reason.span, reason.weight, reason.code)


def test_a_dossier_is_masked_until_somebody_asks_and_the_look_is_on_record(store: SqlStore) -> None:
    platform = Platform(store)
    platform.post("p1", text="高仿包包 加V信 lv8888")
    dossiers = Dossiers(store, platform.books, platform.clock, lambda: "x", WordDetector().reader)
    hidden = dossiers.target(TARGET)
    assert "".join(piece.text for piece in hidden.posts[0].pieces) == "高仿包包 加V信 lv••••"
    assert (hidden.posts[0].is_masked, hidden.looks) == (True, ())
    dossiers.look(TARGET, "mia")
    shown = dossiers.target(TARGET, unmasked=True)
    assert "".join(piece.text for piece in shown.posts[0].pieces) == "高仿包包 加V信 lv8888"
    assert [name for _, name in shown.looks] == ["mia"]
