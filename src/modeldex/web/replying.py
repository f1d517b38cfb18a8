"""From a route's answer to what is sent: entity tag, 304, compression, and the store of hot answers."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from .._version import __version__
from ..domain.account import Actor
from ..domain.catalog import How, Resolution
from ..domain.errors import StorageError
from ..domain.model import Model
from ..service.reading import Catalog
from . import conditional
from .asking import Asking
from .hot import Body, Shown
from .house import House, house_of
from .opened import Opened
from .stored import Stored, Variant, key, stored, unchanged
from .theirs import Theirs
from .unread import Unread

JSON = "application/json"
ACTOR, ASKING = "modeldex.actor", "modeldex.asking"
"""Where the front leaves who asks, and what the request says of itself, in the ASGI scope."""


class Here(NamedTuple):
    """What an answer is made of."""

    opened: Opened
    catalog: Catalog
    """The same, told as at `now`."""
    now: datetime
    """The beginning of the minute or of the day for which the answer is good."""
    actor: Actor
    theirs: Theirs | None = None
    """What is this user's own, where there are many; their answer then depends on its mark."""

    @property
    def seen(self) -> Opened | Theirs:
        """What is searched."""
        return self.theirs or self.opened

    def catalogs(self) -> Iterator[Catalog]:
        """Where a model may be: the catalog, then what only this user's keys open."""
        yield self.catalog
        if self.theirs is not None:
            yield from self.theirs.catalogs()

    def catalogs_of(self, name: str) -> Iterator[Catalog]:
        """Where the model of that id may be; raises `StorageError` past the catalog where it may be
        theirs and that cannot be read."""
        yield self.catalog
        if self.theirs is not None and (own := self.theirs.beside_of(name)) is not None:
            yield own

    def model(self, name: str) -> Model | None:
        """The model of that id; `None` when there is none, for this user."""
        return next((one for each in self.catalogs_of(name) if (one := each.get(name))), None)

    def models(self, base: str) -> list[Model]:
        """Every model of that base, without those of theirs that cannot be read at the moment."""
        own = () if self.theirs is None else self.theirs.readable()
        return [one for each in (self.catalog, *own) for one in each.base(base)]

    def resolve(self, name: str) -> Resolution:
        """Where a name leads this user: an id to itself, their own models' too; else where it leads
        everybody, and where that is nowhere, to what it says of their own models.

        Raises `StorageError` where that depends on a list of theirs which cannot be read.
        """
        first = self.catalog.resolve(name)
        if self.theirs is None or first.how is How.EXACT:
            return first
        nowhere = first.how is How.PASSED_THROUGH
        own = self.theirs.beside if nowhere else self.theirs.beside_of(name)
        if own is None or (not nowhere and own.get(name) is None):
            return first
        beside = own.resolve(name)
        return first if beside.how is How.PASSED_THROUGH else beside


def actor_of(request: Request) -> Actor:
    """Who asks."""
    found: Actor = request.scope[ACTOR]
    return found


def here_of(request: Request) -> Here:
    """What an answer to this request is made of, for the day."""
    return _here(house_of(request), actor_of(request), moving=False)[0]


def encoded(value: Any) -> bytes:
    """Any value of the house as JSON."""
    return msgspec.json.encode(value)


def reply(
    request: Request,
    make: Callable[[Here], bytes],
    *,
    personal: bool = False,
    moving: bool = False,
    keep: bool = False,
    media: str = JSON,
) -> Response:
    """The answer that `make` works out, unless the caller has it already.

    `personal`: it depends on who asks. `moving`: it tells ages, and is good for a minute; others
    are good for the day, or until the next catalog. `keep`: it is asked for so often that it is
    stored. Blocks while it reads the catalog: call it from a thread.
    """
    house, asking = house_of(request), request.scope[ASKING]
    actor = actor_of(request)
    here, until = _here(house, actor, moving)
    name = _name(here, asking, personal)
    if (known := _unchanged(asking, name, personal)) is not None:
        return known
    kept = here.opened.shelf.get(key(asking, actor.user)) if keep else None
    if kept is not None and kept.until > house.clock() and kept.names(name):
        return sent(kept, asking)
    form = _Form(media, name, personal, until, request.scope["route"].path_format)
    if not keep:
        return sent(_made(make(here), form, asking, keep=False), asking)
    shelf, wanted = here.opened.shelf, key(asking, actor.user)
    with shelf.making:
        answer = shelf.get(wanted)
        if answer is None or answer.until < until or not answer.names(name):
            answer = _made(make(here), form, asking, keep=True)
            shelf.put(wanted, answer)
    return sent(answer, asking)


async def kept_reply(
    request: Request, make: Callable[[Shown], Body], *, force: bool = False
) -> Response:
    """As `reply`, for one of many: of what their own keys show, for as long as that stands.

    With `force` all providers are asked first, and waited for.
    """
    house, asking = house_of(request), request.scope[ASKING]
    assert house.hot is not None
    user, route = actor_of(request).user, request.scope["route"].path_format
    return sent_as(await house.hot.made(asking, user, route, make, force=force), asking)


class _Form(NamedTuple):
    media: str
    name: str
    personal: bool
    until: datetime
    route: str


def _made(body: bytes, form: _Form, asking: Asking, *, keep: bool) -> Stored:
    return stored(
        body,
        form.media,
        form.name,
        personal=form.personal,
        until=form.until,
        route=form.route,
        lasting=keep,
        squeeze=keep or asking.takes_gzip,
    )


def sent(answer: Stored, asking: Asking) -> Response:
    """The variant that suits the request."""
    return sent_as(answer.variant(asking), asking)


def sent_as(chosen: Variant, asking: Asking) -> Response:
    """This variant, or that nothing has changed."""
    if asking.if_none_match and conditional.names(asking.if_none_match, chosen.etag):
        return _Ready(304, b"", chosen.unchanged)
    return _Ready(200, chosen.body, chosen.headers)


class _Ready(Response):
    """A response whose headers are there already."""

    def __init__(self, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = list(headers)


def minute_of(moment: datetime) -> tuple[datetime, datetime]:
    """The beginning and the end of a moment's minute."""
    now = moment.replace(second=0, microsecond=0)
    return now, now + timedelta(minutes=1)


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """The beginning and the end of a moment's day."""
    now = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return now, now + timedelta(days=1)


def _here(house: House, actor: Actor, moving: bool) -> tuple[Here, datetime]:
    now, until = (minute_of if moving else day_of)(house.clock())
    opened = house.shelf.opened
    theirs: Theirs | None = None
    if house.keys is not None and actor.user:
        try:
            keys = house.keys(actor.user)
        except StorageError as met:
            opened = opened.seen_by(None)
            theirs = Unread(opened, str(met), now)
        else:
            opened = opened.seen_by(keys.standing.providers)
            theirs = Theirs(opened, keys, now)
    return Here(opened, opened.at(now), now, actor, theirs), until


def _name(here: Here, asking: Asking, personal: bool) -> str:
    return conditional.tag(
        __version__,
        here.opened.personal_mark if personal else here.opened.mark,
        asking.path,
        asking.query.decode("latin-1"),
        "anthropic" if asking.anthropic else "",
        here.actor.user if personal else "",
        here.theirs.mark if personal and here.theirs else "",
        here.now.isoformat(),
    )


def _unchanged(asking: Asking, name: str, personal: bool) -> Response | None:
    """A 304 without working anything out: the tag is made of all that the answer depends on."""
    if not asking.if_none_match or asking.if_none_match.strip() == b"*":
        return None
    for encoding in ("", "gzip"):
        if conditional.names(asking.if_none_match, conditional.quoted(name, encoding)):
            return _Ready(304, b"", unchanged(conditional.quoted(name, encoding), personal))
    return None
