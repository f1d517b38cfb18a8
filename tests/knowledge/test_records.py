"""A record that cannot be read is counted and costs no other."""

import json
from typing import Any

import pytest

from modeldex.domain.errors import BadReferenceData
from modeldex.knowledge.compiling import MOST_RECORDS, read

from .datasets_written import EDITIONS, NAMES

GOOD: dict[str, Any] = {
    "litellm": {"litellm_provider": "acme_ai", "mode": "chat"},
    "models-dev": {"name": "One"},
    "genai-prices": {"id": "x", "match": {"equals": "x"}, "prices": {"input_mtok": 1}},
    "portkey": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.0001}}}},
}
STRANGE: tuple[Any, ...] = (
    *(None, 3, "text", [], {"id": []}),
    *({"litellm_provider": "acme_ai", "input_cost_per_token": "dear"}, {"limit": 7}),
    {"match": {}, "prices": {"input_mtok": {"base": "x"}}},
)


def dataset(name: str, records: list[Any]) -> bytes:
    named = {f"acme_ai/m{at}": record for at, record in enumerate(records)}
    bodies: dict[str, Any] = {
        "litellm": named,
        "models-dev": {"acme": {"models": named}},
        "genai-prices": [{"id": "acme", "models": records}],
        "portkey": {"general": {}, "pricing": {"acme-ai": named}},
    }
    return json.dumps(bodies[name]).encode()


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("strange", STRANGE, ids=str)
def test_a_strange_record_costs_no_other(name: str, strange: Any) -> None:
    said = read(name, dataset(name, [GOOD[name], strange, GOOD[name]]), EDITIONS[name], NAMES)
    assert said.records + said.lost >= 2
    assert said.records >= 2


@pytest.mark.parametrize("name", GOOD)
def test_what_cannot_be_read_is_counted(name: str) -> None:
    said = read(name, dataset(name, [GOOD[name], 3, "text", GOOD[name]]), EDITIONS[name], NAMES)
    assert said.lost == 2


@pytest.mark.parametrize("body", [b"", b"[1,", b'"text"', b"\xff", b"[" * 9999, b'{"a":' * 9999])
@pytest.mark.parametrize("name", GOOD)
def test_a_whole_that_is_no_dataset_is_named(name: str, body: bytes) -> None:
    with pytest.raises(BadReferenceData, match=f"dataset {name}"):
        read(name, body, EDITIONS[name], NAMES)


def test_a_dataset_has_no_more_records_than_a_provider_may_have() -> None:
    body = dataset("models-dev", [{}] * (MOST_RECORDS + 1))
    with pytest.raises(BadReferenceData, match="more than"):
        read("models-dev", body, EDITIONS["models-dev"], NAMES)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", 1e300, -1])
@pytest.mark.parametrize("unit", ["input_mtok", "requests_kcount"])
def test_what_is_no_amount_of_money_is_no_price(unit: str, amount: Any) -> None:
    record = {**GOOD["genai-prices"], "prices": {unit: amount}}
    said = read("genai-prices", dataset("genai-prices", [record]), EDITIONS["genai-prices"], NAMES)
    assert said.models["acme"]["x"].price is None
