import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from modeldex.dialects import dialect
from modeldex.domain.capability import Access, Kind
from modeldex.domain.claims import Claims
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.listing import Role
from tests.dialects.recorded import by_id, read, recorded


@pytest.fixture
def deployable(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("azure", small("azure/deployable"), "deployable"))


@pytest.fixture
def deployments(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("azure", small("azure/deployments"), "deployments"))


def test_deployments_are_the_list_and_the_catalog_stands_in_for_them() -> None:
    roles = {route.name: route.role for route in dialect("azure").routes}
    assert roles == {
        "deployments": Role.LISTS,
        "deployable": Role.ADDS,
        "models": Role.FALLBACK,
    }


def test_a_deployment_is_called_by_its_own_name(deployments: dict[str, Claims]) -> None:
    found = deployments["prod-chat"]
    assert found.access is Access.UNCATALOGUED
    assert (found.name, found.aliases) == ("gpt-4o-2024-11-20", ("gpt-4o-2024-11-20",))


def test_a_deployment_named_like_its_model_is_a_model_of_the_catalog(
    deployments: dict[str, Claims],
) -> None:
    found = deployments["text-embedding-3-small"]
    assert (found.access, found.aliases) == (Access.CALLABLE, None)


def test_a_deployment_under_way_cannot_be_called_yet(deployments: dict[str, Claims]) -> None:
    found = deployments["next"]
    assert (found.access, found.access_note) == (
        Access.NOT_CALLABLE,
        "its deployment is running",
    )


def test_what_may_be_deployed_and_is_not_cannot_be_called(deployable: dict[str, Claims]) -> None:
    assert {found.access for found in deployable.values()} == {Access.NOT_CALLABLE}
    assert "is not deployed" in (deployable["davinci"].access_note or "")


def test_without_the_deployments_nothing_is_known_of_access(small: Callable[[str], bytes]) -> None:
    found = read("azure", small("azure/models"), "models").claims
    assert {claim.access for claim in found} == {None}
    assert "call a deployment" in (found[0].access_note or "")


def test_kinds_are_told_apart(deployable: dict[str, Claims]) -> None:
    kinds = {name: found.kind for name, found in deployable.items()}
    assert kinds["gpt-4o-2024-11-20"] is Kind.CHAT
    assert kinds["text-embedding-3-small"] is Kind.EMBEDDING
    assert kinds["davinci"] is Kind.COMPLETION
    assert kinds["Cohere-rerank-v4.0-pro"] is Kind.RERANK
    assert (kinds["whisper-001"], kinds["acme-odd-1"]) == (None, None)


def test_the_end_of_inference_is_the_day_of_retirement() -> None:
    body = (
        b'{"data": [{"id": "a", "deprecation": {"inference": 1771372800, "fine_tune": 1},'
        b' "lifecycle_status": "deprecated", "created_at": 1691712000}]}'
    )
    (found,) = read("azure", body, "models").claims
    assert (found.retires_on, found.lifecycle) == (date(2026, 2, 18), Lifecycle.DEPRECATED)
    assert found.created == datetime(2023, 8, 11, tzinfo=UTC)


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("azure-openai-v1"))
def test_recordings_are_read_whole(recordings: Callable[[str], bytes], path: str) -> None:
    raw = json.loads(recordings(path))["data"]
    reading = read("azure", recordings(path), "deployable")
    assert [claim.native_id for claim in reading.claims] == [row["id"] for row in raw]
    assert (reading.lost, reading.odd_fields, reading.unknown_fields) == ((), {}, {})


@pytest.mark.shared
@pytest.mark.parametrize("path", recorded("azure-openai-v1"))
def test_the_days_of_retirement_are_the_recorded_ones(
    recordings: Callable[[str], bytes], path: str
) -> None:
    raw = json.loads(recordings(path))["data"]
    said = [row["deprecation"].get("inference") for row in raw]
    days = [datetime.fromtimestamp(one, UTC).date() if one else None for one in said]
    found = read("azure", recordings(path), "deployable").claims
    assert [claim.retires_on for claim in found] == days
