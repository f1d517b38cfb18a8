import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import cloudflare
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.outcome import Unreadable
from modeldex.domain.price import Price
from tests.dialects.recorded import by_id, page, read, recorded

KIMI = "@cf/moonshotai/kimi-k2.7-code"
TOKENS = {
    "per M input tokens": "input",
    "per M output tokens": "output",
    "per M cached input tokens": "cache_read",
}


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("cloudflare", small("cloudflare-workers-ai/catalog"), "catalog"))


def claimed(**record: Any) -> Claims:
    return cloudflare.claims(msgspec.convert({"name": "@cf/a/b", **record}, cloudflare.Record))


def said(*rates: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(rates).encode())


def answer(**place: int) -> bytes:
    info = {"page": 1, "per_page": 100, **place}
    return json.dumps({"success": True, "result": [{"name": "a"}], "result_info": info}).encode()


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("cloudflare", small("cloudflare-workers-ai/catalog"), "catalog")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (9, (), {})


def test_properties_become_limits_and_abilities(claims: dict[str, Claims]) -> None:
    found = claims[KIMI]
    assert (found.context_window, found.tools, found.vision) == (262_144, True, True)
    assert found.reasoning is Reasoning.CONFIGURABLE
    assert found.created == datetime(2026, 6, 12, 11, 45, 20, 582_000, tzinfo=UTC)


def test_a_property_that_is_not_there_is_unknown(claims: dict[str, Claims]) -> None:
    found = claims["@cf/meta/llama-guard-3-8b"]
    assert (found.tools, found.vision, found.reasoning) == (None, None, None)


def test_a_stated_false_is_a_no(claims: dict[str, Claims]) -> None:
    assert claims["@cf/deepseek-ai/deepseek-v4-flash-0731"].vision is False


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (KIMI, Kind.CHAT),
        ("@cf/meta/llama-guard-3-8b", Kind.MODERATION),
        ("@cf/baai/bge-m3", Kind.EMBEDDING),
        ("@cf/deepgram/nova-3", Kind.TRANSCRIPTION),
        ("@cf/deepgram/aura-1", Kind.SPEECH),
        ("@cf/leonardo/phoenix-1.0", Kind.IMAGE),
        ("@cf/microsoft/resnet-50", Kind.OTHER),
        ("@cf/baai/bge-reranker-base", None),
    ],
)
def test_the_task_is_the_kind(claims: dict[str, Claims], model: str, kind: Kind | None) -> None:
    assert claims[model].kind is kind


@pytest.mark.parametrize(
    ("model", "price"),
    [
        (KIMI, Price(input=Decimal("0.95"), output=Decimal(4), cache_read=Decimal("0.19"))),
        ("@cf/deepgram/aura-1", Price(character=Decimal("0.000015"))),
        ("@cf/microsoft/resnet-50", Price(request=Decimal("0.00000251"))),
        ("@cf/leonardo/phoenix-1.0", None),
    ],
)
def test_rates_are_taken_by_the_words_of_their_unit(
    claims: dict[str, Claims], model: str, price: Price | None
) -> None:
    assert claims[model].price == price


def test_a_minute_of_sound_is_sixty_seconds() -> None:
    rates = said({"unit": "per audio minute", "price": 0.006, "currency": "USD"})
    assert cloudflare.prices(rates) == Price(second=Decimal("0.0001"))


@pytest.mark.parametrize(
    "value",
    [
        said({"unit": "per M input tokens", "price": 1, "currency": "EUR"}),
        said({"unit": "per M input tokens", "price": None, "currency": "USD"}),
        said({"unit": "per step", "price": 0, "currency": "USD"}),
        msgspec.Raw(b'"0.35"'),
        msgspec.Raw(b'["0.35"]'),
        None,
    ],
)
def test_what_is_no_rate_in_dollars_leaves_the_price_unknown(value: msgspec.Raw | None) -> None:
    assert cloudflare.prices(value) is None


def test_a_property_of_another_type_loses_nothing_else() -> None:
    odd = [
        {"property_id": "context_window", "value": 8192},
        {"property_id": "vision", "value": "true"},
    ]
    body = json.dumps({"result": [{"name": "@cf/a/b", "properties": odd}]}).encode()
    (found,) = read("cloudflare", body, "catalog").claims
    assert (found.context_window, found.vision) == (None, True)


def test_a_record_of_nothing_but_a_name_is_a_model() -> None:
    assert claimed() == Claims(native_id="@cf/a/b")


def test_a_page_that_is_not_full_is_the_last_whatever_the_total_says() -> None:
    assert read("cloudflare", answer(count=63, total_count=291), "catalog").follow == ()


def test_a_full_page_is_followed_by_the_next() -> None:
    (ask,) = read("cloudflare", answer(count=100), "catalog").follow
    assert (ask.path, ask.params["page"], ask.params["per_page"]) == (
        *("ai/models/search", "2", "100"),
    )


def test_pages_that_are_counted_are_all_asked_for() -> None:
    assert len(read("cloudflare", answer(count=50, total_pages=2), "catalog").follow) == 1


def test_an_empty_page_ends_the_list() -> None:
    assert read("cloudflare", answer(count=0, total_pages=9), "catalog").follow == ()


def test_a_failure_with_status_200_is_unreadable() -> None:
    body = b'{"success": false, "result": [], "errors": [{"code": 10000, "message": "no"}]}'
    with pytest.raises(Unreadable):
        read("cloudflare", body, "catalog")


@pytest.fixture
def routers(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("cloudflare", small("cloudflare-workers-ai/routers"), "routers"))


def test_the_list_for_routers_adds_output_and_media(routers: dict[str, Claims]) -> None:
    found = routers[KIMI]
    assert (found.max_output, found.structured_output) == (262_144, True)
    assert found.input_modalities == (Modality.TEXT, Modality.IMAGE)


def test_both_lists_agree_on_a_price(routers: dict[str, Claims], claims: dict[str, Claims]) -> None:
    assert routers[KIMI].price == claims[KIMI].price


def test_a_price_of_zero_in_the_list_for_routers_is_unknown() -> None:
    record = {"id": "workers-ai/@cf/a/b", "pricing": {"prompt": "0", "completion": "0"}}
    body = json.dumps({"success": True, "result": [record]}).encode()
    (found,) = read("cloudflare", body, "routers").claims
    assert (found.native_id, found.price) == ("@cf/a/b", None)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("cloudflare-workers-ai"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["result"]
    reading = read("cloudflare", recordings(path), "catalog")
    assert [claim.native_id for claim in reading.claims] == [row["name"] for row in raw]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
    assert reading.follow == ()


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("cloudflare-workers-ai"))
def test_recorded_limits_and_prices_are_exact(
    recordings: Callable[[str], bytes], path: str
) -> None:
    found = by_id(read("cloudflare", recordings(path), "catalog"))
    for row in json.loads(recordings(path), parse_float=Decimal)["result"]:
        stated = {one["property_id"]: one["value"] for one in row["properties"]}
        claim = found[row["name"]]
        assert str(claim.context_window or "") == stated.get("context_window", "")
        tokens = {
            TOKENS[rate["unit"]]: rate["price"]
            for rate in stated.get("price", [])
            if rate["unit"] in TOKENS
        }
        price = claim.price or Price()
        assert {u: getattr(price, u) for u in TOKENS.values() if getattr(price, u) is not None} == (
            tokens
        )


def test_the_pages_asked_for_are_numbered() -> None:
    assert page("cloudflare", b"{}", "catalog").ask.params["page"] == "1"
