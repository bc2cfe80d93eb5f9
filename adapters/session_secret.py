"""The secret that signs sessions: from the settings, or made once in a file that all processes share."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def shared_secret(file: Path) -> str:
    """What the file holds; it is made, readable by its owner alone, where it is not there."""
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        pass  # made below
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(32))
    try:
        # A link is made only where no other process was faster; then everybody reads the one that is there.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text(encoding="ascii")
