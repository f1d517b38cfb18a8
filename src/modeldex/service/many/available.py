"""The document of `/available-models`: every provider of one user, with what is open there and how old that is."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from ...domain.account import KeptConnection, View
from ...domain.model import Model
from ...domain.outcome import Outcome
from ...domain.provider import Provider
from ...rules.summary import summary
from .asking import Asking, Showing
from .views import Shelf, Shelved, shelved

_LONGEST_NAME = 200


class AvailableModel(msgspec.Struct, frozen=True, kw_only=True):
    """One model that the user can call."""

    id: str
    """`provider/native-id`."""
    name: str
    description: str


class AvailableProvider(msgspec.Struct, frozen=True, kw_only=True):
    """One provider of the user."""

    name: str
    provider_key: str
    """The provider's id, with which the ids of its models begin."""
    status: Outcome
    """What asking it last came to; with several keys the one that needs attention most."""
    age_s: int | None
    """Seconds since the oldest of the lists shown was fetched; `None` when none was."""
    message: str
    """What happened, in one sentence without a full stop; empty when all is well."""
    models: msgspec.Raw
    """An array of `AvailableModel`."""


class Document(NamedTuple):
    """The document and a name for what it says."""

    body: bytes
    """JSON: `{"providers": […]}`."""
    tag: str
    """The same as long as nothing but ages changes; differs between users."""


def written(models: Sequence[Model]) -> bytes:
    """The models as they stand in the document: what `Shelf` is to write."""
    return msgspec.json.encode([_available(model) for model in models])


def document(
    user: str,
    showings: Iterable[Showing],
    row_of: Callable[[KeptConnection], Provider | None],
    shelf: Shelf,
    now: datetime,
) -> Document:
    """The document of one user; providers in the order of their ids. May block."""
    mine: dict[str, list[Showing]] = {}
    for showing in showings:
        mine.setdefault(showing.kept.provider, []).append(showing)
    said = blake2b(f"{user}\n{shelf.edition}\n{now.date()}\n".encode(), digest_size=16)
    providers = []
    for provider, several in sorted(mine.items()):
        row = row_of(several[0].kept)
        providers.append(_provider(provider, row, several, shelf, now))
        for kept, view in several:
            said.update(f"{kept.id}\n{view.listing}\n{view.outcome}\n{view.message}\n".encode())
    return Document(msgspec.json.encode({"providers": providers}), said.hexdigest())


class Available:
    """The documents of all users, each made when it is asked for."""

    def __init__(
        self,
        asking: Asking,
        row_of: Callable[[KeptConnection], Provider | None],
        shelf: Shelf,
        clock: Callable[[], datetime],
    ) -> None:
        self._asking = asking
        self._row_of = row_of
        self._shelf = shelf
        self._clock = clock

    async def document(self, user: str, *, force: bool = False) -> Document:
        """The document of a user; `force` and what is raised are as for `Asking.view`."""
        showings = await self._asking.views(user, force=force)
        return await asyncio.to_thread(self.of, user, showings)

    def of(self, user: str, showings: Iterable[Showing]) -> Document:
        """The document of what a user's connections show. May block."""
        return document(user, showings, self._row_of, self._shelf, self._clock())


def _provider(
    id: str, row: Provider | None, several: Sequence[Showing], shelf: Shelf, now: datetime
) -> AvailableProvider:
    worst = max((showing.view for showing in several), key=concern)
    fetched = [showing.view.fetched_at for showing in several if showing.view.fetched_at]
    fine = worst.outcome.fresh and row is not None and row.listed
    return AvailableProvider(
        name=row.name if row else id,
        provider_key=id,
        status=worst.outcome,
        age_s=max(0, int((now - min(fetched)).total_seconds())) if fetched else None,
        message="" if fine else worst.message,
        models=_models([shelved(one, row, shelf) for one in several] if row else []),
    )


def _models(shelves: Sequence[Shelved]) -> msgspec.Raw:
    """The models of all shelves, each once; one shelf alone is as it was written."""
    if len(shelves) == 1:
        return shelves[0].written
    every = {model.id: model for shelf in reversed(shelves) for model in shelf.models}
    return msgspec.Raw(written(list(every.values())))


def concern(view: View) -> int:
    """How much a state needs attention: a missing key most, then what failed, then what is well."""
    if view.outcome.fresh:
        return 0
    return 2 if view.outcome.about_key else 1


def _available(model: Model) -> AvailableModel:
    name = model.name or model.native_id
    return AvailableModel(
        id=model.id,
        name="".join(char if char.isprintable() else " " for char in name)[:_LONGEST_NAME],
        description=summary(msgspec.structs.asdict(model), model.price),
    )
