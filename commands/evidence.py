"""``dajia evidence``: what visits to landing pages saw, and the proof that its files are what was recorded."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from bootstrap.storage import build_store
from bootstrap.working import build_evidence
from detector.links import read_link
from detector.pages import read_page
from detector.types import PageSnapshot
from service.evidence import KeptAnswer, Visited, find_evidence_faults, visits_of
from settings import read_settings

SHOWN = 2_000


@click.group()
def evidence() -> None:
    """What visits to landing pages saw."""


@evidence.command("show")
@click.argument("target")
@click.option("--body", "visit_id", help="Write the page that this visit saw to standard output, unpacked.")
def show(target: str, visit_id: str | None) -> None:
    """List the visits to TARGET (its name or a URL), with the words of the page at the end of each."""
    settings = read_settings()
    name = read_link(target).target if "://" in target else target
    visits = visits_of(build_store(settings), name)
    if visit_id is not None:
        visits = [visit for visit in visits if visit.visit_id == visit_id]
    if not visits:
        raise click.ClickException(
            f"No visit to {name} is on record" + (f" with the id {visit_id}." if visit_id else ".")
        )
    files = build_evidence(settings)
    for visit in visits:
        try:
            answers = files.answers(visit.visit_id, visit.at)
        except LookupError as error:
            click.echo(f"{visit.visit_id}: {error}", err=True)
            continue
        if visit_id is not None:
            sys.stdout.buffer.write(answers[-1].body if answers else b"")
        else:
            _print(visit, answers)


def _print(visit: Visited, answers: Sequence[KeptAnswer]) -> None:
    click.echo(f"{visit.visit_id}  {visit.at:%Y-%m-%d %H:%M:%S} UTC  {visit.outcome}  {visit.detail}".rstrip())
    for answer in answers:
        click.echo(f"  {answer.profile}  {answer.status}  {answer.url}")
    if visit.certificate is not None:
        click.echo(f"  certificate {visit.certificate.sha256} for {', '.join(visit.certificate.names)}")
    if visit.outcome == "read" and answers:
        last = [answer for answer in answers if answer.profile == answers[0].profile][-1]
        page = read_page(PageSnapshot(last.url, last.body))
        click.echo(f"  {page.title}\n  {page.text[:SHOWN]}")


@evidence.command("verify")
def verify() -> None:
    """Prove that the files of all visits that are still kept are what was recorded."""
    settings = read_settings()
    since = datetime.now(UTC) - timedelta(days=settings.evidence_days - 1)
    faults = 0
    for fault in find_evidence_faults(build_store(settings), build_evidence(settings), since):
        faults += 1
        click.echo(fault)
    click.echo(f"{faults} faults." if faults else "All evidence is what was recorded.", err=True)
    sys.exit(1 if faults else 0)
