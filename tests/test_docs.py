"""The documentation says what the code does; a document that drifts fails the build."""

from __future__ import annotations

import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import unquote

import click
import msgspec
import pytest
from ruamel.yaml import YAML

import api
from cli import dajia
from detector.features import REGISTRY
from detector.samples import load_samples
from detector.types import Reason
from enforcement.conditions import FACTS, MAX_CONDITION_CHARS, Fact
from enforcement.rulebook import read_rulebook
from service import payloads
from service.answers import AccountAnswer, ActionAnswer, CaseAnswer, LinkAnswer, PostAnswer, TargetAnswer
from settings import Settings, SettingsError, read_settings
from web.problems import KINDS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ROOMS = ("adapters", "benchmarks", "commands", "data", "detector", "docs", "enforcement", "models", "service", "web")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(file for room in ROOMS for file in (ROOT / room).rglob("*.md"))])
SHIPPED_BOOK = ROOT / "enforcement" / "rulebooks" / "1.0.0.yaml"
STRICT_BOOK = SHIPPED_BOOK.parent / "examples" / "strict.yaml"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def flat(name: str) -> str:
    """A document as one line, wherever its lines are broken."""
    return " ".join(read(name).split())


def rows(name: str) -> dict[str, list[str]]:
    """Rows of all tables of a document by the plain text of their first cell; each with its cells."""
    found = {}
    for line in read(name).splitlines():
        if line.startswith("| ") and not line.startswith("|--"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            found[cells[0].replace("`", "")] = cells
    return found


# settings


def described_type(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(hint))
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    names = {int: "whole number", float: "number", Path: "folder", str: "text"}
    return names[options[0]]


@pytest.mark.parametrize("field", msgspec.structs.fields(Settings), ids=lambda field: field.name)
def test_each_setting_is_documented_with_its_type_and_default(field: Any) -> None:
    variable, kind, default, meaning = rows("docs/settings.md")[f"DAJIA_{field.name.upper()}"]

    assert variable == f"`DAJIA_{field.name.upper()}`"
    assert len(meaning) > 10
    if field.name == "database_url":
        assert (kind, default) == ("URL", "SQLite in the user's data folder")
        assert read_settings({}).database_url.startswith("sqlite:///")
        assert read_settings({}).database_url.endswith("/dajia/dajia.sqlite3")
    else:
        wanted = (
            "file"
            if field.name in {"brands", "ledger_key", "pictures"}
            else described_type(get_type_hints(Settings)[field.name])
        )
        assert kind == wanted
        assert default == ("none" if field.default is None else f"`{field.default}`")


@pytest.mark.parametrize("name", ["port", "workers", "lease_minutes", "max_body_bytes", "max_page_chars"])
def test_each_range_is_documented_as_it_is_kept(name: str) -> None:
    variable = f"DAJIA_{name.upper()}"
    found = re.search(r"From ([\d,]+) to ([\d,]+)$", rows("docs/settings.md")[variable][3])
    assert found is not None

    for limit, step in zip(found.groups(), (-1, 1), strict=True):
        edge = int(limit.replace(",", ""))
        assert getattr(read_settings({variable: str(edge)}), name) == edge
        with pytest.raises(SettingsError):
            read_settings({variable: str(edge + step)})


def test_no_setting_is_documented_that_does_not_exist() -> None:
    known = {f"DAJIA_{name.upper()}" for name in Settings.__struct_fields__}

    for file in DOCUMENTS:
        assert set(re.findall(r"DAJIA_[A-Z_]+[A-Z]", file.read_text(encoding="utf-8"))) <= known, file.name


# features


def test_features_are_written_by_their_script() -> None:
    spec = importlib.util.spec_from_file_location("make_features", DOCS / "make_features.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert read("docs/features.md") == script.text(), "Run `python docs/make_features.py`."


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_each_reason_code_is_documented(code: str) -> None:
    assert code in rows("docs/features.md")


# the API


def routes() -> list[tuple[str, str, str]]:
    """Method, path and scope of the table in ``api.py``."""
    table = re.findall(r"^(GET|POST|DELETE) +(/\S*) +(score|read|moderate|admin|-) ", api.__doc__ or "", re.MULTILINE)
    assert len(table) >= 25, "The table of api.py was not read."
    return table


@pytest.mark.parametrize(("method", "path", "scope"), routes())
def test_each_route_is_documented_with_its_scope(method: str, path: str, scope: str) -> None:
    if scope == "-":
        assert f"{method} {path}" in rows("docs/api.md")
    else:
        assert f"### `{method} {path}` · {scope}\n" in read("docs/api.md")


def test_no_route_is_documented_that_does_not_exist() -> None:
    named = re.findall(r"`(GET|POST|DELETE) (/[^\s`]*)`", read("docs/api.md"))

    assert set(named) == {(method, path) for method, path, _ in routes()}


@pytest.mark.parametrize("status", KINDS)
def test_each_problem_is_documented(status: int) -> None:
    assert any(str(status) in first.split(" · ") for first in rows("docs/api.md"))


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("text", payloads.MAX_TEXT),
        ("links", payloads.MAX_LINKS),
        ("links", payloads.MAX_URL),
        ("pages", payloads.MAX_PAGES),
        ("pages", Settings(database_url="").max_page_chars),
        ("nesting of JSON", payloads.MAX_DEPTH),
        ("body, and each line of a batch", Settings(database_url="").max_body_bytes),
    ],
)
def test_each_limit_is_documented_as_it_is(what: str, limit: int) -> None:
    assert f"{limit:,}" in re.findall(r"[\d,]*\d", rows("docs/api.md")[what][1])


def examples(name: str) -> Iterator[str]:
    for block in re.findall(r"^```json\n(.*?)^```", read(name), re.MULTILINE | re.DOTALL):
        if "…" not in block:
            yield block


@pytest.mark.parametrize("example", [*examples("docs/api.md"), *examples("docs/rulebook.md")])
def test_whole_examples_are_json(example: str) -> None:
    try:
        json.loads(example)
    except ValueError:  # lines of JSON
        assert all(isinstance(json.loads(line), dict) for line in example.splitlines())


@pytest.mark.parametrize(
    "shape", [PostAnswer, LinkAnswer, ActionAnswer, Reason, AccountAnswer, TargetAnswer, CaseAnswer]
)
def test_each_field_of_an_answer_stands_in_an_example(shape: type[msgspec.Struct]) -> None:
    text = read("docs/api.md")

    assert [name for name in shape.__struct_fields__ if f'"{name}"' not in text] == []


# rulebooks


def fields_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Parent and key of every field; the words of a text are no fields."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"zh", "en"}:
                yield path, key
                yield from fields_of(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from fields_of(inner, f"{path}[]")


FIELDS = sorted(set(fields_of(YAML(typ="safe", pure=True).load(SHIPPED_BOOK.read_bytes()))))


@pytest.mark.parametrize(("parent", "key"), FIELDS)
def test_each_field_of_a_rulebook_is_documented(parent: str, key: str) -> None:
    table = rows("docs/rulebook.md")
    whole = f"{parent}.{key}" if parent else key
    named = {name for first in table for name in first.split(", ")}

    assert whole in named or f"`{key}`" in table[parent][1]


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_each_fact_is_documented(fact: Fact) -> None:
    _, kind, meaning = rows("docs/rulebook.md")[fact.name]

    assert kind == fact.type + (f": {', '.join(f'`{value}`' for value in fact.values)}" if fact.values else "")
    assert meaning == fact.en


def test_the_longest_condition_is_documented() -> None:
    assert f"at most {MAX_CONDITION_CHARS} characters" in flat("docs/rulebook.md")


def test_the_dates_of_the_shipped_rulebook_are_told_as_defaults() -> None:
    book = read_rulebook(SHIPPED_BOOK)
    dates = f"published {book.published_at:%Y-%m-%d}, in force from {book.effective_from:%Y-%m-%d}"

    assert f"({dates}) are defaults" in flat("docs/rulebook.md")


def test_the_strict_example_is_sound_and_is_what_is_told_of_it() -> None:
    book = read_rulebook(STRICT_BOOK)

    assert f"version {book.version} is sound." in read("docs/rulebook.md")
    assert [offence.points for offence in book.classes] == [48]
    assert [(step.kind, step.people) for step in book.steps] == [("ban", 2)]


# commands


def commands(group: click.Command = dajia, name: str = "dajia") -> Iterator[str]:
    if isinstance(group, click.Group):
        for inner in group.commands.values():
            yield from commands(inner, f"{name} {inner.name}")
    else:
        yield name


@pytest.mark.parametrize("command", list(commands()))
def test_each_command_is_mentioned(command: str) -> None:
    texts = [
        (ROOT / "README.md").read_text(encoding="utf-8"),
        *(f.read_text(encoding="utf-8") for f in DOCS.glob("*.md")),
    ]

    assert any(re.search(rf"{command}\b", text) for text in texts)


def test_no_command_is_mentioned_that_does_not_exist() -> None:
    groups = {name for name, inner in dajia.commands.items() if isinstance(inner, click.Group)}
    for file in DOCUMENTS:
        text = file.read_text(encoding="utf-8")
        for first, second in re.findall(r"(?:`|^|\$\()dajia ([a-z]+)(?: ([a-z]+)\b)?", text, re.MULTILINE):
            inner = dajia.commands.get(first)
            assert inner is not None, f"{file.name}: dajia {first}"
            if first in groups and second:
                assert isinstance(inner, click.Group)
                assert second in inner.commands, f"{file.name}: dajia {first} {second}"


# data


def test_the_samples_are_counted_right() -> None:
    platform, table = load_samples(), rows("data/samples/README.md")
    labels = ("counterfeit", "genuine", "benign_mention")
    counts: Counter[tuple[str, str]] = Counter((label.kind, label.label) for label in platform.labels.values())

    assert [table[f"{name}.jsonl"][1] for name in ("posts", "accounts", "targets", "labels")] == [
        str(len(part)) for part in (platform.posts, platform.accounts, platform.targets, platform.labels)
    ]
    for kind in {kind for kind, _ in counts}:
        assert table[kind][1:] == [str(counts[kind, label] or "") for label in labels]
    assert table["all"][1:] == [str(sum(n for (_, said), n in counts.items() if said == label)) for label in labels]


def test_the_shipped_data_is_counted_right() -> None:
    data = ROOT / "detector" / "data"
    brands = json.loads((data / "brands.json").read_bytes())
    claims = json.loads((data / "claims.json").read_bytes())
    currencies = json.loads((data / "currencies.json").read_bytes())["to_cny"]
    text = read("docs/data.md")

    assert f"`detector/data/brands.json`, {len(brands)} brands" in text
    assert f"`detector/data/claims.json`, {len(claims)} groups" in text
    assert f"`detector/data/currencies.json`, {len(currencies)} currencies" in text


# all documents


def plain(text: str) -> str:
    """Without code, in which brackets mean something else."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def headings(file: Path) -> set[str]:
    """Anchors of a document, made as GitHub makes them."""
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_relative_links_lead_somewhere(file: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", plain(file.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        assert not anchor or anchor in headings(target), link


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_document_names_a_path_of_somebodys_machine(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert re.findall(r"(?<![\w.])/(?:work|tmp|root|home|Users|mnt)/\S*", text) == []
