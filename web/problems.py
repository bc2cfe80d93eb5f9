"""Problems as RFC 9457 says them, and which of the service's errors is which problem."""

from __future__ import annotations

import msgspec

from service.payloads import FieldError, PayloadError
from service.ports import StaleHeadError, UnavailableError
from service.refusals import ClashError, NotFoundError, ReviewError
from service.screen import ConflictError


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was not served (RFC 9457, ``application/problem+json``)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: tuple[FieldError, ...] = ()
    """The fields at fault, for bad input; a query parameter is named as a field of an object."""


class LineProblem(msgspec.Struct, frozen=True):
    """The answer to one line of a batch that was not taken; the lines after it are read all the same."""

    line: int
    """Counted from 1."""
    error: Problem


class Kind(msgspec.Struct, frozen=True):
    """One kind of problem."""

    slug: str
    title: str
    meaning: str


KINDS: dict[int, Kind] = {
    400: Kind("malformed", "The request cannot be read", "The body is not JSON, or it is nested too deeply."),
    401: Kind("unauthenticated", "An API key is needed", "No API key was sent, or it is not known, or it was revoked."),
    403: Kind("forbidden", "The API key does not allow this", "The key lacks the scope that the call needs."),
    404: Kind("not-found", "There is no such thing", "Nothing has that id or that address."),
    405: Kind("method-not-allowed", "The method is not allowed", "The address exists; `Allow` lists its methods."),
    409: Kind(
        "conflict", "Somebody else was first", "The id is taken by other content, or the case was changed or is held."
    ),
    413: Kind("too-large", "The body is too large", "Send less; the limit is in the detail."),
    415: Kind(
        "media-type", "The media type is not taken", "Send `application/json`, or `application/x-ndjson` to the batch."
    ),
    422: Kind(
        "invalid", "The input cannot be taken", "It is JSON of another shape or meaning; `errors` names each field."
    ),
    500: Kind("internal", "The service failed", "Our fault. Nothing was recorded; `request_id` finds it in the log."),
    503: Kind(
        "unavailable", "The service cannot answer now", "Send the same request again after `Retry-After` seconds."
    ),
}
"""By status: one kind for each."""


def problem(
    status: int, detail: str, request_id: str, *, errors: tuple[FieldError, ...] = (), title: str | None = None
) -> Problem:
    """A problem of the kind that fits the status; ``title`` is for a status that has no kind here."""
    kind = KINDS.get(status)
    if kind is None:
        return Problem("about:blank", title or "Error", status, detail, request_id, errors)
    return Problem(f"/docs#problem-{kind.slug}", kind.title, status, detail, request_id, errors)


def problem_of(error: Exception, request_id: str) -> Problem | None:
    """The problem that an error of the service is; ``None`` where it is a fault of our own."""
    if isinstance(error, PayloadError):
        return problem(400 if error.malformed else 422, error.detail, request_id, errors=error.errors)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), None)
    if status is None:
        return None
    errors = (FieldError(error.pointer, str(error)),) if isinstance(error, ReviewError) and error.pointer else ()
    return problem(status, _BUSY if status == 503 else str(error), request_id, errors=errors)


_BUSY = "The database is busy or does not answer. Nothing was recorded; send the same request again."
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (ConflictError, 409),
    (ClashError, 409),
    (NotFoundError, 404),
    (ReviewError, 422),
    (StaleHeadError, 503),
    (UnavailableError, 503),
)
