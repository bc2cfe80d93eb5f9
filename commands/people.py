"""Commands of administrators: the people who review."""

from __future__ import annotations

import sys

import click

from bootstrap.serving import build_people
from service.people import ROLES
from settings import read_settings


@click.group()
def user() -> None:
    """The people who review."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may decide.")
def user_add(name: str, role: str) -> None:
    """Let NAME review; the password is printed alone on standard output, and never again."""
    click.echo(build_people(read_settings()).add(name, role))


@user.command("list")
def user_list() -> None:
    """List people: name, role, since when, and whether they still have access."""
    for known in build_people(read_settings()).all():
        state = f"ended {known.disabled_at:%Y-%m-%d %H:%M}" if known.disabled_at else "active"
        click.echo(f"{known.name}\t{known.role}\t{known.created_at:%Y-%m-%d %H:%M}\t{state}")


@user.command("disable")
@click.argument("name")
def user_disable(name: str) -> None:
    """End the access and the sessions of NAME."""
    if not build_people(read_settings()).disable(name):
        click.echo(f"dajia: there is no active user {name!r}; `dajia user list` shows them.", err=True)
        sys.exit(1)
