import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from modeldex.dialects import dashscope, dialect
from modeldex.domain.capability import Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.listing import Ask, Page, Role
from modeldex.domain.outcome import Unreadable
from tests.dialects.recorded import by_id, page, read, recorded


@pytest.fixture
def claims(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("dashscope", small("dashscope/native"), "native"))


def listed(total: int | None, models: int, page_size: int | None = 100) -> bytes:
    records = [{"model": f"m{number}"} for number in range(models)]
    output = {"total": total, "page_no": 1, "page_size": page_size, "models": records}
    return json.dumps({"success": True, "output": output}).encode()


def test_the_native_list_stands_below_the_root_and_the_bare_one_waits() -> None:
    native, compatible = dialect("dashscope").routes
    assert (native.path, native.role) == ("/api/v1/models", Role.LISTS)
    assert (compatible.path, compatible.role) == ("models", Role.FALLBACK)


def test_a_native_record_is_claimed(claims: dict[str, Claims]) -> None:
    claim = claims["qwen3.6-plus"]
    assert (claim.name, claim.kind) == ("Qwen3.6-Plus", Kind.CHAT)
    assert (claim.context_window, claim.max_output) == (1_000_000, 65_536)
    assert claim.input_modalities == (Modality.TEXT, Modality.IMAGE)
    assert claim.reasoning is Reasoning.CONFIGURABLE
    assert claim.created == datetime(2026, 4, 16, 10, 30, tzinfo=UTC)


def test_features_are_yes_or_no(claims: dict[str, Claims]) -> None:
    able, bare = claims["qwen3.6-plus"], claims["qwq-plus"]
    assert (able.tools, able.structured_output, able.prompt_caching, able.batch) == (True,) * 4
    assert (bare.tools, bare.structured_output, bare.prompt_caching, bare.batch) == (False,) * 4


def test_features_without_a_list_are_unknown(claims: dict[str, Claims]) -> None:
    assert claims["qwen3-asr-flash"].tools is None


def test_a_notice_deprecates(claims: dict[str, Claims]) -> None:
    claim = claims["qwq-plus"]
    assert (claim.lifecycle, str(claim.retires_on)) == (Lifecycle.DEPRECATED, "2026-12-31")


def test_a_notice_is_read_in_its_other_spelling() -> None:
    notice = {"offline_time": "2027-01-31 00:00:00"}
    record = {"model": "m", "inference_offline_info": notice}
    claim = dashscope.claims(msgspec.convert(record, dashscope.Record))
    assert str(claim.retires_on) == "2027-01-31"


def test_a_notice_for_the_end_of_the_century_says_nothing(claims: dict[str, Claims]) -> None:
    claim = claims["qwen3-tts-flash-realtime"]
    assert (claim.lifecycle, claim.retires_on) == (None, None)


@pytest.mark.parametrize(
    ("codes", "outputs", "kind"),
    [
        (["TG"], ["Text"], Kind.CHAT),
        (["VU"], ["text"], Kind.CHAT),
        (["Multimodal-Omni"], ["Text", "Audio"], Kind.CHAT),
        (["TG"], None, None),
        (["IG"], ["Image"], Kind.IMAGE),
        (["VG"], ["Video"], Kind.VIDEO),
        (["ASR"], ["Text"], Kind.TRANSCRIPTION),
        (["TTS"], ["Audio"], Kind.SPEECH),
        (["TTS", "Realtime-Text-to-Speech"], ["Audio"], Kind.REALTIME),
        (["ME"], ["Text"], None),
        (None, ["Text"], None),
    ],
)
def test_the_kind_is_in_the_codes(
    codes: list[str] | None, outputs: list[str] | None, kind: Kind | None
) -> None:
    media = {"response_modality": outputs}
    record = {"model": "m", "capabilities": codes, "inference_metadata": media}
    assert dashscope.claims(msgspec.convert(record, dashscope.Record)).kind is kind


def test_the_next_page_is_the_next_number() -> None:
    (ask,) = read("dashscope", listed(total=101, models=100), "native").follow
    assert ask.params == {"page_no": "2", "page_size": "100", "language": "en-US"}


@pytest.mark.parametrize(
    "body",
    [
        listed(total=100, models=100),
        listed(total=500, models=0),
        listed(total=None, models=100),
    ],
)
def test_a_full_count_an_empty_page_or_no_total_ends_the_list(body: bytes) -> None:
    assert read("dashscope", body, "native").follow == ()


def test_a_server_that_sends_smaller_pages_is_followed() -> None:
    body = listed(total=60, models=20, page_size=20)
    assert len(read("dashscope", body, "native").follow) == 1


def test_a_server_that_ignores_the_number_cannot_lead_in_a_circle() -> None:
    second = msgspec.structs.replace(
        page("dashscope", listed(total=150, models=100), "native").ask,
        params={"page_no": "2", "page_size": "100"},
    )
    asked = msgspec.structs.replace(
        page("dashscope", listed(total=150, models=100), "native"), ask=second
    )
    assert dashscope.read(asked).follow == ()


@pytest.mark.parametrize(
    "answer",
    [
        {"success": False, "code": "Throttling", "message": "sk-secret"},
        {"code": "InvalidApiKey", "message": "sk-secret", "request_id": "0"},
        {"success": True, "output": None},
    ],
)
def test_a_failure_with_status_200_is_unreadable_and_not_repeated(answer: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as raised:
        read("dashscope", json.dumps(answer).encode(), "native")
    assert "secret" not in str(raised.value)


def test_the_bare_list_is_read(small: Callable[[str], bytes]) -> None:
    reading = read("dashscope", small("dashscope/compatible"), "compatible")
    assert len(reading.claims) == 3
    assert all(claim.created for claim in reading.claims)
    assert reading.cut_short is False


def test_a_bare_list_that_has_more_is_cut_short() -> None:
    body = b'{"data":[{"id":"m"}],"has_more":true}'
    assert read("dashscope", body, "compatible").cut_short is True


def test_every_documented_field_is_known(small: Callable[[str], bytes]) -> None:
    reading = read("dashscope", small("dashscope/native"), "native")
    assert (len(reading.claims), reading.lost, reading.unknown_fields) == (5, (), {})


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("dashscope-intl", "dashscope-us"))
def test_every_recorded_record_is_read(recordings: Callable[[str], bytes], path: str) -> None:
    body = recordings(path)
    reading = read("dashscope", body, "compatible")
    records = json.loads(body)["data"]
    assert [
        (claim.native_id, claim.created and claim.created.timestamp()) for claim in reading.claims
    ] == [(one["id"], one["created"]) for one in records]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})


@pytest.mark.parametrize(
    ("url", "dollars"),
    [
        ("https://dashscope-intl.aliyuncs.com/api/v1/models", True),
        ("https://dashscope-us.aliyuncs.com/api/v1/models", True),
        ("http://127.0.0.1:8700/dashscope/api/v1/models", True),
        ("https://dashscope.aliyuncs.com/api/v1/models", False),
        ("https://cn-hongkong.dashscope.aliyuncs.com/api/v1/models", False),
    ],
)
def test_prices_in_another_currency_are_not_taken_for_dollars(url: str, dollars: bool) -> None:
    assert dashscope.in_usd(url) is dollars


def test_a_mainland_list_is_read_without_its_prices(small: Callable[[str], bytes]) -> None:
    ask = Ask(route="native", path="/api/v1/models")
    mainland = "https://dashscope.aliyuncs.com/api/v1/models"
    found = dialect("dashscope").read(Page(ask=ask, body=small("dashscope/native"), url=mainland))
    assert found.claims
    assert {claims.price for claims in found.claims} == {None}
