"""One request with everything needed to answer it, well or badly."""

import msgspec
from msgspec import Raw

from .feed import Feed
from .line import Line
from .mounting import Mount, Served
from .paging import BadCursor
from .refusals import Refusals, repeating
from .seen import KeySeen, Seen
from .shapes import details
from .wire import Reply, Request, json_reply, whole


class Exchange(msgspec.Struct, kw_only=True):
    """A request that arrived and the open connection that it arrived on."""

    provider: str
    mount: Mount
    refusals: Refusals
    request: Request
    """Its path is as the provider would see it, below the mount."""
    served: Served | None
    """The route that answers; `None` when there is none at that address."""
    feed: Feed | None
    key: KeySeen
    presented: str | None
    strayed: tuple[str, ...]
    nth: int
    """1 for the first request for this address and these parameters."""
    most: int | None
    """The largest page that is given, whatever is asked."""
    decoy_url: str
    at_s: float
    line: Line
    bytes_sent: int = 0
    keep_open: bool = False
    """Whether the connection may carry another request."""

    async def send(self, reply: Reply) -> None:
        """A whole reply; a key in its text where the provider repeats keys."""
        self.keep_open = await self.write(whole(repeating(reply, self.presented)))

    async def write(self, data: bytes) -> bool:
        """Some bytes; `False` when the client has left."""
        self.bytes_sent += len(data)
        return await self.line.write(data)

    def usual(self, feed: Feed | None = None, most: int | None = None) -> Reply:
        """What the provider answers when nothing is wrong, from another `feed` if given."""
        refused = self.refused()
        feed = feed or self.feed
        if refused or self.served is None or feed is None:
            return refused or self.refusals.unrouted
        if self.served.details:
            return self._one(feed)
        try:
            return self._page(self.served, feed, most or self.most)
        except BadCursor as error:
            return json_reply(400, {"error": {"message": str(error), "type": "invalid_request"}})

    def refused(self) -> Reply | None:
        """The provider's own no to the key; `None` when it may pass."""
        if self.served is None or self.served.public:
            return None
        if self.key is not KeySeen.RIGHT:
            none = self.key is KeySeen.NONE
            return self.refusals.missing if none else self.refusals.wrong
        absent = (name for name in self.mount.required if name not in self.request.headers)
        return next((self.mount.required[name] for name in absent), None)

    def claiming_more(self, cursor: str | None, records: list[Raw] | None = None) -> Reply:
        """A page that says that another one follows, under `cursor`."""
        if self.refused() or self.served is None or self.feed is None:
            return self.usual()
        shown = self.feed.records[:1] if records is None else records
        marks = self.served.paging.more(cursor)
        return Reply(body=self.feed.render(shown, marks))

    @property
    def paged(self) -> bool:
        return self.served is not None and self.served.paging.pages

    @property
    def on_first_page(self) -> bool:
        if self.served is None or self.feed is None:
            return True
        try:
            window = self.served.paging.window(self.request.params, self.feed.ids, self.most)
        except BadCursor:
            return False
        return window.start == 0

    def seen(self) -> Seen:
        keys = [self.presented] if self.presented else []
        return Seen(
            provider=self.provider,
            method=self.request.method,
            path=self.request.path,
            params={n: _hidden(v, keys) for n, v in self.request.params.items()},
            header_names=tuple(self.request.headers),
            key=self.key,
            strayed=self.strayed,
            at_s=self.at_s,
            bytes_sent=self.bytes_sent,
        )

    def _page(self, served: Served, feed: Feed, most: int | None) -> Reply:
        window = served.paging.window(self.request.params, feed.ids, most)
        marks = served.paging.marks(window, feed.ids)
        if feed is self.feed and not served.paging.pages:
            return Reply(body=feed.body)
        return Reply(body=feed.render(feed.records[window.start : window.end], marks))

    def _one(self, feed: Feed) -> Reply:
        asked = msgspec.json.decode(self.request.body or b"{}")
        name = asked.get("model") or asked.get("name")
        if name not in feed.ids:
            return json_reply(404, {"error": f"model '{name}' not found"})
        return json_reply(200, details(msgspec.json.decode(feed.records[feed.ids.index(name)])))


def _hidden(value: str, keys: list[str]) -> str:
    for key in keys:
        value = value.replace(key, "(key)")
    return value
