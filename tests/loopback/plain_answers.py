"""Faults that are proper HTTP answers, with the wrong status or the wrong thing inside."""

import asyncio
from collections.abc import Awaitable, Callable

from .exchange import Exchange
from .refusals import KEY_REFUSED_IN_200
from .wire import HTML, Reply, json_reply

BLOCKED = b"<!DOCTYPE html><title>Attention Required!</title><p>Sorry, you have been blocked</p>"
PORTAL = b"<!DOCTYPE html><html><title>Sign in to the network</title><body>Welcome</body></html>"
SLOW_S = 9.9
_FAILED = {"error": {"message": "Internal server error", "type": "server_error"}}
_LIMITED = {"error": {"message": "Rate limit reached", "type": "rate_limit_error"}}


def _always(reply: Reply) -> Callable[[Exchange], Awaitable[None]]:
    async def answer(exchange: Exchange) -> None:
        await exchange.send(reply)

    return answer


status_400 = _always(
    json_reply(400, {"error": {"message": "Malformed request", "type": "invalid_request_error"}})
)
"""A 400 that says nothing about keys."""
status_403 = _always(
    json_reply(403, {"error": {"message": "This model list is not for you", "type": "forbidden"}})
)
html_403 = _always(Reply(status=403, body=BLOCKED, content_type=HTML))
"""A firewall's page, no provider's answer."""
gone = _always(json_reply(410, {"error": {"message": "This API has been retired"}}))
rate_limited = _always(
    Reply(status=429, body=json_reply(429, _LIMITED).body, headers={"Retry-After": "120"})
)
rate_limited_bare = _always(json_reply(429, _LIMITED))
"""A 429 that does not say how long."""
server_error = _always(json_reply(500, _FAILED))
unavailable = _always(Reply(status=503, body=b"", headers={"Retry-After": "1"}))
html = _always(Reply(body=PORTAL, content_type=HTML))
"""A captive portal: 200, and no JSON."""
empty_body = _always(Reply())
no_content = _always(Reply(status=204))
empty_object = _always(Reply(body=b"{}"))
bad_key_in_200 = _always(KEY_REFUSED_IN_200)


async def bad_key(exchange: Exchange) -> None:
    """The provider's own answer to a wrong key, given to a right one."""
    await exchange.send(exchange.refusals.wrong)


async def not_found(exchange: Exchange) -> None:
    """The provider's own answer for an address it does not know."""
    await exchange.send(exchange.refusals.unrouted)


async def error_in_200(exchange: Exchange) -> None:
    """An error of the provider's own shape, under a 200."""
    await exchange.send(exchange.refusals.error_in_200)


async def redirect(exchange: Exchange) -> None:
    """A 302 to the decoy, which notes whoever follows."""
    await exchange.send(Reply(status=302, headers={"Location": exchange.decoy_url}))


async def flaky(exchange: Exchange) -> None:
    """503 to the first request for an address, and well after that."""
    first = Reply(status=503, headers={"Retry-After": "0"})
    await exchange.send(first if exchange.nth == 1 else exchange.usual())


async def slow(exchange: Exchange) -> None:
    """Silent for longer than a read may be, though not for a whole attempt."""
    await asyncio.sleep(SLOW_S)
    await exchange.send(exchange.usual())
