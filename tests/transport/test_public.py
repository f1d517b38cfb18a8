"""Documents that anybody may read, asked for without a credential and only when they changed."""

import gzip

import pytest

from modeldex.domain.listing import Answer
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from tests.transport.servers import ONCE, answering, reply, serve

pytestmark = pytest.mark.anyio
DAY = "Fri, 20 Nov 2026 12:00:00 GMT"


async def public(url: str, limits: Limits = ONCE, **validators: str) -> Answer:
    async with open_transport(limits) as transport:
        return await transport.fetch_public(url, **validators)


async def refusal(url: str, limits: Limits = ONCE, **validators: str) -> Outcome:
    with pytest.raises(Verdict) as met:
        await public(url, limits, **validators)
    return met.value.outcome


async def test_a_public_document_comes_with_its_validators() -> None:
    async with serve(answering(reply(b"{}", etag='"a"', last_modified=DAY))) as server:
        answer = await public(server.url)
    assert (answer.status, answer.body, answer.etag, answer.last_modified) == (
        200,
        b"{}",
        '"a"',
        DAY,
    )


async def test_a_public_request_carries_no_credential() -> None:
    async with serve(answering(reply())) as server:
        await public(server.url)
    names = {line.split(b":")[0].lower() for line in server.requests[0].split(b"\r\n")[1:]}
    assert not names & {b"authorization", b"x-api-key", b"x-goog-api-key", b"cookie"}
    assert not names & {b"if-none-match", b"if-modified-since"}


async def test_a_document_in_hand_is_asked_for_only_when_it_changed() -> None:
    async with serve(answering(reply(b"", "304 Not Modified", etag='"a"'))) as server:
        answer = await public(server.url, etag='"a"', last_modified=DAY)
    said = server.requests[0].lower()
    assert (answer.status, answer.body) == (304, b"")
    assert b'if-none-match: "a"\r\n' in said
    assert f"if-modified-since: {DAY}\r\n".lower().encode() in said


async def test_unchanged_is_no_answer_to_one_who_has_nothing() -> None:
    async with serve(answering(reply(b"", "304 Not Modified"))) as server:
        assert await refusal(server.url) is Outcome.REDIRECTED


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_no_redirect_is_followed(status: str) -> None:
    async with serve(answering(reply())) as there:
        async with serve(answering(reply(b"", status, location=there.url))) as server:
            assert await refusal(server.url, etag='"a"') is Outcome.REDIRECTED
        assert there.connections == 0


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://192.0.2.1/api.json", Outcome.TLS),
        ("http://127.0.0.1.example.com/api.json", Outcome.TLS),
        ("ftp://127.0.0.1/api.json", Outcome.UNREACHABLE),
        ("https://user:word@127.0.0.1/api.json", Outcome.UNREACHABLE),
        ("https://127.0.0.1\\@example.com/", Outcome.UNREACHABLE),
    ],
)
async def test_an_address_that_is_not_safe_is_not_asked(url: str, outcome: Outcome) -> None:
    assert await refusal(url) is outcome


async def test_a_validator_that_cannot_be_sent_is_not_sent() -> None:
    async with serve(answering(reply())) as server:
        assert await refusal(server.url, etag="a\r\nx: y") is Outcome.UNREACHABLE
        assert server.connections == 0


async def test_a_validator_of_absurd_length_is_not_kept() -> None:
    async with serve(answering(reply(etag="a" * 300))) as server:
        assert (await public(server.url)).etag is None


async def test_a_public_document_has_the_caps_of_every_answer() -> None:
    bomb = gzip.compress(bytes(4096))
    async with serve(answering(reply(bomb, content_encoding="gzip"))) as server:
        assert await refusal(server.url, Limits(decoded_bytes=1024)) is Outcome.TOO_LARGE
        assert await refusal(server.url, Limits(compressed_bytes=16)) is Outcome.TOO_LARGE
