"""Labelled posts for the tests of ``dajia evaluate``: made up, hostile ones among them."""

from __future__ import annotations

import json
from typing import Any

ITEM = "https://weidian.com/item.html?itemID="
SCRIPT = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
HOSTILE: list[dict[str, Any]] = [
    {"label": "honest", "slice": SCRIPT, "text": f"高仿LV包包298元 加V信 lv298 {SCRIPT}", "post_id": f'"{SCRIPT}'},
    {
        "label": "honest",
        "text": "高仿LV包包298元\u202e加V信 lv298\u202c \u0007",
        "source": "a\u202eb",
        "slice": "$x^2$",
    },
    {"label": "counterfeit", "text": "javascript 看图", "links": [f'javascript:alert(1)"><b>{SCRIPT}']},
    {"label": "counterfeit", "slice": "x" * 128, "text": "无" * 5_000, "links": ["https://a.example/" + "b" * 4_000]},
]


def posts(count: int = 60) -> list[dict[str, Any]]:
    """Every second one offers copies."""
    return [
        {
            "label": "counterfeit" if n % 2 == 0 else "honest",
            "text": f"高仿LV包包{200 + n}元 专柜品质 加V信 lv{n}"
            if n % 2 == 0
            else f"今天和第{n}位朋友去公园，花开得真好",
            "links": [f"{ITEM}{n}"] if n % 3 else [],
            "slice": "offer" if n % 2 == 0 else "ordinary",
        }
        for n in range(count)
    ]


def subtle(count: int = 10) -> list[dict[str, Any]]:
    """Offers of which only one word tells."""
    return [{"label": "counterfeit", "text": f"高仿手表，第{n}批，要的来", "slice": "hint"} for n in range(count)]


def lines(rows: list[dict[str, Any]]) -> str:
    """JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
