"""Commands of operators: the endpoints that events go to, and the events on their way."""

from __future__ import annotations

import sys
from typing import get_args

import click

from bootstrap.serving import build_webhooks
from service.records import DeliveryState
from service.webhooks import EVENT_TYPES
from settings import read_settings


@click.group()
def webhook() -> None:
    """Where events go."""


@webhook.command("add")
@click.argument("url")
@click.option("--events", default="", help=f"Separated by commas, of: {', '.join(EVENT_TYPES)}. All where left out.")
def webhook_add(url: str, events: str) -> None:
    """Send events to URL from now on; the signing secret is printed alone on standard output, and never again."""
    wanted = [name.strip() for name in events.split(",") if name.strip()]
    made, secret = build_webhooks(read_settings()).add(url, wanted)
    click.echo(f"Events go to {made.url} as {made.webhook_id}; keep the secret:", err=True)
    click.echo(secret)


@webhook.command("list")
def webhook_list() -> None:
    """List endpoints: id, address, types of events, since when."""
    for made in build_webhooks(read_settings()).all():
        click.echo(f"{made.webhook_id}\t{made.url}\t{','.join(made.events) or 'all'}\t{made.created_at:%Y-%m-%d %H:%M}")


@webhook.command("remove")
@click.argument("webhook_id")
def webhook_remove(webhook_id: str) -> None:
    """Send nothing more to the endpoint with this id; what waits for it is parked."""
    if not build_webhooks(read_settings()).remove(webhook_id):
        click.echo(f"dajia: there is no endpoint {webhook_id!r}; `dajia webhook list` shows them.", err=True)
        sys.exit(1)


@click.group()
def events() -> None:
    """Events on their way to the endpoints."""


@events.command("list")
@click.option("--state", type=click.Choice(get_args(DeliveryState)), help="Of this state alone.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def events_list(state: DeliveryState | None, limit: int) -> None:
    """List the newest: event, type, endpoint, state, attempts, next attempt, error."""
    for on_way in build_webhooks(read_settings()).deliveries(state, limit):
        event = on_way.event
        due = f"{on_way.next_at:%Y-%m-%d %H:%M:%S}" if on_way.state == "waiting" else "-"
        columns = (event.event_id, event.type, on_way.webhook_id, on_way.state, str(on_way.attempts), due)
        click.echo("\t".join((*columns, on_way.error or "-")))


@events.command("replay")
@click.argument("event_id", required=False)
@click.option("--parked", is_flag=True, help="Everything that is parked.")
def events_replay(event_id: str | None, *, parked: bool) -> None:
    """Send EVENT_ID again, or everything that is parked."""
    if (event_id is None) == (not parked):
        raise click.UsageError("Give an EVENT_ID, or --parked.")
    count = build_webhooks(read_settings()).replay(event_id)
    click.echo(f"{count} deliveries wait to be sent again.", err=True)
    if not count:
        sys.exit(1)
