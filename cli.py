"""The ``dajia`` command: a table of contents. Results go to standard output, progress and messages to standard error.

Exit status: 0 done, 1 the work failed or found a fault, 2 the command was used wrongly.
"""

from __future__ import annotations

import errno
import sys

import click

from commands.brands import brands
from commands.demo import demo
from commands.evaluating import evaluate
from commands.evidence import evidence
from commands.importing import import_posts
from commands.labels import labels
from commands.operating import db, key, ledger
from commands.people import user
from commands.pictures import pictures
from commands.registrations import registrations
from commands.reporting import report
from commands.rescanning import rescan
from commands.rulebooks import rulebook
from commands.scoring import score
from commands.serving import serve
from commands.telling import events, webhook
from commands.training import train
from commands.working import worker
from detector.artefact import ModelError
from detector.brand_file import BrandsError
from detector.labelled_files import LabelledFileError
from detector.picture_list import PictureListError
from enforcement.rulebook import RulebookError
from service.keys import KeyNameError
from service.people import PersonError
from service.ports import StoreError
from service.rescan import RescanError, RowFileError
from service.seal import KeyFileError
from service.webhooks import WebhookError
from settings import SettingsError

EXPECTED_ERRORS = (
    BrandsError, KeyFileError, KeyNameError, LabelledFileError, ModelError, PersonError, PictureListError,
    RescanError, RowFileError, RulebookError, SettingsError, StoreError, WebhookError,
)  # fmt: skip
"""Errors that say by themselves what is wrong and what to do: shown without a traceback."""

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What the operating system says where a file can grow no more."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dajia")
def dajia() -> None:
    """打假: counterfeit-link detection and enforcement by a published rulebook."""


COMMANDS = (
    *(demo, serve, worker, score, rescan, import_posts, train, evaluate, brands, pictures),
    *(rulebook, ledger, evidence, registrations, report, webhook, events, user, key, db),
)
for command in COMMANDS:
    dajia.add_command(command)
ledger.add_command(labels)


def main() -> None:
    """Entry point."""
    try:
        dajia(standalone_mode=True)
    except EXPECTED_ERRORS as error:
        click.echo(f"dajia: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        message = _of_a_file(error)
        if message is None:
            raise
        click.echo(f"dajia: {message}", err=True)
        sys.exit(1)


def _of_a_file(error: OSError) -> str | None:
    """What a person can do about it; ``None`` where it is not about a file, and so a fault of ours."""
    if error.errno in NO_ROOM:
        advice = "Make room and run it again; `dajia rescan --resume` goes on where it was."
        return f"There is no room left to write: {error.strerror}. {advice}"
    return None if error.filename is None else f"{error.filename}: {error.strerror}."


if __name__ == "__main__":
    main()
