"""Every error of the service in one shape. Source: https://www.rfc-editor.org/rfc/rfc9457"""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

import msgspec

from ..domain.errors import (
    AccessDenied,
    BadAddress,
    BadBinding,
    BadKey,
    BadPassword,
    BadQuery,
    BadReferenceData,
    KeyNeeded,
    Locked,
    ModeldexError,
    NoCatalog,
    NotFound,
    StorageError,
    Tampered,
    UnknownProvider,
    UserMistake,
)

MEDIA = b"application/problem+json"
_TYPE = "urn:modeldex:problem:"

_TITLES: Mapping[str, str] = {
    "bad-request": "The request means nothing",
    "bad-query": "The query means nothing",
    "bad-cursor": "The cursor does not belong to this question",
    "unauthorized": "Nobody is known by that token",
    "forbidden": "Not allowed",
    "not-found": "There is no such thing",
    "method-not-allowed": "This address does not take that method",
    "conflict": "It does not fit what is there",
    "timeout": "The answer took too long",
    "too-large": "The request is too large",
    "unsupported-media-type": "The body is of another kind than is taken",
    "misdirected": "This service does not answer under that name",
    "invalid": "A parameter is not what it should be",
    "too-many-requests": "Too many requests",
    "headers-too-large": "The headers are too large",
    "internal": "Something is broken on this side",
    "unavailable": "Not available at the moment",
}
_BY_STATUS: Mapping[int, str] = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "too-large",
    415: "unsupported-media-type",
    421: "misdirected",
    422: "invalid",
    429: "too-many-requests",
    431: "headers-too-large",
    503: "unavailable",
    504: "timeout",
}


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter that is not what it should be."""

    where: str
    """Such as `query.limit`."""
    message: str


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error (RFC 9457). `instance` names this one incident, as the log does."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    hint: str | None = None
    """What to do about it; may have several lines."""
    errors: tuple[Wrong, ...] = ()


class Problem(Exception):
    """An error on its way to becoming an answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        slug: str | None = None,
        hint: str | None = None,
        errors: tuple[Wrong, ...] = (),
        headers: Mapping[str, str] | None = None,
        denied: str = "",
        why: str = "",
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug or _BY_STATUS.get(status, "internal" if status >= 500 else "bad-request")
        self.detail = detail
        """One sentence for the caller; never a path, a key or a trace."""
        self.hint = hint
        self.errors = errors
        self.headers = dict(headers or {})
        self.denied = denied
        """What is lacking to somebody who is turned away, for the audit log; empty: it is no denial."""
        self.why = why
        """The cause as the log has it and no caller; empty: `detail` says all."""

    def body(self, incident: str) -> bytes:
        """The document, as JSON."""
        return msgspec.json.encode(
            ProblemDocument(
                type=_TYPE + self.slug,
                title=_TITLES[self.slug],
                status=self.status,
                detail=self.detail,
                instance=f"urn:modeldex:incident:{incident}",
                hint=self.hint or None,
                errors=self.errors,
            )
        )


def of(error: ModeldexError) -> Problem:
    """What an error of the house is to somebody far away: no path and no name of a file."""
    hint = error.hint or None
    if isinstance(error, BadQuery):
        return Problem(400, str(error), slug="bad-query", hint=hint)
    if isinstance(error, NotFound | UnknownProvider):
        return Problem(404, str(error), hint=hint)
    if isinstance(error, AccessDenied):
        return Problem(403, str(error), hint=hint)
    if isinstance(error, KeyNeeded):
        return Problem(409, str(error), hint=hint)
    if (
        isinstance(error, BadKey | BadAddress | BadBinding | BadPassword)
        or type(error) is UserMistake
    ):
        return Problem(422, str(error), hint=hint)
    if isinstance(error, Locked):
        return Problem(503, "the kept keys cannot be opened at the moment", hint=hint)
    if isinstance(error, Tampered):
        return Problem(409, "the kept key cannot be used any more: enter it again", hint=hint)
    if isinstance(error, NoCatalog | StorageError):
        what = "the catalog" if isinstance(error, NoCatalog) else "what is kept here"
        return Problem(503, f"{what} cannot be read at the moment", headers={"retry-after": "5"})
    if isinstance(error, UserMistake | BadReferenceData):
        return Problem(500, "the service is not set up as it should be; its log says more")
    return Problem(500, UNEXPECTED)


UNEXPECTED = "this is a mistake of the service, not of the request; its log has the incident"


def of_http(status: int, detail: Any, headers: Mapping[str, str] | None) -> Problem:
    """What the framework itself refuses."""
    said = {
        404: "nothing is at this address",
        405: "this address takes other methods; Allow names them",
    }.get(status, detail if isinstance(detail, str) else "the request was refused")
    return Problem(status, said, headers=headers)


_MOST_NAMED = 20


def of_validation(errors: Any) -> Problem:
    """Parameters that are not what they should be; what was sent is not repeated."""
    wrong = tuple(
        Wrong(where=".".join(map(_named, one["loc"])), message=str(one["msg"]))
        for one in islice(errors, _MOST_NAMED)
    )
    named = ", ".join(dict.fromkeys(one.where for one in wrong)) or "the request"
    return Problem(422, f"not understood: {named}"[:500], errors=wrong)


_NAME = re.compile(r"[a-z][a-z_]{0,39}|[A-Z][A-Za-z-]{0,39}|[0-9]{1,9}")


def _named(part: object) -> str:
    """A part of a place, unless it is no name but something that was put where names stand."""
    said = str(part)
    return said if _NAME.fullmatch(said) else "…"
