"""The shapes of the service's answers, of which the OpenAPI document is made."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from ..domain.catalog import How
from ..domain.change import ChangeKind
from ..domain.lifecycle import Lifecycle
from ..domain.model import Model
from ..domain.outcome import Outcome
from ..domain.report import CatalogStamp
from ..domain.shortlist import Bucket, Pick
from ..domain.source import Source
from .facets import Count


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer is."""


class ModelPage(_Document, frozen=True, kw_only=True):
    """Models, the next page, and what was left out because it is unknown."""

    models: list[Model]
    total: int
    """How many match on all pages."""
    unknown: int
    """How many more would match if what is unknown of them counted as yes."""
    read_as: list[str] | None
    """The words that were looked for instead, where no model has those that were asked."""
    next: str | None
    """The cursor of the next page; null on the last."""
    catalog: CatalogStamp
    facets: dict[str, list[Count]] | None = None


class FacetCounts(_Document, frozen=True, kw_only=True):
    """How many of the models that match have which value; a null value is unknown."""

    total: int
    facets: dict[str, list[Count]]


class Base(_Document, frozen=True, kw_only=True):
    """A model as its lab released it, and how often it is served."""

    base: str
    lab: str | None
    models: int
    providers: list[str]


class BasePage(_Document, frozen=True, kw_only=True):
    """Bases by name."""

    bases: list[Base]
    total: int
    next: str | None


class Offers(_Document, frozen=True, kw_only=True):
    """Everywhere a base is served, the cheapest real offer first."""

    base: str
    lab: str | None
    models: list[Model]


class ChangeDocument(_Document, frozen=True, kw_only=True):
    """One field of one model that differs between two catalogs."""

    at: datetime
    id: str
    kind: ChangeKind
    field: str
    old: Any
    new: Any
    source: Source | None
    snapshot: str


class ChangePage(_Document, frozen=True, kw_only=True):
    """Changes, newest first."""

    changes: list[ChangeDocument]
    next: str | None


class Led(_Document, frozen=True, kw_only=True):
    """Where a name leads."""

    id: str
    how: How
    chain: list[str]
    alternatives: list[str]
    reasons: list[str]


class Ending(_Document, frozen=True, kw_only=True):
    """A model that is about to go, or that its provider lists no more."""

    id: str
    name: str | None
    lifecycle: Lifecycle | None
    retires_on: date | None
    successor: str | None
    last_seen: datetime | None


class Deprecations(_Document, frozen=True, kw_only=True):
    """Models that are announced to go, or missing, by the day on which they go; unknown days last."""

    deprecations: list[Ending]
    catalog: CatalogStamp


class Difference(_Document, frozen=True, kw_only=True):
    """One fact, in the order of the models that are compared; null is unknown."""

    field: str
    values: list[Any]
    same: bool


class Comparison(_Document, frozen=True, kw_only=True):
    """Models side by side."""

    ids: list[str]
    fields: list[Difference]


class CostPart(_Document, frozen=True, kw_only=True):
    """One product of a sum: USD per million tokens, or per one."""

    unit: str
    quantity: Decimal
    rate: Decimal
    amount: Decimal


class ModelCost(_Document, frozen=True, kw_only=True):
    """What calls of one model cost in USD; null is unknown, or not asked."""

    id: str
    per_call: Decimal | None
    per_day: Decimal | None
    per_month: Decimal | None
    currency: str
    applied: list[str]
    unknown: list[str]
    parts: list[CostPart]


class Costs(_Document, frozen=True, kw_only=True):
    """Costs, the cheapest first, unknown last."""

    models: list[ModelCost]


class AvailableModel(_Document, frozen=True, kw_only=True):
    """A model to pick: `id` is `provider/native-id`."""

    id: str
    name: str
    description: str


class AvailableProvider(_Document, frozen=True, kw_only=True):
    """A provider that this user can call, with its models; the last good ones where it is sick."""

    name: str
    provider_key: str
    models: list[AvailableModel]
    status: Outcome
    age_s: int | None
    message: str


class AvailableModels(_Document, frozen=True, kw_only=True):
    """What this user's keys open."""

    providers: list[AvailableProvider]


class Health(_Document, frozen=True, kw_only=True):
    """Whether the process lives, or has what it needs to answer."""

    status: str


class About(_Document, frozen=True, kw_only=True):
    """Which service this is, and where it is described."""

    name: str
    version: str
    openapi: str
    health: str


class CountedCalls(_Document, frozen=True, kw_only=True):
    """What became of a batch of reported calls."""

    new: int
    """Counted now."""
    again: int
    """Reported before, or twice in this batch; they count once."""
    unknown: int
    """Of a model that the catalog does not have: they are counted under the name they came with."""
    skipped: int
    """Not counted: older than calls are kept one by one, or ahead of this service's clock."""


class UsedModel(_Document, frozen=True, kw_only=True):
    """What the user called of one model on one day (UTC); null where no call told."""

    day: date
    model: str
    calls: int
    failed: int
    input_tokens: int | None
    output_tokens: int | None
    latency_ms: int | None
    """Mean to the first token, of the calls that told theirs."""


class UsagePage(_Document, frozen=True, kw_only=True):
    """The user's reported calls by day and model, oldest first."""

    since: date
    calls: int
    failed: int
    usage: list[UsedModel]


class PicksOf(_Document, frozen=True, kw_only=True):
    """The picks for one purpose, the best first."""

    picks: list[Pick]
    short: str | None
    """Why there are fewer than there should be; null where there are not."""


class Picks(_Document, frozen=True, kw_only=True):
    """The few models to look at first, by what they are for."""

    buckets: dict[Bucket, PicksOf]


class Alias(_Document, frozen=True, kw_only=True):
    """One stretch of time in which a short name led to one model."""

    alias: str
    id: str
    since: datetime
    until: datetime | None
    """null while it leads there."""


class AliasPage(_Document, frozen=True, kw_only=True):
    """Short names by alias."""

    aliases: list[Alias]
    total: int
    next: str | None
