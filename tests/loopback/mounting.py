"""One provider on the loopback: the addresses it answers, the bodies behind them, who may ask."""

import re
from collections.abc import Mapping

import msgspec

from .paging import WHOLE, Paging
from .shapes import Shape
from .wire import Reply, Request

BEARER = ("authorization", "Bearer ")


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """One address that answers."""

    path: str
    """`{name}` stands for one segment."""
    params: tuple[tuple[str, str], ...] = ()
    """What a request has to ask to be for this route; more may be asked."""
    small: str
    """The small body below `tests/recordings`, without `.json`."""
    full: str | None = None
    """The full recording, without `.json.gz`."""
    shape: Shape | None = None
    """Makes this route's body of the full recording, where the recording is of another route."""
    tiny: Shape | None = None
    """Makes a body where there is none, from nothing."""
    at: str = "data"
    id_key: str = "id"
    paging: Paging = WHOLE
    public: bool = False
    details: bool = False
    """A POST that asks for one model of the list."""
    raw: bool = False
    """The body is served as it is, whatever is in it."""

    def matches(self, request: Request) -> bool:
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(self.path))
        wanted = "POST" if self.details else "GET"
        asked = all(request.params.get(name) == value for name, value in self.params)
        return (
            asked and request.method == wanted and re.fullmatch(pattern, request.path) is not None
        )


class Mount(msgspec.Struct, frozen=True, kw_only=True):
    """One provider."""

    routes: tuple[Served, ...]
    key_at: tuple[tuple[str, str], ...] = (BEARER,)
    """The headers that may carry the key, each with what stands before it."""
    required: Mapping[str, Reply] = {}
    """Headers that must be there beside a good key, and the answer when one is not."""
