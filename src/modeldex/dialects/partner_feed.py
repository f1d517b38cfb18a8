"""A plain list of what a key opens, and a public feed beside it that says what each model is and costs.

The feed is the one that OpenRouter asks of its partners: prices in USD per token.
Source: https://openrouter.ai/docs/guides/community/for-providers
"""

from collections.abc import Mapping

import msgspec

from ..domain.listing import Dialect, Page, Reading, Role, Route, When
from ..domain.price import PriceUnit
from ..domain.provider import Provider
from . import openai

FEEDS: Mapping[str, str] = {
    "ovhcloud": "rest/v2/openrouter",
    "wandb": "inference/analysis/artificialanalysis/models",
}
"""Provider id → the feed's path below the row's public address."""


def read(page: Page) -> Reading:
    return openai.read(page, PriceUnit.USD_PER_TOKEN if page.ask.public else None)


def routes(path: str) -> tuple[Route, ...]:
    feed = Route(name="feed", path=path, public=True, sends_key=False, when=When.WITHOUT_KEY)
    return (
        Route(name="models", path="models", when=When.WITH_KEY),
        feed,
        msgspec.structs.replace(feed, name="facts", role=Role.ADDS, when=When.WITH_KEY),
    )


DIALECT = Dialect(name="partner_feed", routes=routes("models"), read=read)


def spoken(row: Provider) -> Dialect:
    """The dialect with the path of the row's own feed."""
    return msgspec.structs.replace(DIALECT, routes=routes(FEEDS.get(row.id, "models")))
