import json
from collections.abc import Callable

import pytest

from modeldex.dialects import dialect
from modeldex.domain.capability import Access
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Role
from tests.dialects.recorded import by_id, read, recorded


def one(name: str, **actions: object) -> Claims:
    record = {"name": name, "supportedActions": actions}
    body = json.dumps({"publisherModels": [record]}).encode()
    (claim,) = read("vertex", body, "google").claims
    return claim


def test_every_publisher_is_asked_and_googles_own_list_decides() -> None:
    routes = {route.name: route.role for route in dialect("vertex").routes}
    assert [name for name, role in routes.items() if role is Role.LISTS] == ["google"]
    assert {"anthropic", "meta", "mistralai", "openai"} <= routes.keys()


@pytest.mark.parametrize(
    ("name", "native_id"),
    [
        ("publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("publishers/anthropic/models/claude-opus-4-5", "claude-opus-4-5"),
        ("publishers/meta/models/llama-4-maas", "meta/llama-4-maas"),
    ],
)
def test_a_model_goes_by_the_name_that_a_call_takes(name: str, native_id: str) -> None:
    assert one(name).native_id == native_id


@pytest.mark.parametrize("action", ["deploy", "multiDeployVertex", "deployGke"])
def test_a_model_to_deploy_oneself_cannot_be_called_as_it_is(action: str) -> None:
    found = one("publishers/meta/models/llama3", **{action: {}})
    assert found.access is Access.NOT_CALLABLE
    assert "endpoint of your own" in (found.access_note or "")


def test_a_model_served_as_well_can_be_called() -> None:
    found = one("publishers/openai/models/gpt-oss-120b-maas", deploy={})
    assert found.access is Access.CALLABLE
    assert "accepted its publisher's terms" in (found.access_note or "")


def test_a_model_on_request_cannot_be_called_yet() -> None:
    found = one("publishers/google/models/image-segmentation-001", requestAccess={})
    assert (found.access, found.access_note) == (
        Access.NOT_CALLABLE,
        "access to it has to be requested first",
    )


def test_of_googles_own_models_the_list_proves_nothing() -> None:
    assert one("publishers/google/models/chat-bison").access is None


def test_an_empty_list_is_left_out_and_is_none_the_less_one() -> None:
    reading = read("vertex", b"{}", "qwen")
    assert (reading.claims, reading.cut_short) == ((), False)


def test_pages_are_followed_by_their_token() -> None:
    reading = read("vertex", b'{"publisherModels": [], "nextPageToken": "t"}', "google")
    assert [ask.params["pageToken"] for ask in reading.follow] == ["t"]


def test_a_name_of_another_shape_is_lost_and_told() -> None:
    reading = read("vertex", b'{"publisherModels": [{"name": "gemini"}]}', "google")
    assert len(reading.lost) == 1


def test_open_weights_are_told_where_they_are(small: Callable[[str], bytes]) -> None:
    found = by_id(read("vertex", small("google-vertex/google"), "google"))
    told = {name: claim.open_weights for name, claim in found.items()}
    assert (told["gemma3"], told["chat-bison"]) == (True, False)
    assert told["imagen-4.0-generate-001"] is None


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("vertex"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["publisherModels"]
    reading = read("vertex", recordings(path), "google")
    names = [row["name"].removeprefix("publishers/google/models/") for row in raw]
    assert [claim.native_id for claim in reading.claims] == names
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})
