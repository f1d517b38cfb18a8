"""`/available-models`: what the user's keys open, provider by provider."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from ...domain.outcome import Outcome
from ...rules.summary import summary
from ...service.reading import Catalog
from ..describing import answers
from ..documents import AvailableModel, AvailableModels
from ..hot import Body, Shown
from ..house import House, house_of
from ..problems import Problem
from ..replying import Here, actor_of, encoded, kept_reply, minute_of, reply
from ..shapes.listed import Listed
from ..tenancy import tenancy_of

router = APIRouter(tags=["lists"])

_EXAMPLE = {
    "providers": [
        {
            "name": "Groq",
            "provider_key": "groq",
            "models": [
                {
                    "id": "groq/openai/gpt-oss-120b",
                    "name": "GPT-OSS 120B",
                    "description": "131K context · $0.15 in, $0.60 out per 1M tokens · tools",
                }
            ],
            "status": "ok",
            "age_s": 240,
            "message": "",
        }
    ]
}


@router.get(
    "/available-models",
    summary="What the user's keys open",
    **answers(AvailableModels, personal=True, example=_EXAMPLE),
)
async def available_models(
    request: Request,
    force_refresh: Annotated[
        bool, Query(description="Ask the providers first, and wait for them.")
    ] = False,
) -> Response:
    """The models of every provider that this user can call; of a sick one the last good list.

    Lists older than an hour are shown, and asked for anew in the background.
    """
    house, user = house_of(request), actor_of(request).user
    if force_refresh:
        if not actor_of(request).may("refresh"):
            raise Problem(403, "this token may not refresh")
        house.limiter.spend("refresh", user)
    if house.tenancy is not None:
        return await _of_many(request, force_refresh)
    if force_refresh:
        await house.renewing.now()
    answer = await run_in_threadpool(
        reply, request, _answer, personal=True, moving=True, keep=not force_refresh
    )
    house.renewing.soon(_oldest(house))
    return answer


async def _of_many(request: Request, force: bool) -> Response:
    available, clock = tenancy_of(request).available, house_of(request).clock

    def make(shown: Shown) -> Body:
        document = available.of(shown.user, shown.showings)
        return Body(document.body, minute_of(clock())[1], document.tag)

    return await kept_reply(request, make, force=force)


def _oldest(house: House) -> datetime | None:
    opened = house.shelf.opened
    return opened.once("oldest", lambda: _age(opened.at(house.clock()), house.clock()))


def _age(catalog: Catalog, now: datetime) -> datetime:
    """When the oldest list of a provider that can be called was fetched; of a packaged one, of
    which nobody knows, when the catalog was published."""
    ages = [line.age_s for line in catalog.provider_lines() if line.available]
    told = [now - timedelta(seconds=age) for age in ages if age is not None]
    return min([*told, catalog.stamp.published_at])


def _answer(here: Here) -> bytes:
    models = here.opened.once("available", lambda: _by_provider(here.opened.listed))
    return encoded(
        {
            "providers": [
                {
                    "name": line.name,
                    "provider_key": line.provider,
                    "models": models.get(line.provider, msgspec.Raw(b"[]")),
                    "status": Outcome(line.outcome),
                    "age_s": line.age_s,
                    "message": line.message,
                }
                for line in here.catalog.provider_lines()
                if line.available
            ]
        }
    )


def _by_provider(found: Iterable[Listed]) -> dict[str, msgspec.Raw]:
    """Each provider's models as JSON: chat models, and those of which nobody said what they are."""
    models: dict[str, list[AvailableModel]] = {}
    for one in found:
        facts = one.facts
        if facts["maybe_chat"] and one.ready:
            models.setdefault(facts["provider"], []).append(
                AvailableModel(id=one.id, name=one.name, description=summary(facts, one.price))
            )
    return {provider: msgspec.Raw(encoded(many)) for provider, many in models.items()}
