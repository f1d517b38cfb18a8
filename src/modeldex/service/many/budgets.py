"""How much one host is asked on behalf of everybody: few at once, with a pause, and not while it is sick."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime

import msgspec

from ...domain.outcome import Outcome, Verdict
from ...transport.breaker import BreakerState, after, may_ask
from ...transport.guard import Origin
from ...transport.limits import Limits

_OF_THE_HOST = frozenset(
    {Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.DNS, Outcome.TLS, Outcome.OK}
)
"""What tells of a host; a refused key or a used-up quota tells of one user alone."""
_MIB = 1024 * 1024
FOR_PROVIDERS = Limits(compressed_bytes=8 * _MIB, decoded_bytes=32 * _MIB)
"""Narrower than for one user: sixteen answers may come at a time."""
FOR_OWN = Limits(compressed_bytes=8 * _MIB, decoded_bytes=8 * _MIB)
"""Of users' own servers, which may answer with anything."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """How much is asked: at one host, for one user, and in all."""

    at_once: int = 2
    """Connections asked at one host at a time."""
    every_s: float = 0.1
    """Seconds between the beginnings of two of them."""
    of_one: int = 4
    """Connections of one user asked at a time; the others of theirs stand in no queue of a host."""
    in_all: int = 16
    """Connections asked at a time at all hosts together."""
    patience_s: float = 15.0
    """Seconds for which one waits for its turn."""
    readers: int = 2
    """Large answers read at a time: each takes several times its size, and a processor."""
    hosts: int = 10_000
    """Hosts remembered; of idle ones, those asked longest ago are forgotten."""


class Crowded(Exception):
    """There was no turn in time: it says nothing of the host, which was not asked."""


class _Host:
    def __init__(self, at_once: int) -> None:
        self.turns = asyncio.Semaphore(at_once)
        self.waiting = 0
        self.next_at = 0.0
        self.breaker = BreakerState()


class Budgets:
    """The budgets of all hosts, in one event loop."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._all = asyncio.Semaphore(budget.in_all)
        self._hosts: OrderedDict[Origin, _Host] = OrderedDict()
        self._users: dict[str, asyncio.Semaphore] = {}
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, user: str, where: Origin, now: datetime) -> AsyncIterator[None]:
        """The turn of one connection of a user at a host.

        Raises `Verdict` when the host is left alone for a while after failures, and `Crowded` when
        there is no turn within `Budget.patience_s`.
        """
        host = self._host(where)
        if not may_ask(host.breaker, now):
            outcome = host.breaker.last_outcome or Outcome.UNREACHABLE
            raise Verdict(outcome, "it failed several times in a row and is left alone for a while")
        host.waiting += 1
        try:
            async with AsyncExitStack() as held:
                await self._wait(held.enter_context(self._turns_of(user)), host, held)
                yield
        finally:
            host.waiting -= 1

    def told(self, where: Origin, outcome: Outcome, now: datetime, jitter: float = 0.0) -> None:
        """Remember what asking at a host came to."""
        if outcome in _OF_THE_HOST:
            host = self._host(where)
            host.breaker = after(host.breaker, outcome, now, jitter=jitter)

    async def _wait(self, mine: asyncio.Semaphore, host: _Host, held: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._budget.patience_s):
                await held.enter_async_context(mine)
                await held.enter_async_context(host.turns)
                at = max(loop.time(), host.next_at)
                host.next_at = at + self._budget.every_s
                await asyncio.sleep(at - loop.time())
                await held.enter_async_context(self._all)
                return
        except TimeoutError:
            pass
        raise Crowded

    @contextmanager
    def _turns_of(self, user: str) -> Iterator[asyncio.Semaphore]:
        self._waiting[user] += 1
        try:
            yield self._users.setdefault(user, asyncio.Semaphore(self._budget.of_one))
        finally:
            self._waiting[user] -= 1
            if not self._waiting[user]:
                del self._waiting[user], self._users[user]

    def _host(self, where: Origin) -> _Host:
        host = self._hosts.pop(where, None) or _Host(self._budget.at_once)
        self._hosts[where] = host
        if len(self._hosts) > self._budget.hosts:
            idle = next((one for one, its in self._hosts.items() if not its.waiting), where)
            if idle != where:
                del self._hosts[idle]
        return host
