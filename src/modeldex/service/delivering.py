"""Send what waits in the outbox, in its order, and remember what became of it."""

import asyncio
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from ..domain.delivery import Delivery, DeliveryState, Message
from ..domain.errors import NotFound
from ..rules.redelivery import next_try
from ..storage.opening import only_one
from ..transport.limits import Limits
from ..transport.webhooks import Poster, open_poster
from .channels import Channel, Missed, apprised, webhook
from .desk import APPRISE, Desk

ATTEMPT_S = 5.0
"""Seconds for one message."""
BY_HAND_S = 60.0
"""Seconds for sending when somebody asked for it."""
_LIMITS = Limits(connect_s=3, read_s=ATTEMPT_S, attempt_s=ATTEMPT_S, attempts=1)
_LEAST_S = 0.5
"""With less time than this left no further message is sent."""
_IN_DOUBT = "interrupted while it was sent: it may have arrived"


class Sent(NamedTuple):
    """What sending to one receiver came to."""

    channel: str
    delivered: int = 0
    problem: str = ""
    """Why not all of it arrived; empty when it did, or nothing was due."""


class ChannelLine(msgspec.Struct, frozen=True, kw_only=True):
    """One receiver, and what there is in the outbox for it."""

    name: str
    to: str
    """The host, or `apprise`; never the whole address. Empty when it is no longer configured."""
    what: str
    waiting: int
    failed: int
    delivered: int
    next_at: datetime | None = None
    """When the next message is sent at the earliest; `None`: none waits."""
    problem: str = ""


async def send(
    desk: Desk,
    budget_s: float,
    *,
    only: str | None = None,
    early: bool = False,
    failed: bool = False,
) -> tuple[Sent, ...]:
    """Send what is due, to all receivers at once, and to each of them one after the other.

    `only` names a receiver, `early` sends also what is not due yet, `failed` also what was given
    up. While another process sends, nothing is done. Raises `StorageError`, `BadConfig`, and
    `NotFound` for a receiver that is not configured.
    """
    _known(desk, only)
    if not desk.outbox.file.exists:
        return ()
    states = (DeliveryState.WAITING, *((DeliveryState.FAILED,) if failed else ()))
    with only_one(desk.outbox.lock, 0) as mine:
        waiting = await asyncio.to_thread(desk.outbox.deliveries, *states) if mine else ()
        now, queues = desk.clock(), {name: [] for name in names(desk)}  # type: ignore[var-annotated]
        for one in waiting:
            if one.message.channel in queues and (early or _due(one, now)):
                queues[one.message.channel].append(one)
        wanted = [name for name, queue in queues.items() if queue and only in (None, name)]
        if not wanted:
            return ()
        async with open_poster(_LIMITS) as poster:
            ends = asyncio.get_running_loop().time() + budget_s
            channels = (one for one in _channels(desk, poster) if one.name in wanted)
            return tuple(
                await asyncio.gather(
                    *(_send(desk, one, queues[one.name], ends) for one in channels)
                )
            )


async def send_test(desk: Desk, name: str) -> Sent:
    """Send a receiver a message of the type `modeldex.test`, past the outbox."""
    _known(desk, name)
    now = desk.clock()
    body = {"type": "modeldex.test", "timestamp": now, "data": {"says": "this is a test"}}
    text = "this is a test" if name.startswith(APPRISE) else msgspec.json.encode(body).decode()
    message = Message(id=f"test_{secrets.token_hex(8)}", channel=name, body=text, at=now)
    async with open_poster(_LIMITS) as poster:
        channel = next(one for one in _channels(desk, poster) if one.name == name)
        try:
            await channel.send(message, ATTEMPT_S)
        except Missed as missed:
            return Sent(name, 0, missed.problem)
    return Sent(name, 1)


def names(desk: Desk) -> list[str]:
    """The receivers that are configured."""
    return [
        *(one.name for one in desk.config.webhooks),
        *(f"{APPRISE}{reference}" for reference in desk.config.notices.apprise),
    ]


def lines(desk: Desk) -> tuple[ChannelLine, ...]:
    """Every receiver that is configured, and those that messages still wait for."""
    known = {one.name: (urlsplit(one.url).hostname or "", one.what) for one in desk.config.webhooks}
    known |= {f"{APPRISE}{one}": ("apprise", "notices") for one in desk.config.notices.apprise}
    queues: dict[str, list[Delivery]] = {name: [] for name in known}
    for one in desk.outbox.deliveries():
        queues.setdefault(one.message.channel, []).append(one)
    return tuple(
        _line(name, *known.get(name, ("", "")), queue)
        for name, queue in queues.items()
        if name in known or any(one.state is not DeliveryState.DELIVERED for one in queue)
    )


def _line(name: str, to: str, what: str, queue: list[Delivery]) -> ChannelLine:
    waiting = [one for one in queue if one.state is DeliveryState.WAITING]
    failed = [one for one in queue if one.state is DeliveryState.FAILED]
    problems = [one.problem for one in (*failed, *waiting) if one.problem]
    if not to:
        problems.append("no longer in the configuration")
    return ChannelLine(
        name=name,
        to=to,
        what=what,
        waiting=len(waiting),
        failed=len(failed),
        delivered=len(queue) - len(waiting) - len(failed),
        next_at=min((one.next_at for one in waiting if one.next_at), default=None),
        problem=problems[-1] if problems else "",
    )


def _known(desk: Desk, name: str | None) -> None:
    known = names(desk)
    if name is not None and name not in known:
        hint = f"known are {', '.join(known)}" if known else "[[webhook]] configures one"
        raise NotFound(f"no receiver is called {name!r}", hint=hint)


def _channels(desk: Desk, poster: Poster) -> Iterator[Channel]:
    for to in desk.config.webhooks:
        yield webhook(to, poster, desk.environ, desk.clock)
    for reference in desk.config.notices.apprise:
        yield apprised(f"{APPRISE}{reference}", reference, desk.environ)


def _due(one: Delivery, now: datetime) -> bool:
    return one.next_at is None or one.next_at <= now


async def _send(desk: Desk, channel: Channel, queue: list[Delivery], ends: float) -> Sent:
    delivered, problem = 0, ""
    for one in queue:
        left_s = ends - asyncio.get_running_loop().time()
        if left_s < _LEAST_S:
            break
        missed = await _deliver(desk, channel, one, min(left_s, ATTEMPT_S))
        if missed is None:
            delivered += 1
            continue
        problem = missed.problem
        if not missed.own:
            break
    return Sent(channel.name, delivered, problem)


async def _deliver(desk: Desk, channel: Channel, one: Delivery, within_s: float) -> Missed | None:
    """Send one message and remember what became of it; `None`: it has arrived."""
    tried = replace(one, attempts=one.attempts + 1)
    if channel.at_most_once:
        doubt = replace(tried, state=DeliveryState.FAILED, next_at=None, problem=_IN_DOUBT)
        await asyncio.to_thread(desk.outbox.record, doubt)
    missed = None
    try:
        await channel.send(one.message, within_s)
        became = replace(tried, state=DeliveryState.DELIVERED, next_at=None, problem="")
    except Missed as met:
        missed = met
        became = _after(one, tried, met, desk.clock(), desk.jitter())
    others_wait = missed is not None and missed.tried and not missed.own
    await asyncio.to_thread(desk.outbox.record, became, others_wait=others_wait)
    return missed


def _after(
    one: Delivery, tried: Delivery, missed: Missed, now: datetime, jitter: float
) -> Delivery:
    if not missed.tried:
        return replace(one, problem=missed.problem)
    again = None if missed.final else next_try(tried.attempts, now, jitter, missed.retry_after_s)
    state = DeliveryState.FAILED if again is None else DeliveryState.WAITING
    return replace(tried, state=state, next_at=again, problem=missed.problem)
