"""Models of users from what their connections showed: made once per listing, and shared by all who have it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from ...domain.account import KeptConnection
from ...domain.capability import Access
from ...domain.catalog import ListingStamp
from ...domain.connection import Connection
from ...domain.errors import StorageError
from ...domain.model import Model, Tier
from ...domain.outcome import Outcome
from ...domain.provider import KeyNeed, Provider
from ..assembling import Knows, Part, assemble
from ..listing import reread
from .asking import Showing
from .headers import kept_header, stamp_of, version
from .places import Places

MOST_MODELS = 40_000
"""Models held in memory: about 100 MB of them."""
_NOBODYS = "shelf"


class Lost(StorageError):
    """A listing that a connection showed is gone, or can no longer be read."""


class Knowledge(NamedTuple):
    """What is known at one time."""

    edition: str
    """A name that differs whenever anything in it does."""
    knows: Knows


class Shelved(NamedTuple):
    """What one listing opens."""

    models: tuple[Model, ...]
    """The one to start with first, then the newest; `available` is not set on them."""
    written: msgspec.Raw
    """They as `Shelf` was told to write them: JSON."""


_NOTHING = Shelved((), msgspec.Raw(b"[]"))
Write = Callable[[tuple[Model, ...]], bytes]
_Key = tuple[str, str, str]


class Shelf:
    """The models of listings, for as long as there is room; those used longest ago make place.

    Whose they are is not known here: who has the name of a listing has its models. May be used
    from many threads at once.
    """

    def __init__(
        self,
        places: Places,
        knowledge: Callable[[], Knowledge],
        clock: Callable[[], datetime],
        write: Write,
        most_models: int = MOST_MODELS,
        lost: Callable[[str], None] = lambda listing: None,
    ) -> None:
        """`lost` hears the names of listings that cannot be read any more."""
        self._places = places
        self._knowledge = knowledge
        self._clock = clock
        self._write = write
        self._most = most_models
        self._lost = lost
        self._held: OrderedDict[_Key, Shelved] = OrderedDict()
        self._weigh = 0
        self._looking = threading.Lock()
        self._making = threading.Lock()

    @property
    def edition(self) -> str:
        """The knowledge by which models are made now."""
        return self._knowledge().edition

    def of(self, listing: str, row: Provider) -> Shelved:
        """What the listing of that name opens. May block; raises `Lost`, and `StorageError` when
        it cannot be read at the moment: neither is a listing without models."""
        name = f"{row.id} {listing}"
        return self._shelved(name, lambda now, knows: self._listed(listing, row, now, knows))

    def manifest(self, row: Provider) -> Shelved:
        """What a provider without a list is known to serve. May block."""
        name = f"manifest of {row.id} {version(row)}"
        return self._shelved(
            name, lambda now, knows: self._opened(Part(row, _none(row), None), now, knows)
        )

    def _shelved(self, name: str, make: Callable[[datetime, Knows], tuple[Model, ...]]) -> Shelved:
        now, knowledge = self._clock(), self._knowledge()
        key = (name, knowledge.edition, now.date().isoformat())
        if (held := self._look(key)) is not None:
            return held
        with self._making:
            if (held := self._look(key)) is not None:
                return held
            models = make(now, knowledge.knows)
            made = Shelved(models, msgspec.Raw(self._write(models))) if models else _NOTHING
            self._hold(key, made)
        return made

    def _look(self, key: _Key) -> Shelved | None:
        with self._looking:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
            return held

    def _hold(self, key: _Key, made: Shelved) -> None:
        with self._looking:
            self._held[key] = made
            self._weigh += _weight(made)
            while self._weigh > self._most and len(self._held) > 1:
                _, gone = self._held.popitem(last=False)
                self._weigh -= _weight(gone)

    def _listed(
        self, listing: str, row: Provider, now: datetime, knows: Knows
    ) -> tuple[Model, ...]:
        header = kept_header(listing, self._places.listings)
        if header is None:
            raise self._gone(listing)
        if header.provider != row.id:
            return ()
        connection = Connection(provider=row, base_url=row.base_url)
        stamp = stamp_of(header, _NOBODYS)
        found = reread(stamp, connection, self._places.bodies)
        if found is None:
            raise self._gone(listing)
        return self._opened(Part(row, stamp, found), now, knows)

    def _gone(self, listing: str) -> "Lost":
        self._lost(listing)
        return Lost(
            "a list that was kept cannot be read any more: ask again, as it is fetched anew"
        )

    def _opened(self, part: Part, now: datetime, knows: Knows) -> tuple[Model, ...]:
        content = assemble([part], knows, {}, now)
        opened = content.opened.get(_NOBODYS)
        mine = [
            model
            for model in content.models
            if (opened is None or model.id in opened) and model.access is not Access.NOT_CALLABLE
        ]
        return tuple(sorted(mine, key=_place))


def models_of(
    showings: Iterable[Showing],
    row_of: Callable[[KeptConnection], Provider | None],
    shelf: Shelf,
) -> tuple[Model, ...]:
    """The models that a user's connections open, each id once; the first connection's. May block."""
    found: dict[str, Model] = {}
    for showing in showings:
        row = row_of(showing.kept)
        if row is not None:
            for model in shelved(showing, row, shelf).models:
                found.setdefault(model.id, model)
    return tuple(found.values())


def shelved(showing: Showing, row: Provider, shelf: Shelf) -> Shelved:
    """What one connection can call; nothing without the key that calling wants. May block."""
    if row.key is not KeyNeed.NEVER and not showing.kept.fingerprint:
        return _NOTHING
    if showing.view.listing:
        return shelf.of(showing.view.listing, row)
    return _NOTHING if row.listed or row.retired else shelf.manifest(row)


def _weight(made: Shelved) -> int:
    """In models; one without any takes room too."""
    return max(1, len(made.models))


def _place(model: Model) -> tuple[bool, float, str]:
    """The recommended one first, then the newest, those of unknown age last."""
    at = model.created.timestamp() if model.created else 0.0
    if model.released is not None:
        at = float(model.released.toordinal() - _EPOCH) * 86400
    return not model.recommended, -at, model.id


_EPOCH = date(1970, 1, 1).toordinal()


def _none(row: Provider) -> ListingStamp:
    return ListingStamp(
        provider=row.id,
        connection=_NOBODYS,
        tier=Tier.MANIFEST,
        callable=True,
        hash="",
        fetched_at=None,
        checked_at=None,
        outcome=Outcome.CACHED,
    )
