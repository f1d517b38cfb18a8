"""Where a request is looked at before it is answered: whose it is, with which key, how often."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from .bodies import Bodies
from .exchange import Exchange
from .line import Line
from .mounting import Mount, Served
from .refusals import PLAIN, REFUSALS
from .seen import KeySeen, Seen
from .wire import Request


class Reception:
    """Turns requests into exchanges, and keeps the log of them."""

    def __init__(
        self,
        keys: Mapping[str, str],
        bodies: Bodies,
        page_size: int | None,
        mounts: Mapping[str, Mount],
    ) -> None:
        self.keys = keys
        self.mounts = mounts
        self.bodies = bodies
        self.page_size = page_size
        self.decoy_url = ""
        self._start = time.monotonic()
        self._exchanges: list[Exchange] = []
        self._counts: Counter[tuple[str, ...]] = Counter()

    def welcome(self, provider: str, request: Request, line: Line) -> Exchange:
        """A request below a provider's mount, as an exchange that stands in the log."""
        mount = self.mounts[provider]
        route = served(mount, request)
        presented = _presented(mount, request)
        exchange = Exchange(
            provider=provider,
            mount=mount,
            refusals=REFUSALS.get(provider, PLAIN),
            request=request,
            served=route,
            feed=self.bodies.feed(route) if route else None,
            key=self._judge(provider, presented),
            presented=presented,
            strayed=tuple(self._strayed(provider, request)),
            nth=self._count(provider, request),
            most=self.page_size,
            decoy_url=self.decoy_url,
            at_s=self.now_s(),
            line=line,
        )
        self._exchanges.append(exchange)
        return exchange

    def now_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    def seen(self) -> tuple[Seen, ...]:
        return tuple(exchange.seen() for exchange in self._exchanges)

    def forget(self) -> None:
        self._exchanges.clear()
        self._counts.clear()

    def _count(self, provider: str, request: Request) -> int:
        params = sorted(f"{name}={value}" for name, value in request.params.items())
        target = (provider, request.method, request.path, *params, request.body.hex())
        self._counts[target] += 1
        return self._counts[target]

    def _judge(self, provider: str, presented: str | None) -> KeySeen:
        if presented is None:
            return KeySeen.NONE
        return KeySeen.RIGHT if presented == self.keys[provider] else KeySeen.WRONG

    def _strayed(self, provider: str, request: Request) -> Iterator[str]:
        said = " ".join((request.path, *request.params.values()))
        if any(key in said for key in self.keys.values()):
            yield "url"
        for name, value in request.headers.items():
            if any(key in value for other, key in self.keys.items() if other != provider):
                yield name


def served(mount: Mount, request: Request) -> Served | None:
    """The route of a mount that answers a request; `None` when none does."""
    return next((route for route in mount.routes if route.matches(request)), None)


def below(request: Request) -> tuple[str, Request]:
    """The provider that a request is for, and the request as that provider would see it."""
    _, provider, *rest = request.path.split("/")
    return provider, msgspec.structs.replace(request, path="/" + "/".join(rest))


def _presented(mount: Mount, request: Request) -> str | None:
    for name, before in mount.key_at:
        value = request.headers.get(name, "")
        if value.startswith(before) and value != before:
            return value.removeprefix(before)
    return None
