from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from modeldex.dialects import moonshot
from modeldex.domain.capability import Modality, Reasoning
from modeldex.domain.claims import Claims
from tests.dialects.recorded import by_id, read


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("moonshot", small("moonshot/models"), "models"))


def claimed(**record: Any) -> Claims:
    return moonshot.claims(msgspec.convert({"id": "kimi", **record}, moonshot.Record))


def test_flags_that_say_yes_are_claimed(claims: dict[str, Claims]) -> None:
    claim = claims["kimi-k3"]
    assert claim.input_modalities == (Modality.TEXT, Modality.IMAGE, Modality.VIDEO)
    assert (claim.vision, claim.reasoning) == (True, Reasoning.CONFIGURABLE)
    assert claim.context_window == 1048576


def test_flags_that_say_no_are_claimed_too(claims: dict[str, Claims]) -> None:
    claim = claims["moonshot-v1-8k"]
    assert claim.input_modalities == (Modality.TEXT,)
    assert (claim.vision, claim.reasoning) == (False, Reasoning.NONE)


def test_flags_that_are_absent_say_nothing(claims: dict[str, Claims]) -> None:
    claim = claims["kimi-latest"]
    assert (claim.input_modalities, claim.vision, claim.reasoning) == (None, None, None)
    assert claim.context_window is None


def test_half_of_what_goes_in_is_no_list() -> None:
    assert claimed(supports_image_in=True).input_modalities is None
    assert claimed(supports_video_in=True).input_modalities is None


def test_created_is_in_seconds(claims: dict[str, Claims]) -> None:
    created = claims["kimi-k3"].created
    assert created is not None
    assert created.isoformat() == "2026-05-28T20:26:40+00:00"


def test_every_documented_field_is_known(small: Callable[[str], bytes]) -> None:
    reading = read("moonshot", small("moonshot/models"), "models")
    assert (len(reading.claims), reading.unknown_fields, reading.lost) == (3, {}, ())
