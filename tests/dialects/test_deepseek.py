import json
from collections.abc import Callable

import pytest

from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("deepseek", small("deepseek/models"), "models"))


def test_a_bare_record_claims_its_id_and_nothing_else(claims: dict[str, Claims]) -> None:
    assert claims["deepseek-v4-flash"] == Claims(native_id="deepseek-v4-flash")


def test_a_rich_record_claims_limits_media_and_effort(claims: dict[str, Claims]) -> None:
    assert claims["deepseek-v4-pro"] == Claims(
        native_id="deepseek-v4-pro",
        name="DeepSeek V4 Pro",
        kind=Kind.CHAT,
        context_window=1048576,
        max_output=393216,
        input_modalities=(Modality.TEXT,),
        output_modalities=(Modality.TEXT,),
        reasoning=Reasoning.CONFIGURABLE,
    )


def test_every_documented_field_is_known(small: Callable[[str], bytes]) -> None:
    assert read("deepseek", small("deepseek/models"), "models").unknown_fields == {}


@pytest.mark.parametrize("effort", [None, {}, {"supported_levels": []}])
def test_without_levels_reasoning_is_unknown(effort: dict[str, list[str]] | None) -> None:
    body = json.dumps({"data": [{"id": "m", "effort": effort}]}).encode()
    assert by_id(read("deepseek", body, "models"))["m"].reasoning is None


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("deepseek"))
def test_every_recorded_record_is_read(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    reading = read("deepseek", body, "models")
    assert [claim.native_id for claim in reading.claims] == [
        one["id"] for one in json.loads(body)["data"]
    ]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
