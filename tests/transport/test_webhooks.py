"""Signed messages, as the published scheme wants them."""

import asyncio
import base64
import logging
import traceback
from datetime import UTC, datetime

import pytest

from modeldex.domain.outcome import Outcome, Verdict
from modeldex.domain.secret import Secret
from modeldex.transport.limits import Limits
from modeldex.transport.webhooks import Posting, Taken, open_poster, signed
from tests.conftest import NOW
from tests.receiver import SECRET
from tests.transport.faults import BROKEN, SLOW
from tests.transport.servers import ONCE, answering, reply, serve

pytestmark = pytest.mark.anyio


def posting(url: str, secret: str = SECRET, id: str = "chg_1") -> Posting:
    return Posting(id, url, b'{"type":"modeldex.test"}', Secret(secret), NOW)


async def post(one: Posting, limits: Limits = ONCE, within_s: float = 2) -> Taken:
    async with open_poster(limits) as poster:
        return await poster.post(one, within_s)


async def refusal(one: Posting, within_s: float = 2) -> Verdict:
    with pytest.raises(Verdict) as met:
        await post(one, within_s=within_s)
    return met.value


@pytest.mark.parametrize("secret", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_the_signature_is_that_of_other_implementations(secret: str) -> None:
    """Source: https://docs.svix.com/receiving/verifying-payloads/how-manual"""
    at = datetime.fromtimestamp(1614265330, UTC)
    body = b'{"test": 2432232314}'
    said = signed(Posting("msg_p5jXN8AQM9LWM0D4loKWxJek", "", body, Secret(secret), at))
    assert said["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert said["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize("size", [24, 64])
def test_a_secret_has_as_many_bytes_as_the_scheme_wants(size: int) -> None:
    assert signed(posting("https://a.example", base64.b64encode(b"x" * size).decode()))


def test_a_secret_may_stand_without_its_prefix() -> None:
    bare = posting("", SECRET.removeprefix("whsec_"))
    assert signed(bare) == signed(posting(""))


@pytest.mark.parametrize(
    "secret",
    [
        *("", "whsec_", "word", "whsec_!!!!", "whsec_é"),
        *(base64.b64encode(b"x" * size).decode() for size in (23, 65)),
    ],
)
async def test_a_secret_that_is_none_is_refused_before_anything_is_sent(secret: str) -> None:
    async with serve(answering(reply())) as server:
        met = await refusal(posting(server.url, secret))
        assert server.connections == 0
    assert met.outcome is Outcome.KEY_REJECTED
    assert "word" not in met.message


async def test_a_message_is_posted_with_its_headers() -> None:
    async with serve(answering(reply(b"", "204 No Content"))) as server:
        assert await post(posting(server.url)) == Taken(204, None)
    head = server.requests[0].lower()
    assert head.startswith(b"post /v1 http/1.1")
    for line in (b"webhook-id: chg_1\r\n", b"content-type: application/json\r\n"):
        assert line in head


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_no_redirect_is_followed(status: str) -> None:
    async with serve(answering(reply())) as there:
        async with serve(answering(reply(b"", status, location=there.url))) as server:
            assert (await post(posting(server.url))).status == int(status[:3])
        assert there.connections == 0


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://192.0.2.1/hook", Outcome.TLS),
        ("http://127.0.0.1.example.com/hook", Outcome.TLS),
        ("ftp://127.0.0.1/hook", Outcome.UNREACHABLE),
        ("https://user:word@127.0.0.1/hook", Outcome.UNREACHABLE),
    ],
)
async def test_an_address_that_is_not_safe_is_not_asked(url: str, outcome: Outcome) -> None:
    assert (await refusal(posting(url))).outcome is outcome


async def test_the_wish_to_be_left_alone_is_read() -> None:
    async with serve(answering(reply(b"", "503 X", retry_after="120"))) as server:
        assert await post(posting(server.url)) == Taken(503, 120.0)


async def test_an_answer_counts_by_its_status_whatever_follows() -> None:
    endless = reply(b"", "200 OK", content_length="999999999")
    async with serve(answering(endless)) as server:
        assert (await post(posting(server.url))).status == 200


FAULTS = {**BROKEN, **SLOW}
HEADLESS = (
    *("closes without a word", "closes inside the headers", "no HTTP at all", "endless headers"),
    *("never answers", "drips the headers"),
)


@pytest.mark.parametrize("fault", HEADLESS)
async def test_no_failure_shows_the_secret_or_the_signature(
    fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serve(FAULTS[fault]) as server:
        one = posting(server.url)
        met = await refusal(one, within_s=0.5)
    trace = traceback.TracebackException.from_exception(met, capture_locals=True)
    shown = "".join([str(met), repr(vars(met)), caplog.text, *trace.format()])
    assert met.__context__ is None
    assert SECRET not in shown
    assert signed(one)["webhook-signature"] not in shown


async def test_one_that_does_not_answer_costs_the_time_it_is_given() -> None:
    async def hang(head: bytes, writer: object) -> None:
        await asyncio.sleep(30)

    async with serve(hang) as server:
        met = await refusal(posting(server.url), within_s=0.3)
    assert (met.outcome, met.message) == (Outcome.TIMEOUT, "no answer within 0.3 s")
