import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dialect, openrouter
from modeldex.domain.capability import Kind, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.listing import Role, When
from modeldex.domain.price import ConditionalRates, Price, Rates
from tests.dialects.recorded import by_id, page, read, recorded

MILLION = 10**6


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("openrouter", small("openrouter/public"), "public"))


def claimed(**record: Any) -> Claims:
    return openrouter.claims(msgspec.convert({"id": "lab/model", **record}, openrouter.Record))


def priced(outputs: list[str], **pricing: Any) -> Price | None:
    return claimed(pricing=pricing, architecture={"output_modalities": outputs}).price


def test_the_small_body_is_read_whole(small: Callable[[str], bytes]) -> None:
    reading = read("openrouter", small("openrouter/public"), "public")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (18, (), {})


def test_with_a_key_its_own_list_opens_models_and_the_public_one_adds() -> None:
    routes = {route.name: route for route in dialect("openrouter").routes}
    assert (routes["user"].role, routes["user"].when) == (Role.LISTS, When.WITH_KEY)
    assert (routes["catalog"].role, routes["catalog"].when) == (Role.ADDS, When.WITH_KEY)
    assert (routes["public"].role, routes["public"].when) == (Role.LISTS, When.WITHOUT_KEY)


def test_the_key_goes_only_to_the_users_own_list() -> None:
    assert [one.name for one in dialect("openrouter").routes if one.sends_key] == ["user"]


def test_the_public_lists_ask_for_every_medium() -> None:
    routes = [route for route in dialect("openrouter").routes if route.path == "models"]
    assert [route.params["output_modalities"] for route in routes] == ["all", "all"]


def test_a_token_price_is_shown_per_million(claims: dict[str, Claims]) -> None:
    assert claims["qwen/qwen3.8-27b"].price == Price(
        input=Decimal("0.45"), output=Decimal("3.2"), cache_read=Decimal("0.05")
    )


def test_a_minus_means_that_the_price_varies(claims: dict[str, Claims]) -> None:
    assert claims["openrouter/auto"].price == Price(varies=True)


def test_two_zeros_of_a_text_model_are_free(claims: dict[str, Claims]) -> None:
    assert claims["dots-studio/dots-3-note-preview:free"].price == Price(
        input=Decimal(0), output=Decimal(0)
    )


def test_two_zeros_of_a_music_model_are_no_price(claims: dict[str, Claims]) -> None:
    assert claims["google/lyria-3-pro-preview"].price is None


def test_a_picture_models_zeros_are_left_out_beside_its_picture_tokens() -> None:
    price = priced(["image"], prompt="0", completion="0", image_output="0.00004")
    assert price == Price(output_image=Decimal(40))


def test_an_embedding_model_pays_nothing_for_output() -> None:
    price = priced(["embeddings"], prompt="0.00000002", completion="0")
    assert price == Price(input=Decimal("0.02"), output=Decimal(0))


def test_side_rates_of_zero_are_left_out(claims: dict[str, Claims]) -> None:
    assert claims["openai/gpt-4o-mini-in-2025"].price == Price(
        input=Decimal("0.15"),
        output=Decimal("0.6"),
        cache_read=Decimal("0.075"),
        image=Decimal("0.000217"),
    )


def test_an_image_rate_that_repeats_the_prompts_is_no_price_of_a_picture(
    claims: dict[str, Claims],
) -> None:
    price = claims["google/gemini-3.7-flash"].price
    assert price is not None
    assert (price.input, price.image, price.input_audio) == (
        Decimal("0.375"),
        None,
        Decimal("0.375"),
    )


@pytest.mark.parametrize(
    ("wire", "unit", "usd"),
    [
        ("input_cache_write", "cache_write", Decimal(2)),
        ("input_cache_write_1h", "cache_write_1h", Decimal(2)),
        ("internal_reasoning", "reasoning", Decimal(2)),
        ("image_token", "input_image", Decimal(2)),
        ("image_output", "output_image", Decimal(2)),
        ("audio", "input_audio", Decimal(2)),
        ("audio_output", "output_audio", Decimal(2)),
        ("input_audio_cache", "cache_read_audio", Decimal(2)),
        ("image", "image", Decimal("0.000002")),
        ("request", "request", Decimal("0.000002")),
        ("web_search", "search", Decimal("0.000002")),
    ],
)
def test_each_rate_has_its_own_unit(wire: str, unit: str, usd: Decimal) -> None:
    price = priced(["text"], prompt="0.000001", **{wire: "0.000002"})
    assert price is not None
    assert getattr(price, unit) == usd


def test_a_longer_prompt_has_its_own_rates(claims: dict[str, Claims]) -> None:
    price = claims["x-ai/grok-4.6"].price
    assert price is not None
    assert [(tier.when.above_input_tokens, tier.input) for tier in price.tiers] == [
        (200_000, Decimal(4))
    ]


def test_an_hour_of_the_day_has_its_own_rates(claims: dict[str, Claims]) -> None:
    price = claims["deepseek/deepseek-v4-pro-0813"].price
    assert price is not None
    assert [(tier.when.utc_from, tier.when.utc_until, tier.input) for tier in price.tiers] == [
        ("10:00", "01:00", Decimal("0.66")),
        ("01:00", "04:00", Decimal("1.32")),
        ("04:00", "06:00", Decimal("0.66")),
        ("06:00", "10:00", Decimal("1.32")),
    ]


def test_days_of_the_week_are_kept() -> None:
    entry = {"prompt": "0.000001", "utc_start": 1030, "utc_days": ["saturday", "sunday"]}
    price = priced(["text"], prompt="0.000002", overrides=[entry])
    assert price is not None
    assert price.tiers[0].when.utc_days == ("saturday", "sunday")
    assert price.tiers[0].when.utc_from == "10:30"


def test_an_override_without_a_rate_is_no_tier() -> None:
    price = priced(["text"], prompt="0.000002", overrides=[{"min_prompt_tokens": 1000}])
    assert price == Price(input=Decimal(2))


@pytest.mark.parametrize("condition", [{}, {"utc_start": 9999}, {"moon": "full"}])
def test_an_override_without_a_condition_that_can_be_read_is_no_tier(
    condition: dict[str, Any],
) -> None:
    price = priced(["text"], prompt="0.000002", overrides=[{"prompt": "0.000001", **condition}])
    assert price == Price(input=Decimal(2))


def test_the_smaller_context_is_claimed(claims: dict[str, Claims]) -> None:
    assert claims["qwen/qwen3.8-2.4t-a95b"].context_window == 1_000_000


@pytest.mark.parametrize(
    ("id", "reasoning"),
    [
        ("qwen/qwen3.8-27b", Reasoning.CONFIGURABLE),
        ("google/gemini-3.7-flash", Reasoning.CONFIGURABLE),
        ("aion-labs/aion-3.0", Reasoning.FIXED),
        ("openai/o4-mini-high", Reasoning.FIXED),
        ("ibm-granite/granite-4.1-8b", Reasoning.NONE),
    ],
)
def test_reasoning_is_as_free_as_its_efforts(
    claims: dict[str, Claims], id: str, reasoning: Reasoning
) -> None:
    assert claims[id].reasoning is reasoning


@pytest.mark.parametrize(
    ("record", "reasoning"),
    [
        ({}, None),
        ({"supported_parameters": []}, Reasoning.NONE),
        ({"supported_parameters": ["reasoning"]}, Reasoning.CONFIGURABLE),
        ({"supported_parameters": ["include_reasoning"]}, Reasoning.FIXED),
        ({"reasoning": {"mandatory": True, "supported_efforts": None}}, Reasoning.CONFIGURABLE),
        ({"reasoning": {"mandatory": True, "supports_max_tokens": True}}, Reasoning.CONFIGURABLE),
    ],
)
def test_reasoning_is_unknown_only_when_nothing_is_said(
    record: dict[str, Any], reasoning: Reasoning | None
) -> None:
    assert claimed(**record).reasoning is reasoning


def test_parameters_tell_what_a_model_can_do(claims: dict[str, Claims]) -> None:
    claim = claims["qwen/qwen3.8-27b"]
    assert (claim.tools, claim.structured_output, claim.json_mode) == (True, True, True)


def test_without_parameters_abilities_are_unknown() -> None:
    claim = claimed()
    assert (claim.tools, claim.structured_output, claim.json_mode) == (None, None, None)


def test_an_expiration_date_deprecates(claims: dict[str, Claims]) -> None:
    claim = claims["z-ai/glm-4.5"]
    assert (claim.lifecycle, str(claim.retires_on)) == (Lifecycle.DEPRECATED, "2026-12-31")


def test_an_expiration_date_at_the_end_of_the_century_says_nothing(
    claims: dict[str, Claims],
) -> None:
    claim = claims["z-ai/glm-5-turbo"]
    assert (claim.lifecycle, claim.retires_on) == (None, None)


def test_an_alias_names_its_target(claims: dict[str, Claims]) -> None:
    claim = claims["~anthropic/claude-opus-latest"]
    assert (claim.aliases, claim.base) == (("anthropic/claude-opus-5",), None)


def test_a_slug_leads_to_the_plain_model_only(claims: dict[str, Claims]) -> None:
    assert claims["google/gemini-3.7-flash"].aliases == ("google/gemini-3.7-flash-20260813",)
    assert claims["google/gemini-3.7-flash:batch"].aliases is None


def test_a_batch_variant_takes_batches(claims: dict[str, Claims]) -> None:
    assert claims["google/gemini-3.7-flash:batch"].batch is True
    assert claims["google/gemini-3.7-flash"].batch is None


@pytest.mark.parametrize(("hub", "weights"), [("Qwen/Qwen3.8-27B", True), ("", None), (None, None)])
def test_a_hub_repository_means_open_weights(hub: str | None, weights: bool | None) -> None:
    claim = claimed(hugging_face_id=hub)
    assert (claim.open_weights, claim.hugging_face_id) == (weights, hub or None)


@pytest.mark.parametrize(
    ("outputs", "kind"),
    [
        (["text"], None),
        (["image", "text"], None),
        (["image"], Kind.IMAGE),
        (["video"], Kind.VIDEO),
        (["speech"], Kind.SPEECH),
        (["transcription"], Kind.TRANSCRIPTION),
        (["embeddings"], Kind.EMBEDDING),
        (["rerank"], Kind.RERANK),
        (["image", "video"], None),
        (["decisions"], None),
        ([], None),
        (None, None),
    ],
)
def test_the_kind_is_what_comes_out_unless_that_is_text(
    outputs: list[str] | None, kind: Kind | None
) -> None:
    assert claimed(architecture={"output_modalities": outputs}).kind is kind


def answer(next_link: str | None) -> bytes:
    return json.dumps({"data": [{"id": "a/b"}], "links": {"next": next_link}}).encode()


def test_the_next_page_is_asked_with_the_links_parameters_alone() -> None:
    link = "https://elsewhere.invalid/api/v9/models?output_modalities=all&offset=500&limit=500"
    (ask,) = read("openrouter", answer(link), "public").follow
    assert (ask.path, ask.sends_key) == ("models", False)
    assert ask.params == {"output_modalities": "all", "offset": "500", "limit": "500"}


def test_the_last_page_is_followed_by_none() -> None:
    reading = read("openrouter", answer(None), "public")
    assert (reading.follow, reading.cut_short) == ((), False)


@pytest.mark.parametrize("link", ["/api/v1/models", "/api/v1/models?output_modalities=all"])
def test_a_link_that_leads_nowhere_new_cuts_the_list_short(link: str) -> None:
    reading = read("openrouter", answer(link), "public")
    assert (reading.follow, reading.cut_short) == ((), True)


def test_a_page_without_links_is_whole() -> None:
    asked = page("openrouter", b'{"data":[{"id":"a/b"}]}', "user")
    reading = openrouter.read(asked)
    assert (len(reading.claims), reading.follow, reading.cut_short) == (1, (), False)


_FULL = recorded("openrouter", "series/openrouter")


@pytest.mark.shared
@pytest.mark.parametrize("path", _FULL)
def test_every_recorded_record_is_read(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    reading = read("openrouter", body, "public")
    records = json.loads(body)["data"]
    assert [claim.native_id for claim in reading.claims] == [one["id"] for one in records]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})


@pytest.mark.shared
@pytest.mark.parametrize("path", _FULL)
def test_every_recorded_limit_is_claimed(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    claims = by_id(read("openrouter", body, "public"))
    for record in json.loads(body)["data"]:
        top = record["top_provider"]
        limits = [one for one in (record["context_length"], top["context_length"]) if one]
        claim = claims[record["id"]]
        assert claim.context_window == min(limits, default=None), record["id"]
        assert claim.max_output == (top["max_completion_tokens"] or None), record["id"]


@pytest.mark.shared
@pytest.mark.parametrize("path", _FULL)
def test_every_recorded_price_is_claimed(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    claims = by_id(read("openrouter", body, "public"))
    for record in json.loads(body)["data"]:
        assert claims[record["id"]].price == expected(record), record["id"]


_TOKENS = {
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
    "input_cache_write_1h": "cache_write_1h",
    "internal_reasoning": "reasoning",
    "audio": "input_audio",
    "audio_output": "output_audio",
    "input_audio_cache": "cache_read_audio",
    "image_output": "output_image",
}
_ONES = {"image": "image", "request": "request", "web_search": "search"}


def expected(record: dict[str, Any]) -> Price | None:
    """The price as it follows from the raw strings, worked out apart from the dialect."""
    pricing = record["pricing"]
    if Decimal(pricing["prompt"]) < 0:
        return Price(varies=True)
    zeros = record["architecture"]["output_modalities"] in (["text"], ["embeddings"])
    rates = raw_rates(pricing, zeros=zeros or ":free" in record["id"])
    tiers = msgspec.convert(
        [{"when": condition(one), **raw_rates(one, zeros=True)} for one in overrides(pricing)],
        tuple[ConditionalRates, ...],
    )
    price = msgspec.convert(rates, Price)
    return msgspec.structs.replace(price, tiers=tiers) if rates else None


def overrides(pricing: dict[str, Any]) -> list[dict[str, Any]]:
    return list(pricing.get("overrides", []))


def raw_rates(raw: dict[str, Any], *, zeros: bool) -> dict[str, Decimal]:
    rates = {}
    for wire, unit in (("prompt", "input"), ("completion", "output")):
        if wire in raw and (zeros or Decimal(raw[wire])):
            rates[unit] = Decimal(raw[wire]) * MILLION
    for wire, unit in _TOKENS.items():
        if Decimal(raw.get(wire, 0)):
            rates[unit] = Decimal(raw[wire]) * MILLION
    for wire, unit in _ONES.items():
        if Decimal(raw.get(wire, 0)) and not (wire == "image" and raw[wire] == raw["prompt"]):
            rates[unit] = Decimal(raw[wire])
    return rates


def condition(raw: dict[str, Any]) -> dict[str, Any]:
    clock = {
        ours: f"{raw[wire]:04d}"[:2] + ":" + f"{raw[wire]:04d}"[2:]
        for wire, ours in (("utc_start", "utc_from"), ("utc_end", "utc_until"))
        if wire in raw
    }
    return {"above_input_tokens": raw.get("min_prompt_tokens"), **clock}


def test_every_unit_of_the_wire_is_a_unit_of_ours() -> None:
    assert {*_TOKENS.values(), *_ONES.values()} <= set(Rates.__struct_fields__)
