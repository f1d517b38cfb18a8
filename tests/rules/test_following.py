from datetime import UTC, datetime
from typing import Any

import pytest

from modeldex.domain.capability import Modality
from modeldex.domain.claims import Claims
from modeldex.domain.model import Model, Tier
from modeldex.domain.provider import Provider
from modeldex.domain.source import Evidence, Losing, Source
from modeldex.rules.resolve import Authorities, Authority, Resolver

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROW = Provider(id="p", name="P", base_url="https://p.example", dialect="openai")
TEXT, SEES = (Modality.TEXT,), (Modality.TEXT, Modality.IMAGE)
WRONG = Authority(source=Source.API, below=Source.HEURISTIC, reason="a link says so")
HERE: Authorities = {("p", "input_modalities"): WRONG}


def said(source: Source, **claims: Any) -> tuple[Evidence, Claims]:
    evidence = Evidence(source=source, evidence=source.value, observed_at=NOW)
    return evidence, Claims(native_id="m", **claims)


def model(
    *witnesses: tuple[Evidence, Claims], authorities: Authorities | None = None
) -> tuple[Model, dict[str, Losing]]:
    resolver = Resolver(NOW, authorities)
    found = resolver.model(ROW, "m", witnesses, tier=Tier.LIVE, seen=None, first_seen=None)
    return found, {one.field: one for one in resolver.losing.get("p/m", ())}


@pytest.mark.parametrize("source", [Source.KNOWLEDGE, Source.HEURISTIC])
def test_a_weaker_word_about_seeing_loses_to_what_goes_in(source: Source) -> None:
    found, lost = model(said(Source.API, input_modalities=TEXT), said(source, vision=True))
    assert found.vision is False
    assert found.sources["vision"].source is Source.API
    assert (lost["vision"].value, lost["vision"].evidence.source) == (True, source)
    assert lost["vision"].reason == f"api over {source}, by what goes in"


def test_a_weaker_no_about_seeing_loses_to_what_goes_in_too() -> None:
    said_no = said(Source.HEURISTIC, vision=False)
    assert model(said(Source.API, input_modalities=SEES), said_no)[0].vision is True


@pytest.mark.parametrize("source", [Source.API, Source.KNOWLEDGE])
def test_a_word_about_seeing_that_is_not_weaker_stays(source: Source) -> None:
    found, _ = model(said(Source.KNOWLEDGE, input_modalities=TEXT), said(source, vision=True))
    assert (found.vision, found.input_modalities) == (True, TEXT)


def test_what_goes_in_is_left_open_where_it_is_known_to_be_wrong() -> None:
    media, name = said(Source.API, input_modalities=TEXT), said(Source.HEURISTIC, vision=True)
    found, lost = model(media, name, authorities=HERE)
    assert (found.vision, found.input_modalities) == (True, None)
    assert "input_modalities" not in found.sources
    assert lost["input_modalities"].reason == "heuristic over api here: a link says so"


def test_what_is_known_to_be_wrong_stands_where_nobody_says_otherwise() -> None:
    found, _ = model(said(Source.API, input_modalities=TEXT), authorities=HERE)
    assert (found.vision, found.input_modalities) == (False, TEXT)


def test_a_source_is_wrong_about_the_models_that_are_named() -> None:
    others = Authority(
        source=Source.API, below=Source.HEURISTIC, reason="", ids=frozenset({"other"})
    )
    media, name = said(Source.API, input_modalities=TEXT), said(Source.HEURISTIC, vision=True)
    found, _ = model(media, name, authorities={("p", "input_modalities"): others})
    assert (found.vision, found.input_modalities) == (False, TEXT)
    guess = said(Source.HEURISTIC, context_window=1)
    limits = model(
        said(Source.API, context_window=2), guess, authorities={("p", "context_window"): others}
    )
    assert limits[0].context_window == 2
