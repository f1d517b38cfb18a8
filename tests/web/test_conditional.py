"""Entity tags, compression, and who may store what."""

import gzip
from collections.abc import Iterator

import httpx2
import pytest

from modeldex.web.conditional import names, quoted, tag
from modeldex.web.headers import SECURITY

from .hosting import Service

READ = (
    "/available-models",
    "/v1/models",
    "/v1/models/acme/sonnet-5",
    "/v1/models?shape=openrouter",
    "/api/v1/models",
    "/api/v1/models?q=sonnet&facets=true",
    "/api/v1/models/acme/sonnet-5",
    "/api/v1/facets",
    "/api/v1/bases",
    "/api/v1/providers",
    "/api/v1/providers/acme",
    "/api/v1/changes",
    "/api/v1/changes.atom",
    "/api/v1/changes.json",
    "/api/v1/resolve?name=sonnet",
    "/api/v1/deprecations",
    "/api/v1/compare?id=acme/sonnet-5&id=acme/sonnet-4",
    "/api/v1/cost?model=acme/sonnet-5&input=1k&output=1k",
    "/api/v1/catalog",
    "/api/v1/catalog.db",
    "/openapi.json",
)
PERSONAL = [
    one
    for one in READ
    if one.startswith(("/available", "/v1", "/api/v1/models", "/api/v1/providers"))
]


@pytest.fixture
def plain(service: Service) -> Iterator[httpx2.Client]:
    with service.client(**{"accept-encoding": "identity"}) as found:
        yield found


@pytest.mark.parametrize("address", READ)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_is_known_already_is_not_sent_again(
    client: httpx2.Client, address: str, encoding: str
) -> None:
    client.headers["accept-encoding"] = encoding
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("address", READ)
def test_the_tag_is_strong_and_each_encoding_has_its_own(
    client: httpx2.Client, plain: httpx2.Client, address: str
) -> None:
    packed, whole = client.get(address), plain.get(address)
    assert packed.headers["etag"].startswith('"')
    same = packed.headers["etag"] == whole.headers["etag"]
    assert same is ("content-encoding" not in packed.headers)


@pytest.mark.parametrize("address", READ)
def test_a_304_has_the_security_headers_too(client: httpx2.Client, address: str) -> None:
    tagged = {"if-none-match": client.get(address).headers["etag"]}
    headers = client.get(address, headers=tagged).headers
    assert all(headers[name.decode()] == value.decode() for name, value in SECURITY)


@pytest.mark.parametrize("address", PERSONAL)
def test_what_depends_on_who_asks_is_stored_nowhere(client: httpx2.Client, address: str) -> None:
    assert client.get(address).headers["cache-control"] == "private, no-store"


def test_a_compressed_answer_holds_the_same_bytes(
    service: Service, client: httpx2.Client, plain: httpx2.Client
) -> None:
    with client.stream("GET", "/v1/models") as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.get("/v1/models").content


def test_a_stored_answer_is_the_one_that_was_worked_out(client: httpx2.Client) -> None:
    first, second = client.get("/v1/models"), client.get("/v1/models")
    assert (first.content, dict(first.headers).keys()) == (
        second.content,
        dict(second.headers).keys(),
    )


def test_a_head_has_the_headers_and_no_body(client: httpx2.Client) -> None:
    whole, head = client.get("/v1/models"), client.head("/v1/models")
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert head.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("path", [*READ, "/healthz", "/readyz", "/metrics", "/nope"])
def test_a_head_before_any_get_leaves_the_connection_open(
    client: httpx2.Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    head = client.head(path)
    assert (head.content, "close" in head.headers.get("connection", "")) == (b"", False)
    assert client.get("/healthz").status_code == 200
    assert caplog.records == []


def test_two_lists_of_parts_have_two_tags() -> None:
    assert tag("ab", "c") != tag("a", "bc")


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        (b'"abc"', True),
        (b'W/"abc"', True),
        (b'"x", "abc"', True),
        (b"*", True),
        (b'"abcd"', False),
        (b"abc", False),
        (b"", False),
    ],
)
def test_tags_are_compared_as_the_rfc_wants_it(sent: bytes, known: bool) -> None:
    assert names(sent, quoted("abc")) is known
