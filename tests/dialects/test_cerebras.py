import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import cerebras, dialect
from modeldex.domain.capability import Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.listing import Role, When
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def public(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("cerebras", small("cerebras/public"), "public"))


def claimed(**record: Any) -> Claims:
    return cerebras.claims(msgspec.convert({"id": "model", **record}, cerebras.Record))


@pytest.mark.parametrize("route", ["models", "public"])
def test_small_bodies_are_read_whole(small: Callable[[str], bytes], route: str) -> None:
    reading = read("cerebras", small(f"cerebras/{route}"), route)
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (2, (), {})


def test_the_public_list_opens_models_only_without_a_key() -> None:
    routes = {route.name: (route.role, route.when) for route in dialect("cerebras").routes}
    assert routes == {
        "models": (Role.LISTS, When.WITH_KEY),
        "public": (Role.LISTS, When.WITHOUT_KEY),
        "public-facts": (Role.ADDS, When.WITH_KEY),
    }


def test_the_key_is_not_sent_to_the_public_list() -> None:
    assert [one.name for one in dialect("cerebras").routes if one.sends_key] == ["models"]


def test_limits_and_exact_prices_are_read(public: dict[str, Claims]) -> None:
    found = public["gpt-oss-120b"]
    assert (found.context_window, found.max_output) == (131_072, 40_960)
    assert found.price == Price(input=Decimal("0.35"), output=Decimal("0.75"))


def test_flags_become_capabilities(public: dict[str, Claims]) -> None:
    found = public["gpt-oss-120b"]
    assert (found.tools, found.structured_output, found.json_mode) == (True, True, True)
    assert (found.vision, found.streaming) == (False, True)
    assert found.reasoning is Reasoning.CONFIGURABLE


def test_missing_flags_are_unknown(public: dict[str, Claims]) -> None:
    found = public["old-vision"]
    assert (found.tools, found.streaming, found.max_output, found.price) == (None,) * 4


@pytest.mark.parametrize(
    ("modality", "expected"),
    [
        ("text", (Modality.TEXT,)),
        ("text+vision", (Modality.TEXT, Modality.IMAGE)),
        ("multimodal", None),
        (None, None),
    ],
)
def test_the_architecture_says_what_goes_in(modality: str | None, expected: Any) -> None:
    assert claimed(architecture={"modality": modality}).input_modalities == expected


def test_the_deprecation_flag_is_the_lifecycle(public: dict[str, Claims]) -> None:
    stages = [public[name].lifecycle for name in ("gpt-oss-120b", "old-vision")]
    assert stages == [Lifecycle.ACTIVE, Lifecycle.DEPRECATED]


def test_zero_is_an_unknown_time(public: dict[str, Claims]) -> None:
    assert public["old-vision"].created is None
    assert public["gpt-oss-120b"].created == datetime(2025, 8, 5, tzinfo=UTC)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("cerebras"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("cerebras", recordings(path), "models")
    assert [claim.native_id for claim in reading.claims] == [row["id"] for row in raw]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
