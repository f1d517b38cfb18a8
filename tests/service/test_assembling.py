import gc
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from modeldex.domain.capability import Kind
from modeldex.domain.catalog import CatalogContent
from modeldex.domain.claims import Claims
from modeldex.domain.connection import Connection
from modeldex.domain.listing import Ask, Listing, Page
from modeldex.domain.model import Tier
from modeldex.domain.price import PriceUnit
from modeldex.domain.source import Evidence, Losing, Source
from modeldex.knowledge.known import Known
from modeldex.rules.joining import Joined
from modeldex.rules.recommending import suitable
from modeldex.rules.resolve import Authorities, Witness
from modeldex.service.assembling import Knows, Part, assemble
from modeldex.service.listing import Shown, read
from tests.conftest import NOW
from tests.storage.builders import a_provider, a_stamp

KNOWLEDGE = Evidence(source=Source.KNOWLEDGE, evidence="a dataset", observed_at=NOW)


class Shelf(Knows):
    """Knows of each native id what it is told."""

    def __init__(self, preferred: tuple[str, ...], **facts: Mapping[str, Any]) -> None:
        self.ids = preferred
        self.facts = facts

    def manifest(self, provider_id: str) -> tuple[str, ...]:
        return tuple(self.facts)

    def claims(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        said = {"kind": Kind.CHAT, **self.facts.get(native_id, {})}
        return ((KNOWLEDGE, Claims(native_id=native_id, **said)),)

    def overrides(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        return ()

    def guess(
        self, provider_id: str, native_id: str, said: Sequence[Claims] = ()
    ) -> tuple[Witness, ...]:
        return ()

    def authorities(self) -> Authorities:
        return {}

    def preferred(self, provider_id: str) -> tuple[str, ...]:
        return self.ids


@pytest.fixture
def collector() -> Iterator[None]:
    yield
    gc.enable()


def listed(names: str, opened: str) -> Shown:
    listing = Listing(connection="acme:1", tier=Tier.LIVE, fetched_at=NOW, pages=(), complete=True)
    return Shown(listing, Joined({name: [] for name in names}, frozenset(opened), 0))


def content(knows: Knows, shown: Shown | None = None) -> CatalogContent:
    return assemble([Part(a_provider(), a_stamp(), shown)], knows, {}, NOW)


def recommended(knows: Knows, shown: Shown | None = None) -> list[str]:
    return [model.id for model in content(knows, shown).models if model.recommended]


def test_the_most_preferred_of_a_manifest_is_recommended() -> None:
    assert recommended(Shelf(("x", "b", "a"), a={}, b={}, c={})) == ["acme/b"]


def test_what_the_list_does_not_hold_is_not_recommended() -> None:
    assert recommended(Shelf(("b", "a")), listed("ac", "ac")) == ["acme/a"]


def test_what_the_connection_does_not_open_is_not_recommended() -> None:
    assert recommended(Shelf(("b", "a")), listed("ab", "a")) == ["acme/a"]


def test_of_a_list_that_opens_nothing_any_may_be_recommended() -> None:
    assert recommended(Shelf(("b", "a")), listed("ab", "")) == ["acme/b"]


@pytest.mark.parametrize("retires_on", [date(2026, 11, 7), date(2026, 12, 24)])
def test_one_that_retired_or_soon_will_gives_way(retires_on: date) -> None:
    knows = Shelf(("a", "b"), a={"retires_on": retires_on}, b={})
    assert recommended(knows) == ["acme/b"]


def test_recommending_loses_no_model() -> None:
    assert [model.id for model in content(Shelf(("b",), a={}, b={})).models] == ["acme/a", "acme/b"]


def test_nothing_packaged_is_recommended_that_retires_or_does_not_chat() -> None:
    knows = Known.packaged()
    parts = [Part(a_provider(name), a_stamp(f"{name}:1"), None) for name in ("fireworks", "openai")]
    chosen = [m for m in assemble(parts, knows, {}, NOW).models if m.recommended]
    assert [model.provider for model in chosen] == ["fireworks", "openai"]
    assert all(suitable(model, NOW.date()) for model in chosen)


@pytest.mark.parametrize("on", [True, False])
def test_a_build_leaves_the_collector_as_it_was(on: bool, collector: None) -> None:
    (gc.enable if on else gc.disable)()
    content(Shelf((), a={}))
    assert gc.isenabled() is on


def test_a_build_that_breaks_off_leaves_the_collector_on(collector: None) -> None:
    broken = Shelf((), a={"released": "no day"})
    with pytest.raises(AttributeError):
        content(broken)
    assert gc.isenabled()


PRICED = b'{"data": [{"id": "a", "pricing": {"prompt": "0.50"}}, {"id": "b"}]}'


def lost(unit: PriceUnit | None) -> Mapping[str, tuple[Losing, ...]]:
    """What became of the values of a list that has one price."""
    row = replace(a_provider(), dialect="openai", price_unit=unit)
    page = Page(
        ask=Ask(route="models", path="models"), body=PRICED, url="https://a", fetched_at=NOW
    )
    listing = Listing(
        connection="acme:1", tier=Tier.LIVE, fetched_at=NOW, pages=(page,), complete=True
    )
    shown = Shown(listing, read(listing, Connection(provider=row, base_url=row.base_url)))
    made = assemble([Part(row, a_stamp(), shown)], Shelf(()), {}, NOW)
    assert [model.price is None for model in made.models] == [unit is None, True]
    return made.losing


def test_a_price_without_a_unit_is_kept_beside_the_model_and_is_none() -> None:
    ((name, (kept,)),) = lost(None).items()
    assert (name, kept.field, kept.value) == ("acme/a", "price", {"pricing.prompt": "0.50"})


def test_a_price_in_a_stated_unit_is_kept_once() -> None:
    assert lost(PriceUnit.USD_PER_MILLION) == {}


def test_what_is_overruled_is_kept_beside_the_model_listed_or_not() -> None:
    kept = Losing(field="open_weights", value=False, evidence=KNOWLEDGE, reason="by its base")

    class Overruling(Shelf):
        def overruled(self, provider_id: str, native_id: str) -> tuple[Losing, ...]:
            return (kept,) if native_id == "a" else ()

    knows = Overruling((), a={}, b={})
    assert content(knows).losing == {"acme/a": (kept,)}
    assert content(knows, listed("ab", "")).losing == {"acme/a": (kept,)}


@pytest.mark.parametrize("order", [1, -1])
def test_the_labs_own_list_doubts_days_at_others_whichever_is_read_first(order: int) -> None:
    base, made = "openai/one", datetime(2025, 6, 13, tzinfo=UTC)
    early, said = {"base": base, "released": date(2024, 6, 26)}, Claims(native_id="a", created=made)
    own = Shown(
        listed("", "").listing,
        Joined({"a": [(replace(KNOWLEDGE, source=Source.API), said)]}, frozenset(), 0),
    )
    parts = [
        Part(a_provider("openai"), a_stamp("openai:1"), own),
        Part(a_provider("acme"), a_stamp("acme:1"), listed("a", "")),
    ]
    models = assemble(parts[::order], Shelf((), a=early), {}, NOW).models
    assert [model.released for model in models] == [None, None]
    (alone,) = assemble(parts[1:], Shelf((), a=early), {}, NOW).models
    assert alone.released == date(2024, 6, 26)
