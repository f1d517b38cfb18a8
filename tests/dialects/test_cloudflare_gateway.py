import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from modeldex.dialects import cloudflare_gateway
from modeldex.domain.claims import Claims
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read, recorded

DIALECT = "cloudflare_gateway"


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read(DIALECT, small("cloudflare-ai-gateway/models"), "models"))


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read(DIALECT, small("cloudflare-ai-gateway/models"), "models")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (5, (), {})


def test_a_cost_per_token_is_shown_per_million(claims: dict[str, Claims]) -> None:
    found = claims["openai/gpt-5.2"]
    assert found.price == Price(input=Decimal("1.75"), output=Decimal(14))
    assert found.created == datetime(2025, 12, 11, 20, 46, 19, tzinfo=UTC)


def test_what_gives_no_tokens_costs_none(claims: dict[str, Claims]) -> None:
    found = claims["azure-openai/text-embedding-ada-002"]
    assert found.price == Price(input=Decimal("0.1"), output=Decimal(0))


@pytest.mark.parametrize(
    "model",
    ["ideogram/v_3_turbo", "workers-ai/llama-3.1-8b-instruct", "cerebras/zai-glm-4.6"],
)
def test_a_cost_that_cannot_be_of_a_token_and_a_bare_zero_are_unknown(
    claims: dict[str, Claims], model: str
) -> None:
    assert claims[model].price is None


def test_a_cost_below_a_thousandth_of_a_dollar_is_of_a_token() -> None:
    record = {"id": "a", "cost_in": 0.00015, "cost_out": 0.0006}
    found = cloudflare_gateway.claims(msgspec.convert(record, cloudflare_gateway.Record))
    assert found.price == Price(input=Decimal(150), output=Decimal(600))


def test_a_cost_below_zero_varies() -> None:
    (found,) = read(
        DIALECT, b'{"data": [{"id": "a", "cost_in": -1, "cost_out": -1}]}', "models"
    ).claims
    assert found.price == Price(varies=True)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("cloudflare-ai-gateway"))
def test_recordings_are_read_whole_and_exactly(
    recordings: Callable[[str], bytes], path: str
) -> None:
    raw = json.loads(recordings(path), parse_float=Decimal)["data"]
    reading = read(DIALECT, recordings(path), "models")
    assert [claim.native_id for claim in reading.claims] == [row["id"] for row in raw]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
    for claim, row in zip(reading.claims, raw, strict=True):
        stated = (row["cost_in"], row["cost_out"])
        assert (claim.price is None) == (not any(stated) or max(stated) >= Decimal("0.001"))
        if claim.price and not claim.price.varies:
            million = tuple(Decimal(cost) * 10**6 for cost in stated)
            assert (claim.price.input, claim.price.output) == million
