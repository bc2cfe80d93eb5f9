"""Near-duplicates, with datasketch and exact similarity as witnesses; and no leak between the splits."""

from __future__ import annotations

import random

import pytest
from datasketch import MinHash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector.evaluation.leaks import audit
from detector.examples import Example, load_examples, tie_copies
from detector.labelled import posts_folder, written_examples
from detector.near_duplicates import NEAR, NearDuplicates, families, shingles, similarity

OFFER = "香奈儿爆款链条包 298包邮 加微信看图 皮质五金和专柜一样 放在一起分不出来"
RANDOM = random.Random(298)  # noqa: S311 - made-up words, the same ones every time
LETTERS = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会"


def words(length: int) -> str:
    return "".join(RANDOM.choice(LETTERS) for _ in range(length))


def nearest(known: list[str], text: str) -> tuple[int, float] | None:
    index = NearDuplicates()
    index.add_all(enumerate(known))
    return index.most_similar(text)


@pytest.mark.parametrize(
    "copy",
    [
        OFFER,
        OFFER.replace("298", "288") + "！！",
        "姐妹们看过来：" + OFFER,
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in OFFER),
        "\u200b".join(OFFER),
    ],
    ids=["the same", "another price", "longer", "full width", "zero width"],
)
def test_a_copy_is_found_however_it_is_dressed(copy: str) -> None:
    near = nearest([words(40), OFFER, words(60)], copy)
    assert near is not None
    assert near[0] == 1
    assert near[1] >= NEAR


@pytest.mark.parametrize(
    "other", ["我家猫今天又把窗帘抓坏了，谁能告诉我怎么办，急，在线等，真的很急", "香奈儿", "", "🙃" * 50]
)
def test_another_text_is_not(other: str) -> None:
    assert nearest([OFFER], other) is None


def test_short_texts_are_nobodys_copies() -> None:
    assert nearest(["很好，下次再来"], "很好，下次再来") is None


def test_almost_every_copy_is_found_among_many() -> None:
    known = [words(80) for _ in range(400)]
    found = 0
    for number, text in enumerate(known):
        cut = RANDOM.randrange(5, 75)
        near = nearest_of(known, text[:cut] + words(6) + text[cut:])
        found += near is not None and near[0] == number
    assert found >= 398


_INDEXES: dict[int, NearDuplicates] = {}


def nearest_of(known: list[str], text: str) -> tuple[int, float] | None:
    index = _INDEXES.get(id(known))
    if index is None:
        index = _INDEXES[id(known)] = NearDuplicates()
        index.add_all(enumerate(known))
    return index.most_similar(text)


def test_similarity_is_what_datasketch_estimates() -> None:
    one, other = shingles(OFFER), shingles("姐妹们看过来：" + OFFER.replace("298", "288"))
    sketches = []
    for found in (one, other):
        sketch = MinHash(num_perm=1024)
        sketch.update_batch([int(h).to_bytes(8, "little") for h in found])
        sketches.append(sketch)
    assert similarity(one, other) == pytest.approx(sketches[0].jaccard(sketches[1]), abs=0.06)


@settings(suppress_health_check=[HealthCheck.too_slow])  # drawing the first text builds a table of all letters
@given(st.text(max_size=200))
def test_any_text_is_like_itself_or_too_short(text: str) -> None:
    found = shingles(text)
    assert len(found) == 0 or similarity(found, found) == 1.0
    near = nearest([text], text)
    assert near is None or near == (0, 1.0)


def test_a_template_of_thousands_and_a_megabyte_of_text_are_bounded() -> None:
    index = NearDuplicates()
    index.add_all((number, f"{OFFER} {number}") for number in range(2_000))
    near = index.most_similar(OFFER)
    assert near is not None
    assert index.most_similar("包" * 1_000_000) is None


# leaks


def example(
    text: str | None, *, group: str = "g", split: str = "train", source: str = "s", counterfeit: bool = True
) -> Example:
    return Example(counterfeit, source, "x", group, split, text=text, name=group)  # type: ignore[arg-type]


def test_the_audit_names_groups_and_copies_on_both_sides() -> None:
    learned = [example(OFFER, group="a"), example(words(50), group="b")]
    judged = [
        example(OFFER + "!", group="c", split="test", counterfeit=False),
        example(words(50), group="b", split="test"),
    ]
    found = audit(learned, judged)
    assert (found.learned, found.judged, found.shared_groups, found.group_names) == (2, 2, 1, ("b",))
    (copy,) = found.copies
    assert (found.near_copies, copy.judged, copy.learned, copy.same_label) == (1, "c", "a", False)
    assert copy.similarity > 0.9
    assert copy.text == OFFER + "!"


def test_the_text_of_a_sealed_post_is_not_shown() -> None:
    found = audit([example(OFFER)], [example(OFFER, split="test", source="written/t")])
    assert found.near_copies == 1
    assert found.copies[0].text == ""


def test_near_copies_are_a_family_and_so_are_copies_of_copies() -> None:
    other, longer = words(50), OFFER + words(20)
    texts = [OFFER, other, longer, other + "。", "短", "短", longer[10:] + words(16)]
    assert similarity(shingles(OFFER), shingles(texts[-1])) < NEAR
    assert families(texts) == [0, 1, 0, 1, 4, 5, 0]


def test_groups_of_near_copies_become_one_on_the_side_of_the_first() -> None:
    found = tie_copies(
        [
            example(OFFER, group="host:a.example", split="train"),
            example(OFFER + "!", group="text:b", split="test"),
            example(None, group="text:b", split="test"),
            example(OFFER, group="comment:2012-10", split="test"),
        ]
    )
    assert [(e.group, e.split) for e in found] == [
        ("host:a.example", "train"),
        ("host:a.example", "train"),
        ("host:a.example", "train"),
        ("comment:2012-10", "test"),
    ]


def test_the_audit_of_nothing_finds_nothing() -> None:
    assert audit([], []).near_copies == 0


@pytest.fixture(scope="module")
def shipped() -> list[Example]:
    folder = posts_folder()
    assert folder is not None
    return [*load_examples(), *written_examples(folder / "train"), *written_examples(folder / "test")]


def test_no_shipped_post_stands_or_nearly_stands_on_both_sides(shipped: list[Example]) -> None:
    learned, judged = [e for e in shipped if e.split != "test"], [e for e in shipped if e.split == "test"]
    found = audit(learned, judged)
    assert (found.learned, found.judged) == (len(learned), len(judged))
    assert found.judged > 900
    assert (found.shared_groups, found.near_copies) == (0, 0)


def test_the_shipped_posts_would_be_found_if_they_did(shipped: list[Example]) -> None:
    learned = [e for e in shipped if e.split == "train" and e.text and len(shingles(e.text)) >= 12]
    copies = [Example(e.counterfeit, e.source, e.slice, f"new-{n}", "test", text=e.text) for n, e in enumerate(learned)]
    assert audit(learned, copies[::20]).near_copies == len(copies[::20])


@pytest.mark.needs_data
@pytest.mark.parametrize(
    "source", ["comments", "weibo_zh", "reviews_zh", "replica_listings", "luxury_products", "small_shops", "sms_zh"]
)
def test_few_real_texts_nearly_stand_on_both_sides(real_examples: list[Example], source: str) -> None:
    part = [e for e in real_examples if e.source == source]
    found = audit([e for e in part if e.split != "test"], [e for e in part if e.split == "test"])
    assert found.judged > 50
    assert found.shared_groups == 0
    assert found.near_copies / found.judged < 0.005


@pytest.fixture(scope="module")
def real_examples(request: pytest.FixtureRequest) -> list[Example]:
    return load_examples(real_data=request.getfixturevalue("real_data"))
