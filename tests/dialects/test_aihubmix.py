from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import aihubmix, dialect
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Role
from modeldex.domain.outcome import Unreadable
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("aihubmix", small("aihubmix/catalog"), "catalog"))


def claimed(**record: Any) -> Claims:
    return aihubmix.claims(msgspec.convert({"model_id": "m", **record}, aihubmix.Record))


def test_no_key_goes_to_the_public_lists() -> None:
    models, catalog = dialect("aihubmix").routes
    assert (models.role, models.sends_key) == (Role.LISTS, False)
    assert (catalog.role, catalog.sends_key) == (Role.ADDS, False)


def test_the_small_bodies_are_read_whole(small: Callable[[str], bytes]) -> None:
    for route in ("models", "catalog"):
        reading = read("aihubmix", small(f"aihubmix/{route}"), route)
        assert (len(reading.claims), reading.lost, reading.unknown_fields) == (4, (), {})


def test_strings_with_commas_are_lists(claims: dict[str, Claims]) -> None:
    found = claims["gpt-5"]
    assert found.input_modalities == (Modality.TEXT, Modality.IMAGE)
    assert (found.tools, found.structured_output) == (True, True)
    assert found.reasoning is Reasoning.CONFIGURABLE


def test_a_feature_that_is_not_named_is_unknown(claims: dict[str, Claims]) -> None:
    found = claims["coding-glm-4.7-free"]
    assert (found.structured_output, found.reasoning) == (None, None)


def test_limits_are_read_and_zero_is_unknown(claims: dict[str, Claims]) -> None:
    assert (claims["gpt-5"].context_window, claims["gpt-5"].max_output) == (400_000, 128_000)
    assert claims["text-embedding-3-large"].max_output is None
    assert claims["gpt-image-1"].context_window is None


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        ("llm", Kind.CHAT),
        ("embedding", Kind.EMBEDDING),
        ("image_generation", Kind.IMAGE),
        ("something, rerank", Kind.RERANK),
        ("something", None),
        ("", None),
        (None, None),
    ],
)
def test_the_first_known_type_is_the_kind(types: str | None, kind: Kind | None) -> None:
    assert claimed(types=types).kind is kind


@pytest.mark.parametrize(
    ("model", "price"),
    [
        (
            "gpt-5",
            Price(input=Decimal("1.25"), output=Decimal(10), cache_read=Decimal("0.125")),
        ),
        ("text-embedding-3-large", Price(input=Decimal("0.13"))),
        ("coding-glm-4.7-free", Price(input=Decimal(0), output=Decimal(0))),
        ("gpt-image-1", None),
    ],
)
def test_prices_are_per_million_as_they_stand(
    claims: dict[str, Claims], model: str, price: Price | None
) -> None:
    assert claims[model].price == price


def test_a_failure_with_status_200_is_unreadable_and_not_repeated() -> None:
    with pytest.raises(Unreadable) as raised:
        read("aihubmix", b'{"success": false, "message": "sk-secret", "data": []}', "catalog")
    assert "secret" not in str(raised.value)
