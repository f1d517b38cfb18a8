import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from modeldex import __version__
from modeldex.domain.listing import Ask
from modeldex.domain.outcome import Outcome
from tests.transport.faults import BROKEN, SLOW
from tests.transport.servers import (
    HASTY,
    KEY,
    Handler,
    answering,
    connection,
    fetch,
    refusal,
    reply,
    serve,
)

pytestmark = pytest.mark.anyio
BODY = b'{"data":[{"id":"m"}]}'


@asynccontextmanager
async def nobody() -> AsyncIterator[str]:
    """The address of a port on which nobody listens, held so that nobody comes to."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/v1"


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 403, 404, 410, 429, 500, 503])
async def test_any_status_is_an_answer(status: int) -> None:
    body = b"" if status == 204 else BODY
    async with serve(answering(reply(body, status=f"{status} X"))) as server:
        answer = await fetch(connection(server.url))
    assert (answer.status, answer.body) == (status, body)


async def test_the_content_type_comes_bare_and_in_lower_case() -> None:
    async with serve(answering(reply(content_type="Text/HTML; charset=x"))) as server:
        assert (await fetch(connection(server.url))).content_type == "text/html"


async def test_a_request_says_who_asks_and_what_it_accepts() -> None:
    async with serve(answering(reply())) as server:
        await fetch(connection(server.url), Ask(route="r", path="models", params={"a": "b c"}))
    said = server.requests[0].lower()
    assert said.startswith(b"get /v1/models?a=b%20c http/1.1\r\n")
    assert f"user-agent: modeldex/{__version__}\r\n".encode() in said
    assert b"accept-encoding: gzip, deflate\r\n" in said


async def test_a_json_body_makes_it_a_post() -> None:
    async with serve(answering(reply())) as server:
        await fetch(connection(server.url), Ask(route="show", path="show", json='{"model":"m"}'))
    assert server.requests[0].startswith(b"POST /v1/show ")
    assert b"content-type: application/json" in server.requests[0].lower()


async def test_the_asks_headers_are_sent() -> None:
    ask = Ask(route="r", path="models", headers={"anthropic-version": "2023-06-01"})
    async with serve(answering(reply())) as server:
        await fetch(connection(server.url), ask)
    assert b"anthropic-version: 2023-06-01\r\n" in server.requests[0]


async def test_the_key_goes_into_the_header_and_nowhere_else() -> None:
    async with serve(answering(reply())) as server:
        await fetch(connection(server.url, key=KEY))
    assert server.requests[0].count(KEY.encode()) == 1
    assert f"\r\nauthorization: Bearer {KEY}\r\n".encode() in server.requests[0]


async def test_nobody_listening_is_unreachable() -> None:
    async with nobody() as url:
        met = await refusal(connection(url))
    assert (met.outcome, met.message) == (Outcome.UNREACHABLE, "it refused the connection")


@pytest.mark.parametrize("handler", BROKEN.values(), ids=BROKEN.keys())
async def test_an_answer_that_breaks_off_is_unreachable(handler: Handler) -> None:
    async with serve(handler) as server:
        assert (await refusal(connection(server.url))).outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize("handler", SLOW.values(), ids=SLOW.keys())
async def test_a_slow_answer_ends_at_its_deadline(handler: Handler) -> None:
    began = asyncio.get_running_loop().time()
    async with serve(handler) as server:
        met = await refusal(connection(server.url), HASTY)
        took = asyncio.get_running_loop().time() - began
    assert met.outcome is Outcome.TIMEOUT
    assert took < HASTY.attempt_s + 10


async def test_a_server_without_tls_behind_https_is_tls() -> None:
    async with serve(answering(reply()), speaks_first=True) as server:
        met = await refusal(connection(server.url.replace("http:", "https:"), key=KEY))
    assert met.outcome is Outcome.TLS


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
async def test_a_redirect_is_reported_and_never_followed(status: int) -> None:
    async with serve(answering(reply())) as thief:
        there = thief.url.replace("127.0.0.1", "localhost") + "/models?q=secret-path"
        handler = answering(reply(b"", status=f"{status} X", location=there))
        async with serve(handler) as server:
            met = await refusal(connection(server.url, key=KEY))
    assert (met.outcome, met.message) == (Outcome.REDIRECTED, "it redirects to localhost")
    assert thief.connections == 0


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("", "another address"),
        ("/v2/models", "another address"),
        ("https://[", "another address"),
        ("https://\x1b]2Jevil.example", "another address"),
        ("https://evil%1b.example", "another host"),
        (f"https://{KEY}.evil.example/", "another host"),
        (f"https://{'a' * 99}.example", "another host"),
    ],
)
async def test_a_strange_target_is_not_repeated(location: str, said: str) -> None:
    async with serve(answering(reply(b"", status="302 Found", location=location))) as server:
        met = await refusal(connection(server.url, key=KEY))
    assert (met.outcome, met.message) == (Outcome.REDIRECTED, f"it redirects to {said}")


async def test_a_refusal_before_sending_opens_no_connection() -> None:
    async with serve(answering(reply())) as server:
        plain = connection(server.url.replace("127.0.0.1", "0.0.0.0"), key=KEY)
        assert (await refusal(plain)).outcome is Outcome.TLS
        assert (await refusal(connection(server.url, key="a\nb"))).outcome is Outcome.KEY_REJECTED
    assert server.connections == 0


@pytest.mark.parametrize("name", ["Host", "X-Org\r\nX-Evil"])
async def test_a_harmful_header_opens_no_connection(name: str) -> None:
    async with serve(answering(reply())) as server:
        target = msgspec.structs.replace(connection(server.url), headers={name: "evil.example"})
        assert (await refusal(target)).outcome is Outcome.UNREACHABLE
    assert server.connections == 0


@pytest.mark.parametrize("host", ["1.2.3.999", "[1::2::3]", "[1.2.3.4]"])
async def test_a_host_that_only_looks_like_an_address_is_refused(host: str) -> None:
    met = await refusal(connection(f"https://{host}/v1", key=KEY))
    assert (met.outcome, met.message) == (Outcome.UNREACHABLE, "its address names no host")
