"""The HTTP service: a table of contents.

A key with the scope ``admin`` may call everything. ``-`` needs no key; under ``/review/`` somebody must be logged in.
A test holds this table equal to the routes.

======  ================================  ========  ============================================================
METHOD  PATH                              SCOPE     WHAT IT DOES
======  ================================  ========  ============================================================
POST    /v1/posts                         score     scores a post, records it, applies the rulebook
POST    /v1/posts:batch                   score     the same for lines of JSON, streamed
POST    /v1/check                         score     the same answer, with nothing recorded
GET     /v1/posts/{post_id}               read      what was decided on a post, and what has become of it
DELETE  /v1/posts/{post_id}               score     notes that the author removed a post
GET     /v1/accounts/{account_id}         read      where an account stands
POST    /v1/standing-links                score     a link to the account's own page, for its holder
GET     /v1/targets                       read      what is known of a target
POST    /v1/decisions                     moderate  a person confirms or clears a target
GET     /v1/jobs/{job_id}                 moderate  how far a job is
POST    /v1/rescans                       moderate  judge recorded posts again
GET     /v1/rescans/{rescan_id}           moderate  how far a rescan is, and what it found
POST    /v1/rescans/{rescan_id}/cancel    moderate  end a rescan where it is
GET     /v1/cases                         moderate  the queue of what people must decide
GET     /v1/cases/{case_id}               moderate  one case
POST    /v1/cases/{case_id}/claim         moderate  takes a case to work on
POST    /v1/cases/{case_id}/release       moderate  gives a case back
POST    /v1/cases/{case_id}/decide        moderate  decides a case
POST    /v1/cases/{case_id}/messages      moderate  the reviewer of an appeal asks or answers
POST    /v1/appeals                       score     an account disputes an action
GET     /v1/appeals/{appeal_id}           score     how an appeal stands
POST    /v1/appeals/{appeal_id}/messages  score     the account adds something
POST    /v1/notices                       score     a rights holder's notice
GET     /v1/notices/{notice_id}           score     how a notice stands
POST    /v1/notices/{notice_id}/counter   score     an account declares that it infringes nothing
POST    /v1/notices/{notice_id}/suit      moderate  the rights holder complained or sued
GET     /v1/statements                    read      statements of reasons, also in the form of the EU's database
GET     /v1/blocklist                     read      confirmed targets as hash prefixes
GET     /v1/rulebook                      -         the rulebook in force, as JSON
GET     /v1/rulebook/{version}            -         any published version, as JSON
GET     /rulebook                         -         the rulebook in force, for people
GET     /rulebook/{version}               -         any published version, for people
GET     /rulebook/{old}..{new}            -         what changed between two versions, for people
GET     /rulebook/feed                    -         every version as an Atom feed
GET     /rulebook/{version}/what-if       -         what the rules would do with an account, for people
GET     /standing/{token}                 -         where an account stands, for its holder
POST    /standing/{token}/appeals         -         the holder appeals
POST    /standing/{token}/messages        -         the holder adds something to an appeal
GET     /notice                           -         the rights holder's form
POST    /notice                           -         takes a notice
GET     /review/                          -         the moderators' console: the queue
POST    /review/next                      -         takes the next case
GET     /review/cases/{case_id}           -         a case, for people
POST    /review/cases/{case_id}/claim     -         takes a case to work on
POST    /review/cases/{case_id}/release   -         gives it back
POST    /review/cases/{case_id}/decide    -         decides it
POST    /review/cases/{case_id}/unmask    -         shows contacts in its posts, and records the look
POST    /review/cases/{case_id}/golden    -         makes its target a golden case, or none any more
POST    /review/cases/{case_id}/undo      -         takes one's own decision back
POST    /review/cases/{case_id}/messages  -         says something in an appeal
GET     /review/campaigns/{campaign}      -         targets that belong together, for people
POST    /review/campaigns/{campaign}/preview  -     what deciding some of them will do
POST    /review/campaigns/{campaign}/decide   -     decides them
GET     /review/accounts/{account_id}     -         an account, for people
POST    /review/accounts/{account_id}/dismiss  -    takes one of its actions back
POST    /review/accounts/{account_id}/shorten  -    lets a measure end sooner
GET     /review/dashboard                 -         how the service does, for people
GET     /review/quality                   -         how far people agree and are right, for people
GET     /review/login                     -         the login
POST    /review/login                     -         logs in
POST    /review/logout                    -         logs out
GET     /                                 -         leads to the documentation
GET     /docs                             -         the API's documentation, for people
GET     /openapi.json                     -         the same for programs
GET     /livez                            -         the process runs
GET     /readyz                           -         the service can answer
GET     /metrics                          -         figures for Prometheus
GET     /static/{filename}                -         style sheet and icon of the pages
======  ================================  ========  ============================================================
"""

from __future__ import annotations

from flask import Flask

from bootstrap.serving import build_services
from settings import read_settings
from web import (
    accounts,
    appeals,
    blocklist,
    cases,
    current,
    decisions,
    docs_page,
    errors,
    headers,
    holders,
    metrics,
    notice_form,
    notices,
    ops,
    paths,
    posts,
    request_id,
    rescans,
    rulebook,
    statements,
    targets,
    what_if,
)
from web.console import routes as console
from web.console import sessions
from web.logs import configure_logging
from web.services import Services

API = (posts, accounts, targets, decisions, rescans, cases, appeals, notices, statements, blocklist)
PAGES = (rulebook, what_if, holders, notice_form, ops, console)


def create_app(services: Services) -> Flask:
    """The WSGI application on these services."""
    app = Flask("web")
    app.config["MAX_CONTENT_LENGTH"] = services.settings.max_body_bytes
    app.url_map.merge_slashes = False  # the platform's ids may hold slashes
    app.url_map.converters.update(their=paths.TheirId, our=paths.OurId)
    app.jinja_env.filters.update(ticks=docs_page.ticks, curl=docs_page.curl)

    current.install(app, services)
    errors.register(app)
    request_id.register(app)
    headers.register(app)
    metrics.register(app, app.extensions["dajia"].metrics)
    sessions.install(app, services.session_secret)
    for room in (*API, *PAGES):
        app.register_blueprint(room.bp)
    return app


def wsgi() -> Flask:
    """What the server calls in each of its processes: services from the environment."""
    settings = read_settings()
    configure_logging(settings.log_level)
    return create_app(build_services(settings))
