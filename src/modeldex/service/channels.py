"""The ways by which a message leaves: a signed post to a receiver, or the library apprise."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from ..credentials.finding import from_reference
from ..domain.delivery import Message
from ..domain.outcome import Outcome, Verdict
from ..domain.secret import Secret
from ..rules.redelivery import GONE
from ..settings.telling import WebhookConfig
from ..transport.apprising import apprise
from ..transport.webhooks import Poster, Posting, Taken

_ABOUT_THE_MESSAGE = frozenset({400, 409, 413, 422})
"""Answers that say nothing of how the receiver would take another message."""


class Missed(Exception):
    """A message did not arrive, or nobody knows."""

    def __init__(
        self,
        problem: str,
        *,
        retry_after_s: float | None = None,
        tried: bool = True,
        final: bool = False,
        own: bool = False,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.retry_after_s = retry_after_s
        """Seconds the receiver asked to wait; `None` when it did not say."""
        self.tried = tried
        """Whether anything was sent; what is wrong here is no failure of the receiver."""
        self.final = final
        """Whether it is not to be sent again."""
        self.own = own
        """Whether it is this message's fault, so that others may well arrive."""


class Channel(NamedTuple):
    """One receiver."""

    name: str
    send: Callable[[Message, float], Awaitable[None]]
    """Sends a message within so many seconds; raises `Missed`."""
    at_most_once: bool
    """Whether the receiver could not tell a second one from the first: then nothing is sent again
    that may have arrived."""


def webhook(
    to: WebhookConfig, poster: Poster, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Channel:
    """Signed posts to a receiver."""

    async def send(message: Message, within_s: float) -> None:
        secret = await _secret(to.secret, environ)
        posting = Posting(message.id, to.url, message.body.encode(), secret, clock())
        try:
            taken = await poster.post(posting, within_s)
        except Verdict as verdict:
            raise _unsent(verdict) from None
        _judge(taken)

    return Channel(to.name, send, at_most_once=False)


def apprised(name: str, reference: str, environ: Mapping[str, str]) -> Channel:
    """Notices by apprise, to the address that the reference leads to."""

    async def send(message: Message, within_s: float) -> None:
        address = await _secret(reference, environ)
        try:
            await apprise(address, "modeldex", message.body, within_s)
        except Verdict as verdict:
            late = verdict.outcome is Outcome.TIMEOUT
            raise Missed(verdict.message, final=late) from None

    return Channel(name, send, at_most_once=True)


async def _secret(reference: str, environ: Mapping[str, str]) -> Secret:
    found = await asyncio.to_thread(from_reference, reference, environ)
    if found.secret is None:
        raise Missed(found.problem or "it has no secret", tried=False)
    return found.secret


def _unsent(verdict: Verdict) -> Missed:
    here = verdict.outcome is Outcome.KEY_REJECTED
    return Missed(verdict.message, retry_after_s=verdict.retry_after_s, tried=not here)


def _judge(taken: Taken) -> None:
    if 200 <= taken.status < 300:
        return
    if taken.status == GONE:
        raise Missed("it answered 410: it wants nothing any more, take it out", final=True)
    raise Missed(
        f"it answered {taken.status}",
        retry_after_s=taken.retry_after_s,
        own=taken.status in _ABOUT_THE_MESSAGE,
    )
