from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from modeldex.domain.capability import Access, Kind
from modeldex.domain.claims import Claims
from tests.dialects.recorded import by_id, read


@pytest.fixture
def endpoints(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("databricks", small("databricks/endpoints"), "endpoints"))


def test_databricks_own_endpoints_are_the_catalog_and_others_are_not(
    endpoints: dict[str, Claims],
) -> None:
    assert endpoints["databricks-gte-large-en"].access is Access.CALLABLE
    assert endpoints["team-gpt"].access is Access.UNCATALOGUED


def test_an_endpoint_that_is_not_ready_says_so(endpoints: dict[str, Claims]) -> None:
    found = endpoints["churn"]
    assert (found.access, found.access_note) == (
        Access.NOT_CALLABLE,
        "its endpoint is NOT_READY",
    )


def test_tasks_tell_the_kind(endpoints: dict[str, Claims]) -> None:
    kinds = [endpoints[name].kind for name in ("team-gpt", "databricks-gte-large-en", "churn")]
    assert kinds == [Kind.CHAT, Kind.EMBEDDING, None]


def test_an_endpoint_is_another_name_of_the_model_behind_it(endpoints: dict[str, Claims]) -> None:
    assert endpoints["team-gpt"].aliases == ("gpt-4o",)
    named = endpoints["databricks-meta-llama-3-3-70b-instruct"]
    assert named.name == "Meta Llama 3.3 70B Instruct"


def test_times_are_milliseconds(endpoints: dict[str, Claims]) -> None:
    found = endpoints["databricks-gte-large-en"]
    assert found.created == datetime(2024, 12, 10, tzinfo=UTC)
    assert endpoints["churn"].created is None


def test_interfaces_tell_the_kind_where_there_is_no_task(small: Callable[[str], bytes]) -> None:
    found = by_id(read("databricks", small("databricks/foundation"), "foundation"))
    assert found["databricks-meta-llama-3-3-70b-instruct"].kind is Kind.CHAT
    assert (found["databricks-odd"].kind, found["databricks-odd"].access) == (None, None)
