"""Programs register which models they use."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ..domain.binding import Binding
from ..domain.errors import BadBinding, NotFound
from ..storage.bindings import Bindings

if TYPE_CHECKING:
    from ..domain.catalog import Resolution

_LONGEST = 500


class Resolving(Protocol):
    """What tells where a name leads."""

    def resolve(self, name: str) -> "Resolution": ...


def bind(
    kept: Bindings, catalog: Resolving, program: str, models: Iterable[str] | str, now: datetime
) -> tuple[Binding, ...]:
    """Keep which models a program uses, beside those that it has bound already.

    An unknown name is bound as it is said: `Binding.known` is false then. Raises `BadBinding`
    for a name that is none, and `StorageError`.
    """
    program = _named(program, "program")
    made = []
    for said in dict.fromkeys(_each(models)):
        led = catalog.resolve(said)
        made.append(Binding(program=program, said=said, id=led.id, how=led.how, since=now))
    if not made:
        raise BadBinding(f"name the models that {program!r} uses")
    kept.add(made)
    wanted = {one.said for one in made}
    return tuple(one for one in kept.all() if one.program == program and one.said in wanted)


def unbind(
    kept: Bindings, open_catalog: Callable[[], Resolving], program: str, models: Iterable[str] | str
) -> tuple[Binding, ...]:
    """Forget models of a program, or all of them when none is named, and give what is forgotten.

    A model may be named as it was bound, by its id, or by any name that leads to it. Raises
    `NotFound` when one of them is not bound; nothing is forgotten then.
    """
    program, names = _named(program, "program"), list(_each(models))
    there = [one for one in kept.all() if one.program == program]
    if not there:
        known = sorted({one.program for one in kept.all()})
        raise NotFound(
            f"no program is called {program!r}", hint=f"known are {', '.join(known)}" * bool(known)
        )
    gone = {one.said: one for one in ([] if names else there)}
    for name in names:
        found = [one for one in there if name in (one.said, one.id)]
        if not found:
            led = open_catalog().resolve(name).id
            found = [one for one in there if one.id == led]
        if not found:
            raise NotFound(
                f"{program!r} has not bound {name!r}",
                hint=f"it has bound {', '.join(one.said for one in there)}",
            )
        gone |= {one.said: one for one in found}
    kept.remove(gone.values())
    return tuple(gone.values())


def _each(models: Iterable[str] | str) -> Iterable[str]:
    return (_named(one, "model") for one in ([models] if isinstance(models, str) else models))


def _named(said: str, what: str) -> str:
    name = said.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise BadBinding(f"the name of a {what} is to be one line of text, at most {_LONGEST} long")
    return name
