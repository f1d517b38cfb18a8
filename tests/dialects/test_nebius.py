import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, nebius
from modeldex.domain.capability import Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("nebius", small("nebius/models"), "models"))


def claimed(**record: Any) -> Claims:
    return nebius.claims(msgspec.convert({"id": "lab/model", **record}, nebius.Record))


def test_the_rich_list_is_asked_for() -> None:
    assert dialect("nebius").routes[0].params == {"verbose": "true"}


def test_a_verbose_record_is_claimed(claims: dict[str, Claims]) -> None:
    assert claims["Qwen/Qwen2.5-VL-72B-Instruct"] == Claims(
        native_id="Qwen/Qwen2.5-VL-72B-Instruct",
        name="Qwen2.5-VL-72B-Instruct",
        context_window=32000,
        input_modalities=(Modality.TEXT, Modality.IMAGE),
        output_modalities=(Modality.TEXT,),
        tools=True,
        reasoning=Reasoning.NONE,
        price=Price(input=Decimal("0.25"), output=Decimal("0.75")),
        quantization="fp8",
    )


def test_the_time_of_the_answer_is_no_creation(claims: dict[str, Claims]) -> None:
    assert {claim.created for claim in claims.values()} == {None}


def test_a_picture_model_with_zeros_is_not_free(claims: dict[str, Claims]) -> None:
    assert claims["black-forest-labs/flux-dev"].price is None


def test_a_text_model_with_zeros_is_free() -> None:
    claim = claimed(
        architecture={"modality": "text->text"}, pricing={"prompt": "0", "completion": "0"}
    )
    assert claim.price == Price(input=Decimal(0), output=Decimal(0))


@pytest.mark.parametrize("modality", [None, "", "text"])
def test_a_modality_without_an_arrow_says_nothing(modality: str | None) -> None:
    claim = claimed(architecture={"modality": modality})
    assert (claim.input_modalities, claim.output_modalities) == (None, None)


def test_a_bare_record_claims_its_id_and_nothing_else(claims: dict[str, Claims]) -> None:
    bare = "meta-llama/Meta-Llama-3.1-8B-Instruct-fast"
    assert claims[bare] == Claims(native_id=bare)


def test_every_field_met_so_far_is_known(small: Callable[[str], bytes]) -> None:
    assert read("nebius", small("nebius/models"), "models").unknown_fields == {}


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("nebius"))
def test_every_recorded_record_is_read(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    reading = read("nebius", body, "models")
    assert [claim.native_id for claim in reading.claims] == [
        one["id"] for one in json.loads(body)["data"]
    ]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
