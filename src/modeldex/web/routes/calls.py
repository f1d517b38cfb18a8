"""`/api/v1/calls` and `/api/v1/usage`: outcomes of real calls come in, what they add up to goes out."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, FailFast, Field
from starlette.responses import Response

from ...domain.account import Call
from ...domain.capability import CAPABILITIES
from ...domain.catalog import How
from ...domain.observation import CallError
from ...service.reading import Catalog
from ...storage.accounts.calls import Calls
from ..describing import answers
from ..documents import CountedCalls, UsagePage, UsedModel
from ..house import house_of
from ..own import own
from ..replying import actor_of
from ..strict import Strict
from ..tenancy import accounts_of, allowed

router = APIRouter(prefix="/api/v1", tags=["user"])

MOST_CALLS = 1_000
"""Of one batch."""
KEPT_FOR = timedelta(days=35)
"""How long calls are known one by one: an older one reported again would count twice."""
_AHEAD = timedelta(minutes=5)
"""How far a reporter's clock may be before this one's."""
_MOST_NAMES = 100
"""Names of one batch that are looked up in every spelling; further ones have to be ids."""
_MOST_MS = 24 * 3600 * 1000
_MOST_TOKENS = 10**9


class ReportedCall(Strict):
    """The outcome of one call: numbers and words, never what was said."""

    id: str = Field(pattern=r"^[!-~]{1,100}$", description="Yours; the same call counts once.")
    at: AwareDatetime = Field(description="When it ended.", examples=["2026-11-20T12:00:00Z"])
    model: str = Field(
        pattern=r"^[^\x00-\x1f\x7f]{1,300}$",
        description="An id, or any name that leads to one, LiteLLM's too.",
        examples=["groq/openai/gpt-oss-120b"],
    )
    ok: bool
    capability: str | None = Field(
        None, pattern=rf"^({'|'.join(CAPABILITIES)})$", description="What it made use of."
    )
    error: str | None = Field(
        None,
        pattern=r"^[a-z_]{1,40}$",
        description=f"One of {', '.join(CallError)}; others count as `other`.",
        examples=["timeout"],
    )
    latency_ms: int | None = Field(None, ge=0, le=_MOST_MS, description="To the first token.")
    input_tokens: int | None = Field(None, ge=0, le=_MOST_TOKENS)
    output_tokens: int | None = Field(None, ge=0, le=_MOST_TOKENS)


class Batch(Strict):
    """Calls to be counted."""

    calls: Annotated[list[ReportedCall], FailFast()] = Field(max_length=MOST_CALLS)


@router.post("/calls", summary="Report calls", **answers(CountedCalls, open=True))
def report(request: Request, batch: Batch) -> Response:
    """Count outcomes of calls. A batch may be sent again: a call that was counted is not counted
    anew. Nobody sees whose they are; what they show of a model is in its facts, as `observed`."""
    allowed(request, "report")
    calls, house, actor = _calls(request), house_of(request), actor_of(request)
    house.limiter.spend("report", actor.user)
    house.limiter.spend("calls", actor.user, len(batch.calls))
    now = house.clock()
    fit = [one for one in batch.calls if now - KEPT_FOR <= one.at <= now + _AHEAD]
    names = led(house.shelf.opened.at(now), (one.model for one in fit))
    new = calls.add_many(actor.user, [_call(one, names[one.model] or one.model) for one in fit])
    said = CountedCalls(
        new=new,
        again=len(fit) - new,
        unknown=sum(names[one.model] is None for one in fit),
        skipped=len(batch.calls) - len(fit),
    )
    return own(request, said)


@router.get("/usage", summary="What the user called", **answers(UsagePage, personal=True))
def usage(
    request: Request,
    days: Annotated[int, Query(ge=1, le=366, description="Today included.")] = 30,
) -> Response:
    """The reported calls of this user, by day and model."""
    allowed(request, "read")
    calls, today = _calls(request), house_of(request).clock().date()
    since = today - timedelta(days=days - 1)
    return own(request, _page(calls, actor_of(request).user, since))


def _calls(request: Request) -> Calls:
    """Where calls are kept; raises `Problem` (404) where nobody has accounts."""
    return accounts_of(request).calls


def _page(calls: Calls, user: str, since: date) -> UsagePage:
    found = calls.usage(user, since)
    return UsagePage(
        since=since,
        calls=sum(one.calls for one in found),
        failed=sum(one.failed for one in found),
        usage=[UsedModel(**msgspec.structs.asdict(one)) for one in found],
    )


def _call(one: ReportedCall, model: str) -> Call:
    return Call(
        id=one.id,
        at=one.at,
        model=model,
        ok=one.ok,
        capability=one.capability,
        latency_ms=one.latency_ms,
        input_tokens=one.input_tokens,
        output_tokens=one.output_tokens,
        error=None if one.ok else CallError.of(one.error),
    )


def led(catalog: Catalog, names: Iterable[str]) -> dict[str, str | None]:
    """Name → the id of the catalog's model that was called by it; `None` when it has none.

    A model that is gone was still called itself, and not what took its place. A name that begins
    with something that is no provider is somebody's own, however it ends: it leads nowhere.
    """
    found: dict[str, str | None] = {}
    looked_up = 0
    for name in names:
        if name in found:
            continue
        found[name] = name if catalog.get(name) is not None else None
        if found[name] is None and looked_up < _MOST_NAMES and _is_public(catalog, name):
            looked_up += 1
            led = catalog.resolve(name)
            found[name] = led.id if led.how in (How.EXACT, How.ALIAS) else None
    return found


def _is_public(catalog: Catalog, name: str) -> bool:
    from ...knowledge.prefixes import packaged

    first, slash, _ = name.partition("/")
    return not slash or first in packaged() or catalog.row(first) is not None
