"""Descriptions of fields, from the docstrings below them in the code: written once, read in the API's documentation."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from itertools import pairwise

import msgspec


def field_docs(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Each documented field of a struct, those of its bases too."""
    found: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        if issubclass(base, msgspec.Struct) and base is not msgspec.Struct:
            found |= _own(base)
    return found


def _own(struct: type[msgspec.Struct]) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(struct)))
    except OSError:
        return {}  # installed without its source: the document is served without these descriptions
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    return {
        before.target.id: plain(after.value.value)
        for before, after in pairwise(body)
        if isinstance(before, ast.AnnAssign)
        and isinstance(before.target, ast.Name)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
        and isinstance(after.value.value, str)
    }


def plain(docstring: str) -> str:
    """A docstring as Markdown: single backticks, and no roles."""
    text = re.sub(r":\w+:`([^`]*)`", r"`\1`", inspect.cleandoc(docstring))
    return text.replace("``", "`")
