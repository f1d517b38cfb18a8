"""The LiteLLM proxy: what a key opens, and what the proxy knows of it, in USD per token.

A public name may stand for several deployments; the group's row speaks for all of them. A name
with a `*` is a rule and no model.
Source: https://docs.litellm.ai/docs/proxy/model_discovery
"""

from decimal import Decimal

import msgspec

from ..domain.claims import Claims
from ..domain.listing import Dialect, Page, Reading, Role, Route
from .additions import kind
from .fields import charged, count, price, reasoning, usd_per_token
from .reading import read_list

UNREAD = (
    *("object", "created", "owned_by", "providers", "tpm", "rpm", "metadata", "id"),
    *("supported_openai_params", "supported_endpoints", "configurable_clientside_auth_params"),
)


class Known(msgspec.Struct, kw_only=True):
    """What the proxy says of a model, in whichever of its lists."""

    mode: str | None = None
    max_input_tokens: float | None = None
    max_output_tokens: float | None = None
    input_cost_per_token: Decimal | None = None
    output_cost_per_token: Decimal | None = None
    cache_read_input_token_cost: Decimal | None = None
    cache_creation_input_token_cost: Decimal | None = None
    supports_vision: bool | None = None
    supports_function_calling: bool | None = None
    supports_reasoning: bool | None = None
    supports_response_schema: bool | None = None


class Record(Known):
    id: str


class Group(Known):
    model_group: str


class Deployment(msgspec.Struct):
    model_name: str
    model_info: Known | None = None


def claims(name: str, known: Known) -> Claims | None:
    """A cost of zero is what the proxy says of a model that it does not know the price of."""
    if "*" in name:
        return None
    paid = known.input_cost_per_token or known.output_cost_per_token
    return Claims(
        native_id=name,
        kind=kind(known.mode),
        max_output=count(known.max_output_tokens),
        tools=known.supports_function_calling or None,
        vision=known.supports_vision or None,
        structured_output=known.supports_response_schema or None,
        reasoning=reasoning(known.supports_reasoning or None),
        price=price(
            input=usd_per_token(known.input_cost_per_token),
            output=usd_per_token(known.output_cost_per_token),
            cache_read=charged(usd_per_token(known.cache_read_input_token_cost)),
            cache_write=charged(usd_per_token(known.cache_creation_input_token_cost)),
        )
        if paid
        else None,
    )


def read(page: Page) -> Reading:
    if page.ask.route == "models":
        return read_list(page, record=Record, claims=lambda one: claims(one.id, one), unread=UNREAD)
    if page.ask.route == "groups":
        reading = read_list(
            page, record=Group, claims=lambda one: claims(one.model_group, one), unread=UNREAD
        )
        return msgspec.structs.replace(reading, unknown_fields={})
    return read_list(
        page,
        record=Deployment,
        claims=lambda one: claims(one.model_name, one.model_info or Known()),
        unread=(*UNREAD, "litellm_params"),
    )


DIALECT = Dialect(
    name="litellm_proxy",
    routes=(
        Route(name="models", path="/v1/models"),
        Route(name="groups", path="/model_group/info", role=Role.ADDS),
        Route(name="deployments", path="/v1/model/info", role=Role.ADDS),
    ),
    read=read,
)
