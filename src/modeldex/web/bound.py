"""Which programs of a user use which models: kept with their account, or where `modeldex bind` keeps it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from starlette.requests import Request

from ..domain.binding import Binding
from ..domain.catalog import Resolution
from ..domain.errors import NotFound, UserMistake
from ..service.binding import bind
from ..service.reading import Catalog
from .account_documents import BoundModel, ProgramBindings
from .house import house_of
from .replying import actor_of, here_of
from .tenancy import tenancy_of

MOST_PROGRAMS = 200
"""Programs of one user."""


def programs(request: Request) -> list[ProgramBindings]:
    """The user's programs, by name; may block."""
    if (single := house_of(request).single) is not None:
        return _told(single.bindings().all())
    kept, user = tenancy_of(request).accounts.bindings, actor_of(request).user
    every, names = kept.of(user), kept.names(user)
    return [_of_ids(program, models, names) for program, models in sorted(every.items())]


def put(request: Request, program: str, names: Sequence[str]) -> ProgramBindings:
    """Say anew which models a program uses, each by any name that leads to it; may block.

    A name that leads nowhere is bound as it is said. Raises `UserMistake` for too many programs, and
    `StorageError` where it cannot be told to what a name leads this user.
    """
    known = {one.program for one in programs(request)}
    if program not in known and len(known) >= MOST_PROGRAMS:
        raise UserMistake(f"nobody has more than {MOST_PROGRAMS} programs here: remove one first")
    here = here_of(request)
    if house_of(request).single is not None:
        return _put_here(request, program, list(dict.fromkeys(names)), here.catalog)
    if names and here.theirs is not None:
        here.theirs.vouch()
    return _put_for(request, program, {name: here.resolve(name) for name in names})


def remove(request: Request, program: str) -> None:
    """Forget a program; may block, and raises `NotFound`."""
    if (single := house_of(request).single) is not None:
        kept = single.bindings()
        mine = [one for one in kept.all() if one.program == program]
        kept.remove(mine)
        known = bool(mine)
    else:
        known = tenancy_of(request).accounts.bindings.remove(actor_of(request).user, program)
    if not known:
        raise NotFound("no program of that name is bound")


def _put_for(request: Request, program: str, led: Mapping[str, Resolution]) -> ProgramBindings:
    """Of several names that lead to one model the first is kept; what was bound so before stays
    bound since then."""
    kept, user = tenancy_of(request).accounts.bindings, actor_of(request).user
    before, now = kept.names(user), house_of(request).clock()
    names: dict[str, Binding] = {}
    for said, one in led.items():
        old = before.get((program, one.id))
        since = old.since if old is not None and old.said == said else now
        new = Binding(program=program, said=said, id=one.id, how=one.how, since=since)
        names.setdefault(one.id, new)
    kept.put(user, program, names, names.values())
    return ProgramBindings(
        program=program, models=[_bound(one) for _, one in sorted(names.items())]
    )


def _put_here(
    request: Request, program: str, names: list[str], catalog: Catalog
) -> ProgramBindings:
    house = house_of(request)
    assert house.single is not None
    kept = house.single.bindings()
    if names:
        bind(kept, catalog, program, names, house.clock())
    mine = [one for one in kept.all() if one.program == program]
    kept.remove([one for one in mine if one.said not in names])
    return ProgramBindings(
        program=program, models=[_bound(one) for one in mine if one.said in names]
    )


def _told(bound: Iterable[Binding]) -> list[ProgramBindings]:
    return [
        ProgramBindings(program=program, models=[_bound(one) for one in several])
        for program, several in groupby(bound, key=lambda one: one.program)
    ]


def _bound(one: Binding) -> BoundModel:
    return BoundModel(id=one.id, said=one.said, how=one.how, since=one.since)


def _of_ids(
    program: str, models: Iterable[str], names: Mapping[tuple[str, str], Binding]
) -> ProgramBindings:
    bound = [
        _bound(names[program, one])
        if (program, one) in names
        else BoundModel(id=one, said=None, how=None, since=None)
        for one in models
    ]
    return ProgramBindings(program=program, models=bound)
