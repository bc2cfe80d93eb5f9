"""What a view may ask for: the services, the key cache and the figures of the app that serves the request."""

from __future__ import annotations

import msgspec
from flask import Flask, current_app

from web.key_cache import KeyCache
from web.metrics import Metrics
from web.services import Services

_NAME = "dajia"


class Current(msgspec.Struct, frozen=True):
    """Everything of one app."""

    services: Services
    keys: KeyCache
    metrics: Metrics


def install(app: Flask, services: Services) -> None:
    """Hand the services to an app."""
    metrics = Metrics()
    if services.challenger is not None:
        services.challenger.report_to(metrics)
    app.extensions[_NAME] = Current(services, KeyCache(services.keys.find), metrics)


def current() -> Current:
    """Everything of the app that serves this request."""
    found: Current = current_app.extensions[_NAME]
    return found


def services() -> Services:
    """The services of the app that serves this request."""
    return current().services
