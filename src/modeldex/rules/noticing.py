"""Which programs are to be told what about the models that they have bound: one notice per event.

| kind | met when | one event is |
|---|---|---|
| retires | the model's end is announced, with or without a day | the announced day |
| disappeared | a complete list lacks it, or has it under another id | the time since which it is missing |
| dearer | a change says that a price rose above the threshold | the catalog before the rise |

The first two are read from how the model stands, so that a program which binds a model that is
announced to retire already is told too, and a refresh that was killed misses nothing. A flapping
model is announced as disappeared once, until it has been steady again.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from ..domain.binding import Binding
from ..domain.change import Change, ChangeKind
from ..domain.lifecycle import Lifecycle
from ..domain.memory import Remembered, Thresholds
from ..domain.model import Model
from ..domain.notice import Notice, NoticeKind
from .telling import difference


class Standing(NamedTuple):
    """How a bound model stands in the catalog in force."""

    model: Model | None
    """`None` when the catalog has no such model, or no longer."""
    life: Remembered | None
    """`None` when no complete list ever held it."""


class _Event(NamedTuple):
    kind: NoticeKind
    event: str
    says: str
    retires_on: date | None = None
    successor: str | None = None


def due(
    bindings: Iterable[Binding],
    standing: Callable[[str], Standing],
    changes: Iterable[Change],
    limits: Thresholds,
    at: datetime,
) -> Iterator[Notice]:
    """The notices that are due at a moment, those included that were given before.

    `changes` are those not looked at before; `standing` tells of a model by its id. A program
    that has bound a model under two names is told once.
    """
    rises: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind is ChangeKind.PRICE_RISE:
            rises.setdefault(change.id, []).append(change)
    met: dict[str, tuple[_Event, ...]] = {}
    told: set[str] = set()
    for one in bindings:
        if one.id not in met:
            met[one.id] = (*_of(standing(one.id), limits, at), *_dearer(rises.get(one.id, ())))
        for event in met[one.id]:
            notice = _notice(one, event, at)
            if notice.key not in told:
                told.add(notice.key)
                yield notice


def _of(standing: Standing, limits: Thresholds, at: datetime) -> Iterator[_Event]:
    model, life = standing
    if life is not None and life.missing_since is not None and not life.unstable:
        yield _disappeared(life.missing_since.isoformat(), life)
        return
    said = [one for one in (life, model) if one is not None]
    retires_on = next((one.retires_on for one in said if one.retires_on), None)
    if not _announced(standing, retires_on, limits, at):
        return
    successor = next((one.successor for one in said if one.successor), None)
    on = f"on {retires_on}" if retires_on else "on a day that is not known"
    yield _Event(
        NoticeKind.RETIRES,
        f"{retires_on or ''}",
        f"it is announced to retire {on}{_heir(successor)}",
        retires_on,
        successor,
    )


def _disappeared(since: str, life: Remembered) -> _Event:
    if life.renamed_to is not None:
        says = f"its provider calls it {life.renamed_to} now"
    else:
        says = f"its provider lists it no more{_heir(life.successor)}"
    successor = life.renamed_to or life.successor
    return _Event(NoticeKind.DISAPPEARED, since, says, life.retires_on, successor)


def _heir(successor: str | None) -> str:
    return f", and {successor} is to take its place" if successor else ""


def _announced(
    standing: Standing, retires_on: date | None, limits: Thresholds, at: datetime
) -> bool:
    model, life = standing
    if life is not None:
        return life.announced_by is not None
    near = retires_on is not None and retires_on - at.date() <= limits.notice
    return near or (model is not None and model.lifecycle is Lifecycle.DEPRECATED)


def _dearer(rises: Iterable[Change]) -> Iterator[_Event]:
    """One event per step from catalog to catalog, however many prices rose in it."""
    steps: dict[str, list[Change]] = {}
    for change in rises:
        steps.setdefault(change.before, []).append(change)
    for before, together in steps.items():
        yield _Event(NoticeKind.DEARER, before, ", ".join(map(difference, together)))


def _notice(binding: Binding, event: _Event, at: datetime) -> Notice:
    named = "" if binding.said == binding.id else f" (as {binding.said})"
    return Notice(
        at=at,
        program=binding.program,
        model=binding.id,
        said=binding.said,
        kind=event.kind,
        event=event.event,
        sentence=f"{binding.program} uses {binding.id}{named}: {event.says}",
        retires_on=event.retires_on,
        successor=event.successor,
    )
