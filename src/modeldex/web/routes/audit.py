"""`/api/v1/admin/audit`: who did what, the newest first, and whether the log is whole."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ...domain.audit import AuditCheck
from ..admin_documents import AuditPage
from ..describing import answers
from ..own import own
from ..paging import FORM, MOST, cursor, entry
from ..tenancy import accounts_of, allowed

router = APIRouter(prefix="/api/v1/admin/audit", tags=["admin"])

_ENTRY = {
    "number": 12,
    "at": "2026-11-20T12:00:00Z",
    "user": "0" * 32,
    "action": "key.add",
    "subject": "1" * 32,
    "result": "done",
    "where": "127.0.0.1",
    "request_id": "0123456789abcdef",
    "hash": "2" * 64,
}


@router.get(
    "",
    summary="The audit log",
    **answers(AuditPage, personal=True, example={"entries": [_ENTRY], "next": None}),
)
def audit(
    request: Request,
    user: Annotated[str | None, Query(max_length=100, description="Only of this user.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    cursor: Annotated[str | None, Query(pattern=FORM)] = None,
) -> Response:
    """What was done with keys, tokens, sessions and people, by whom and from where."""
    allowed(request, "admin")
    question = f"audit {user or ''}"
    before = entry(cursor, question)
    return own(request, _page(request, question, before, limit, user))


@router.get(
    "/verify",
    summary="Whether the audit log is whole",
    **answers(
        AuditCheck,
        personal=True,
        example={"entries": 12, "hash": "2" * 64, "broken_at": None},
    ),
)
def verify(request: Request) -> Response:
    """Read the whole log again and compare every hash. Keep `hash` elsewhere to notice a log that
    was made anew."""
    allowed(request, "admin")
    return own(request, accounts_of(request).audit.verify())


def _page(
    request: Request, question: str, before: int | None, limit: int, user: str | None
) -> AuditPage:
    found = accounts_of(request).audit.last(limit + 1, before, user)
    shown = found[:limit]
    more = len(found) > limit
    return AuditPage(
        entries=list(shown), next=cursor(question, 0, shown[-1].number) if more else None
    )
