import json
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from modeldex.dialects import bedrock_models, dialect
from modeldex.domain.capability import Access, Kind, Modality, Reasoning
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from tests.dialects.recorded import by_id, read, recorded

SONNET = "anthropic.claude-sonnet-4-20250514-v1:0"


@pytest.fixture
def models(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("bedrock", small("amazon-bedrock/models"), "models"))


def claimed(*, open_to_all: bool | None = None, **record: Any) -> Claims:
    converted = msgspec.convert({"modelId": "acme.one-v1:0", **record}, bedrock_models.Record)
    return bedrock_models.claims(converted, open_to_all=open_to_all)


def test_the_filter_of_profiles_is_called_type_on_the_wire() -> None:
    params = {route.name: dict(route.params) for route in dialect("bedrock").routes}
    assert params["profiles"]["type"] == "SYSTEM_DEFINED"
    assert params["own-profiles"]["type"] == "APPLICATION"


def test_a_model_behind_profiles_alone_says_which_name_to_call(models: dict[str, Claims]) -> None:
    found = models[SONNET]
    assert found.access is Access.NOT_CALLABLE
    assert found.access_note == f"call it through an inference profile such as us.{SONNET}"


def test_a_model_for_bought_throughput_alone_says_so(models: dict[str, Claims]) -> None:
    found = models["anthropic.claude-3-haiku-20240307-v1:0:48k"]
    assert found.access is Access.NOT_CALLABLE
    assert "provisioned throughput" in (found.access_note or "")


@pytest.mark.parametrize(
    ("open_to_all", "access"), [(True, Access.CALLABLE), (False, None), (None, None)]
)
def test_on_demand_is_callable_where_every_account_has_access(
    open_to_all: bool | None, access: Access | None
) -> None:
    found = claimed(open_to_all=open_to_all, inferenceTypesSupported=["ON_DEMAND"])
    assert found.access is access
    assert (found.access_note is None) == (access is Access.CALLABLE)


@pytest.mark.parametrize(
    ("region", "group"),
    [
        ("us-east-1", "us."),
        ("us-gov-west-1", "us-gov."),
        ("eu-central-1", "eu."),
        ("ap-south-1", "apac."),
    ],
)
def test_the_example_of_a_profile_is_one_of_the_region(region: str, group: str) -> None:
    found = claimed(
        modelArn=f"arn:aws:bedrock:{region}::foundation-model/acme.one-v1:0",
        inferenceTypesSupported=["INFERENCE_PROFILE"],
    )
    assert f"such as {group}acme.one-v1:0" in (found.access_note or "")


def test_a_region_without_a_known_group_gets_no_example() -> None:
    found = claimed(inferenceTypesSupported=["INFERENCE_PROFILE"])
    assert found.access_note == "call it through an inference profile"


@pytest.mark.parametrize("ways", [None, [], ["SOMETHING_NEW"]])
def test_other_ways_of_serving_say_nothing_of_access(ways: list[str] | None) -> None:
    found = claimed(inferenceTypesSupported=ways)
    assert (found.access, found.access_note) == (None, None)


def test_kinds_are_told_apart(models: dict[str, Claims]) -> None:
    kinds = {name: found.kind for name, found in models.items() if found.kind}
    assert kinds == {
        "amazon.rerank-v1:0": Kind.RERANK,
        "amazon.nova-2-sonic-v1:0": Kind.REALTIME,
    }
    assert models["amazon.titan-embed-text-v2:0"].output_modalities == (Modality.EMBEDDING,)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"embedded": True}, Reasoning.FIXED),
        ({"embedded": False}, Reasoning.CONFIGURABLE),
        ({}, None),
        (None, None),
    ],
)
def test_reasoning_is_read_where_it_is_told(said: Any, expected: Reasoning | None) -> None:
    assert claimed(converse={"reasoningSupported": said}).reasoning is expected


@pytest.mark.parametrize(
    ("said", "tokens"),
    [("200K", 200_000), ("1M", 1_000_000), ("8192", 8192), ("plenty", None), (None, None)],
)
def test_a_context_window_in_words_is_a_number(said: str | None, tokens: int | None) -> None:
    assert claimed(description={"maxContextWindow": said}).context_window == tokens


@pytest.mark.parametrize("said", [1830297600, "2028-01-01T00:00:00Z"])
def test_the_end_of_life_is_the_day_of_retirement(said: Any) -> None:
    found = claimed(modelLifecycle={"status": "LEGACY", "endOfLifeTime": said})
    assert (found.retires_on, found.lifecycle) == (date(2028, 1, 1), Lifecycle.DEPRECATED)


def test_a_profile_of_the_system_is_called_by_its_id(small: Callable[[str], bytes]) -> None:
    found = by_id(read("bedrock", small("amazon-bedrock/profiles"), "profiles"))
    assert found[f"us.{SONNET}"].access is Access.CALLABLE
    assert found["us.acme.odd-v1"].access_note == "its status is CREATING"


def test_a_profile_of_ones_own_is_called_by_its_arn(small: Callable[[str], bytes]) -> None:
    (found,) = read("bedrock", small("amazon-bedrock/own-profiles"), "own-profiles").claims
    assert found.native_id.startswith("arn:aws:bedrock:us-west-2:123456789012:application-")
    assert (found.access, found.aliases) == (Access.UNCATALOGUED, (SONNET,))


def test_profiles_are_read_page_by_page() -> None:
    body = b'{"inferenceProfileSummaries": [], "nextToken": "abc=="}'
    (follow,) = read("bedrock", body, "profiles").follow
    assert follow.params == {"maxResults": "1000", "type": "SYSTEM_DEFINED", "nextToken": "abc=="}


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("bedrock"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["modelSummaries"]
    reading = read("bedrock", recordings(path), "models")
    assert [claim.native_id for claim in reading.claims] == [row["modelId"] for row in raw]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("bedrock"))
def test_limits_are_the_recorded_ones(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["modelSummaries"]
    found = by_id(read("bedrock", recordings(path), "models"))
    told = {row["modelId"]: (row["converse"] or {}).get("maxTokensMaximum") for row in raw}
    assert {name: found[name].max_output for name in told} == told


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("bedrock"))
def test_only_models_on_demand_are_ever_callable(
    recordings: Callable[[str], bytes], path: str
) -> None:
    raw = {row["modelId"]: row for row in json.loads(recordings(path))["modelSummaries"]}
    for claim in read("bedrock", recordings(path), "models").claims:
        ways = raw[claim.native_id]["inferenceTypesSupported"]
        assert claim.access is not Access.CALLABLE or "ON_DEMAND" in ways
        assert (claim.access is Access.NOT_CALLABLE) == (bool(ways) and "ON_DEMAND" not in ways)
