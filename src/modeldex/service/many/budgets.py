"""How much one host is asked on behalf of everybody: few at once, with a pause, and not while it is sick."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import msgspec

from ...domain.outcome import Outcome, Verdict
from ...transport.breaker import BreakerState, after, may_ask
from ...transport.guard import Origin

_OF_THE_HOST = frozenset(
    {Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.DNS, Outcome.TLS, Outcome.OK}
)
"""What tells of a host; a refused key or a used-up quota tells of one user alone."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What one host, and all together, may be asked."""

    at_once: int = 2
    """Connections asked at one host at a time."""
    every_s: float = 0.1
    """Seconds between the beginnings of two of them."""
    in_all: int = 16
    """Connections asked at a time at all hosts together."""
    patience_s: float = 15.0
    """Seconds for which one waits for its turn."""
    hosts: int = 10_000
    """Hosts remembered; of idle ones, those asked longest ago are forgotten."""


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

    @asynccontextmanager
    async def turn(self, where: Origin, now: datetime) -> AsyncIterator[None]:
        """One connection's turn at a host.

        Raises `Verdict` when the host is left alone for a while after failures, or when there is
        no turn within `Budget.patience_s`.
        """
        host = self._host(where)
        if not may_ask(host.breaker, now):
            outcome = host.breaker.last_outcome or Outcome.UNREACHABLE
            raise Verdict(outcome, "it failed several times in a row and is left alone for a while")
        host.waiting += 1
        try:
            async with AsyncExitStack() as held:
                await self._wait(host, held)
                yield
        finally:
            host.waiting -= 1

    def told(self, where: Origin, outcome: Outcome, now: datetime, jitter: float = 0.0) -> None:
        """Remember what asking at a host came to."""
        if outcome in _OF_THE_HOST:
            host = self._host(where)
            host.breaker = after(host.breaker, outcome, now, jitter=jitter)

    async def _wait(self, host: _Host, held: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._budget.patience_s):
                await held.enter_async_context(host.turns)
                at = max(loop.time(), host.next_at)
                host.next_at = at + self._budget.every_s
                await asyncio.sleep(at - loop.time())
                await held.enter_async_context(self._all)
                return
        except TimeoutError:
            pass
        raise Verdict(Outcome.RATE_LIMITED, "many are asking it at the moment")

    def _host(self, where: Origin) -> _Host:
        host = self._hosts.pop(where, None) or _Host(self._budget.at_once)
        self._hosts[where] = host
        if len(self._hosts) > self._budget.hosts:
            idle = next((one for one, its in self._hosts.items() if not its.waiting), where)
            if idle != where:
                del self._hosts[idle]
        return host
