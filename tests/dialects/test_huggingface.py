import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, huggingface
from modeldex.domain.capability import Kind
from modeldex.domain.claims import Claims
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("huggingface", small("huggingface/models"), "models"))


def offered(*offers: dict[str, Any]) -> Claims:
    providers = [{"provider": f"p{number}", **offer} for number, offer in enumerate(offers)]
    record = msgspec.convert({"id": "lab/model", "providers": providers}, huggingface.Record)
    return huggingface.claims(record)


def live(**offer: Any) -> dict[str, Any]:
    return {"status": "live", **offer}


def test_the_list_is_asked_without_the_key() -> None:
    (route,) = dialect("huggingface").routes
    assert route.sends_key is False


def test_every_backend_is_an_endpoint_with_its_own_facts(claims: dict[str, Claims]) -> None:
    endpoints = claims["meta-llama/Llama-3.1-8B-Instruct"].endpoints
    assert endpoints is not None
    novita = next(one for one in endpoints if one.name == "novita")
    assert (novita.status, novita.context_window, novita.tools) == ("live", 16384, False)
    assert novita.price == Price(input=Decimal("0.02"), output=Decimal("0.05"))


def test_the_context_is_the_smallest_that_a_live_backend_states() -> None:
    claim = offered(
        live(context_length=131072),
        live(context_length=16384),
        live(),
        {"status": "staging", "context_length": 4096},
    )
    assert claim.context_window == 16384


@pytest.mark.parametrize(
    ("answers", "tools"),
    [
        ((True, True), True),
        ((True, None), True),
        ((False, False), False),
        ((True, False), True),
        ((False, None), None),
        ((None,), None),
        ((), None),
    ],
)
def test_a_model_can_do_what_one_live_backend_can_and_cannot_what_none_can(
    answers: tuple[bool | None, ...], tools: bool | None
) -> None:
    claim = offered(
        *(live(supports_tools=answer, supports_structured_output=answer) for answer in answers)
    )
    assert (claim.tools, claim.structured_output) == (tools, tools)


def test_what_only_a_backend_that_is_down_can_do_the_model_cannot() -> None:
    claim = offered(live(supports_tools=False), {"status": "error", "supports_tools": True})
    assert claim.tools is False


def test_each_backend_keeps_its_own_answer() -> None:
    endpoints = offered(live(supports_tools=True), live(supports_tools=False)).endpoints
    assert [one.tools for one in endpoints or ()] == [True, False]


def test_the_price_is_the_cheapest_real_offer() -> None:
    claim = offered(
        live(pricing={"input": 0.1, "output": 2.0}),
        live(pricing={"input": 0.5, "output": 0.6}),
        {"status": "staging", "pricing": {"input": 0.01, "output": 0.01}},
        live(pricing={"input": 0.01}),
    )
    assert claim.price == Price(input=Decimal("0.5"), output=Decimal("0.6"))


def test_a_free_offer_costs_nothing() -> None:
    assert offered(live(is_free=True, pricing={"input": 3, "output": 4})).price == Price(
        input=Decimal(0), output=Decimal(0)
    )


def test_a_model_without_a_live_backend_has_no_price_and_no_context() -> None:
    claim = offered({"status": "error", "context_length": 1024, "is_free": True})
    assert (claim.price, claim.context_window) == (None, None)
    assert claim.endpoints is not None


def test_a_model_without_backends_has_no_endpoints() -> None:
    assert offered().endpoints is None


def test_a_backend_without_a_name_is_no_endpoint() -> None:
    assert offered({"provider": None, "status": "live"}).endpoints is None


def test_the_id_is_a_repository_with_open_weights(claims: dict[str, Claims]) -> None:
    claim = claims["Qwen/Qwen3-VL-8B-Instruct"]
    assert (claim.hugging_face_id, claim.open_weights) == (claim.native_id, True)


def test_what_puts_out_text_is_for_chat(claims: dict[str, Claims]) -> None:
    assert {claim.kind for claim in claims.values()} == {Kind.CHAT}


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("huggingface-router"))
def test_every_recorded_record_is_read(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    reading = read("huggingface", body, "models")
    records = json.loads(body)["data"]
    assert [claim.native_id for claim in reading.claims] == [one["id"] for one in records]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("huggingface-router"))
def test_every_recorded_offer_is_claimed(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    claims = by_id(read("huggingface", body, "models"))
    for record in json.loads(body, parse_float=Decimal)["data"]:
        offers = [one for one in record["providers"] if one["status"] == "live"]
        limits = [one["context_length"] for one in offers if "context_length" in one]
        pairs = [
            (one["pricing"]["input"], one["pricing"]["output"])
            for one in offers
            if "pricing" in one
        ]
        claim = claims[record["id"]]
        assert claim.context_window == min(limits, default=None), record["id"]
        assert len(claim.endpoints or ()) == len(record["providers"]), record["id"]
        if pairs:
            lowest = min(pairs, key=sum)
            assert claim.price is not None
            assert (claim.price.input, claim.price.output) == lowest, record["id"]
        else:
            assert claim.price is None, record["id"]
