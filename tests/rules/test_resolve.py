from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.capability import Kind, Modality
from modeldex.domain.claims import JUDGED, Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.model import Model, Tier
from modeldex.domain.price import Price, PriceTier
from modeldex.domain.provider import Provider
from modeldex.domain.source import Evidence, Source
from modeldex.rules.resolve import Authority, Resolver

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROW = Provider(id="p", name="P", base_url="https://p.example", dialect="openai")


def said(source: Source, **claims: Any) -> tuple[Evidence, Claims]:
    evidence = Evidence(source=source, evidence=source.value, observed_at=NOW)
    return evidence, Claims(native_id="m", **claims)


def model(*witnesses: tuple[Evidence, Claims], listed: bool = True, name: str = "m") -> Model:
    seen = Evidence(source=Source.OBSERVED, evidence="list", observed_at=NOW) if listed else None
    return Resolver(NOW).model(
        ROW, name, witnesses, tier=Tier.LIVE, seen=seen, first_seen=NOW - timedelta(days=3)
    )


def test_the_strongest_source_wins() -> None:
    found = model(said(Source.KNOWLEDGE, context_window=1), said(Source.API, context_window=2))
    assert found.context_window == 2
    assert found.sources["context_window"].source is Source.API


def test_a_weaker_source_fills_what_a_stronger_one_leaves_open() -> None:
    found = model(said(Source.API, context_window=2), said(Source.KNOWLEDGE, tools=False))
    assert found.tools is False


def test_a_no_of_a_stronger_source_is_not_overruled_by_a_yes() -> None:
    assert model(said(Source.API, tools=False), said(Source.HEURISTIC, tools=True)).tools is False


def test_what_nobody_says_stays_unknown() -> None:
    found = model(listed=False)
    assert all(getattr(found, field) is None for field in JUDGED)


def test_vision_follows_from_images_going_in() -> None:
    found = model(said(Source.API, input_modalities=(Modality.TEXT, Modality.IMAGE)))
    assert found.vision is True
    assert found.sources["vision"].source is Source.API


@pytest.mark.parametrize(
    ("inputs", "outputs", "kind"),
    [
        ((Modality.TEXT,), (Modality.TEXT,), Kind.CHAT),
        (None, (Modality.IMAGE,), Kind.IMAGE),
        ((Modality.AUDIO,), (Modality.TEXT,), None),
        ((Modality.TEXT,), (Modality.TEXT, Modality.IMAGE), None),
        ((Modality.TEXT,), None, None),
    ],
)
def test_the_kind_follows_from_media_only_where_they_prove_it(
    inputs: Any, outputs: Any, kind: Kind | None
) -> None:
    claims = said(Source.API, input_modalities=inputs, output_modalities=outputs)
    assert model(claims).kind is kind


@pytest.mark.parametrize(
    ("source", "guessed", "kind"),
    [
        (Source.API, Kind.IMAGE, Kind.IMAGE),
        (Source.API, Kind.COMPLETION, Kind.COMPLETION),
        (Source.API, Kind.CHAT, Kind.OTHER),
        (Source.API, None, Kind.OTHER),
        (Source.OVERRIDE, Kind.IMAGE, Kind.OTHER),
    ],
)
def test_a_list_that_only_says_what_a_model_is_not_leaves_its_job_to_who_names_one(
    source: Source, guessed: Kind | None, kind: Kind
) -> None:
    found = model(said(source, kind=Kind.OTHER), said(Source.HEURISTIC, kind=guessed))
    assert found.kind is kind


def test_a_job_that_was_named_by_another_keeps_what_the_list_said() -> None:
    resolver = Resolver(NOW)
    spoken = [said(Source.API, kind=Kind.OTHER), said(Source.HEURISTIC, kind=Kind.IMAGE)]
    found = resolver.model(ROW, "m", spoken, tier=Tier.LIVE, seen=None, first_seen=None)
    (lost,) = resolver.losing["p/m"]
    assert found.sources["kind"].source is Source.HEURISTIC
    assert (lost.value, lost.evidence.source) == (Kind.OTHER, Source.API)


def test_a_listed_model_is_active_unless_somebody_says_otherwise() -> None:
    assert model().lifecycle is Lifecycle.ACTIVE
    assert model(said(Source.API, lifecycle=Lifecycle.DEPRECATED)).lifecycle is Lifecycle.DEPRECATED


def test_a_price_gives_its_tier_the_same_source() -> None:
    found = model(said(Source.API, price=Price(input=Decimal(2))))
    assert found.price_tier is PriceTier.STANDARD
    assert found.sources["price_tier"] == found.sources["price"]


def test_the_first_sighting_is_remembered() -> None:
    assert model().first_seen == NOW - timedelta(days=3)
    assert model().last_seen == NOW


claims = st.fixed_dictionaries(
    {},
    optional={
        "context_window": st.integers(1, 9),
        "tools": st.booleans(),
        "kind": st.sampled_from(Kind),
        "price": st.builds(Price, input=st.decimals(0, 9, places=2)),
        "input_modalities": st.just((Modality.TEXT,)),
    },
)
by_source = st.dictionaries(st.sampled_from(Source), claims, max_size=5)


@given(by_source, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_fact(
    spoken: dict[Source, dict[str, Any]], random: Any
) -> None:
    witnesses = [said(source, **fields) for source, fields in spoken.items()]
    shuffled = random.sample(witnesses, len(witnesses))
    assert model(*witnesses) == model(*shuffled)


@given(by_source)
def test_every_fact_says_where_it_is_from(spoken: dict[Source, dict[str, Any]]) -> None:
    found = model(*(said(source, **fields) for source, fields in spoken.items()))
    known = {field for field in JUDGED if getattr(found, field) is not None}
    assert known <= found.sources.keys()


def test_every_claim_that_lost_is_kept_with_the_reason() -> None:
    resolver = Resolver(NOW)
    spoken = [said(Source.API, context_window=2), said(Source.KNOWLEDGE, context_window=1)]
    resolver.model(ROW, "m", spoken, tier=Tier.LIVE, seen=None, first_seen=None)
    (lost,) = resolver.losing["p/m"]
    assert (lost.field, lost.value, lost.evidence) == ("context_window", 1, spoken[1][0])
    assert lost.reason == "api over knowledge"


def test_a_model_about_which_nobody_disagrees_has_no_losing_claims() -> None:
    resolver = Resolver(NOW)
    spoken = [said(Source.API, context_window=2), said(Source.KNOWLEDGE, tools=True)]
    resolver.model(ROW, "m", spoken, tier=Tier.LIVE, seen=None, first_seen=None)
    assert resolver.losing == {}


def test_a_source_known_to_be_wrong_comes_after_the_one_that_is_trusted() -> None:
    wrong = Authority(source=Source.API, below=Source.KNOWLEDGE, reason="a link says so")
    resolver = Resolver(NOW, {("p", "context_window"): wrong})
    spoken = [
        said(Source.API, context_window=2, max_output=2),
        said(Source.KNOWLEDGE, context_window=1, max_output=1),
    ]
    found = resolver.model(ROW, "m", spoken, tier=Tier.LIVE, seen=None, first_seen=None)
    assert (found.context_window, found.max_output) == (1, 2)
    reasons = {lost.field: lost.reason for lost in resolver.losing["p/m"]}
    assert "a link says so" in reasons["context_window"]
    assert reasons["max_output"] == "api over knowledge"


def test_a_source_known_to_be_wrong_still_speaks_where_nobody_else_does() -> None:
    wrong = Authority(source=Source.API, below=Source.KNOWLEDGE, reason="a link says so")
    resolver = Resolver(NOW, {("p", "context_window"): wrong})
    spoken = [said(Source.API, context_window=2)]
    found = resolver.model(ROW, "m", spoken, tier=Tier.LIVE, seen=None, first_seen=None)
    assert found.context_window == 2


def test_a_price_that_looks_like_another_unit_is_flagged_and_not_published() -> None:
    resolver = Resolver(NOW)
    mistaken = said(
        Source.API, price=Price(input=Decimal("0.00000015"), output=Decimal("0.0000006"))
    )
    found = resolver.model(ROW, "m", [mistaken], tier=Tier.LIVE, seen=None, first_seen=None)
    assert found.price is None
    (lost,) = resolver.losing["p/m"]
    assert (lost.field, lost.value) == ("price", mistaken[1].price)
