from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, helicone
from modeldex.domain.capability import Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Role
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("helicone", small("helicone/registry"), "registry"))


def offered(author: str, **inputs: Any) -> Claims:
    endpoints = [
        {"provider": name, "pricing": {"prompt": rate, "completion": rate}}
        for name, rate in inputs.items()
    ]
    record = {"id": "m", "author": author, "endpoints": endpoints}
    return helicone.claims(msgspec.convert(record, helicone.Record))


def test_the_bare_list_opens_models_and_the_registry_adds_without_a_key() -> None:
    models, registry = dialect("helicone").routes
    assert (models.role, models.sends_key) == (Role.LISTS, False)
    assert (registry.role, registry.public) == (Role.ADDS, True)


def test_the_small_bodies_are_read_whole(small: Callable[[str], bytes]) -> None:
    for route in ("models", "registry"):
        reading = read("helicone", small(f"helicone/{route}"), route)
        assert (len(reading.claims), reading.lost, reading.unknown_fields) == (3, (), {})


def test_a_registered_model_is_claimed(claims: dict[str, Claims]) -> None:
    found = claims["claude-4.5-sonnet"]
    assert (found.context_window, found.max_output) == (200_000, 64_000)
    assert found.input_modalities == (Modality.TEXT, Modality.IMAGE)
    assert (found.tools, found.reasoning) == (True, Reasoning.CONFIGURABLE)
    assert found.knowledge_cutoff == "2025-09-29"


def test_a_parameter_that_is_not_named_is_unknown(claims: dict[str, Claims]) -> None:
    assert (claims["gpt-oss-120b"].reasoning, claims["claude-4.5-sonnet"].structured_output) == (
        None,
        None,
    )


def test_words_and_zeros_that_say_nothing_are_unknown(claims: dict[str, Claims]) -> None:
    found = claims["gemini-3-pro-image-preview"]
    assert (found.knowledge_cutoff, found.max_output, found.price) == (None, None, None)


def test_every_upstream_keeps_its_own_price(claims: dict[str, Claims]) -> None:
    endpoints = claims["claude-4.5-sonnet"].endpoints or ()
    assert [(one.name, one.price.input if one.price else None) for one in endpoints] == [
        ("bedrock", Decimal("3.1")),
        ("anthropic", Decimal(3)),
    ]


def test_the_price_of_the_lab_itself_comes_first(claims: dict[str, Claims]) -> None:
    assert claims["claude-4.5-sonnet"].price == Price(
        input=Decimal(3),
        output=Decimal(15),
        cache_read=Decimal("0.3"),
        cache_write=Decimal("3.75"),
    )


@pytest.mark.parametrize(
    ("author", "offers", "expected"),
    [
        ("a", {"a": 5, "b": 1}, 5),
        ("a", {"b": 3, "c": 1}, 1),
        ("a", {"a": None, "b": 2}, 2),
        ("a", {"a": None}, None),
        ("a", {}, None),
    ],
)
def test_the_price_is_one_real_offer(
    author: str, offers: dict[str, int | None], expected: int | None
) -> None:
    found = offered(author, **offers)
    assert (found.price.input if found.price else None) == expected
