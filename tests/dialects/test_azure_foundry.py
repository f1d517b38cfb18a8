from collections.abc import Callable

import pytest

from modeldex.dialects import dialect
from modeldex.domain.capability import Access, Kind
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Ask, Page, Reading
from tests.dialects.recorded import by_id, read

HERE = "https://acme.services.ai.azure.com/api/projects/one/deployments"


@pytest.fixture
def found(small: Callable[[str], bytes]) -> dict[str, Claims]:
    return by_id(read("azure_foundry", small("azure-foundry/deployments"), "deployments"))


def linked(link: str, asked: dict[str, str] | None = None) -> Reading:
    params = asked or {"api-version": "v1"}
    ask = Ask(route="deployments", path="deployments", params=params)
    body = f'{{"value": [{{"name": "a"}}], "nextLink": "{link}"}}'.encode()
    return dialect("azure_foundry").read(Page(ask=ask, body=body, url=HERE))


def test_a_deployment_is_called_by_its_own_name(found: dict[str, Claims]) -> None:
    own = found["search-vectors"]
    assert (own.access, own.name) == (Access.UNCATALOGUED, "text-embedding-3-large")
    assert found["gpt-5-mini"].access is Access.CALLABLE


def test_abilities_in_words_tell_the_kind(found: dict[str, Claims]) -> None:
    kinds = [found[name].kind for name in ("gpt-5-mini", "search-vectors", "odd")]
    assert kinds == [Kind.CHAT, Kind.EMBEDDING, None]


def test_the_next_page_is_asked_at_the_same_address() -> None:
    reading = linked(f"{HERE}?api-version=v1&after=b%3D")
    assert [ask.params for ask in reading.follow] == [{"api-version": "v1", "after": "b="}]
    assert not reading.cut_short


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/api/projects/one/deployments?after=b",
        "http://acme.services.ai.azure.com/api/projects/one/deployments?after=b",
        "https://acme.services.ai.azure.com@evil.example/deployments?after=b",
        f"{HERE}/else?after=b",
        f"{HERE}?api-version=v1",
        "?after=b",
        f"{HERE}?after=" + "b" * 5000,
    ],
    ids=["host", "scheme", "user", "path", "same page", "relative", "long"],
)
def test_a_link_elsewhere_is_not_followed(link: str) -> None:
    reading = linked(link)
    assert (reading.follow, reading.cut_short) == ((), True)
