"""How models age from one complete list to the next: active, stale, deprecated, removed, and back.

Only complete and plausible lists are given to `aged`; a failure, a part of a list, a held list or
an open breaker is no call at all, and so ages nothing. What counts is time between two such lists:

| between two complete lists | counts | and moves a missing model on |
|---|---|---|
| up to `longest_step` | as it is | yes |
| longer: an outage, a laptop in a drawer, a clock set forward | as `longest_step` | with the next list; this one goes by what counted before |
| none, or less than none: a clock set back | nothing | no |

The first list that lacks a model counts nothing either: it may have gone a moment ago.
While it is missing a model only ever moves on, one state at a time (an announced one is deprecated
at once); listed again it is active, or deprecated if that is announced. A tombstone and `first_seen` stay whatever happens.

A model back within `quiet` was never gone: it is marked unstable, which is noted once, and is not
unstable any more when it has been listed for `quiet`. Until then its coming and going changes its
state and is not written down. One that stays away is deprecated in time, which always is.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from ..domain.lifecycle import Lifecycle
from ..domain.memory import Announced, Memory, Remembered, Thresholds
from ..domain.source import Source

_NO_TIME = timedelta(0)
_NOTHING = Announced()


class Step(NamedTuple):
    """From one complete list to the next."""

    now: datetime
    """The time of the newer list."""
    counts: timedelta
    judged: timedelta | None
    """How much of it is judged by with this list already; `None`: no missing model is moved on."""


def step(counted_at: datetime | None, now: datetime, limits: Thresholds) -> Step:
    """What the time since the earlier complete list (`None`: there was none) comes to."""
    passed = _NO_TIME if counted_at is None else now - counted_at
    if passed <= _NO_TIME:
        return Step(now, _NO_TIME, None)
    if passed > limits.longest_step:
        return Step(now, limits.longest_step, _NO_TIME)
    return Step(now, passed, passed)


def aged(
    memory: Memory,
    listed: Collection[str],
    announced: Mapping[str, Announced],
    limits: Thresholds,
    now: datetime,
    bound: Collection[str] = (),
) -> Memory:
    """What is remembered after one more complete, plausible list of a provider.

    `listed` are the ids it holds, `announced` what is known of their end and of missing ones',
    `now` the time at which the list was fetched, `bound` the ids that programs have registered.
    The same list once more changes nothing.
    """
    taken, listed = step(memory.counted_at, now, limits), frozenset(listed)
    models = {
        one: _missing(was, announced.get(one, _NOTHING), limits, taken, bound=one in bound)
        for one, was in memory.models.items()
        if one not in listed
    }
    for one in listed:
        models[one] = seen(memory.models.get(one), announced.get(one, _NOTHING), limits, taken)
    return Memory(counted_at=now, models=dict(sorted(models.items())))


def seen(was: Remembered | None, said: Announced, limits: Thresholds, taken: Step) -> Remembered:
    """A model that the list holds; `was` is `None` for a new one."""
    now = taken.now
    ending = _announces(said, limits, now)
    steady = _steadiness(was, limits, taken)
    return Remembered(
        first_seen=was.first_seen if was else now,
        last_seen=now,
        lifecycle=Lifecycle.DEPRECATED if ending else Lifecycle.ACTIVE,
        unstable=steady is not None,
        steady_for=steady or _NO_TIME,
        announced_by=ending,
        retires_on=said.retires_on,
        successor=said.successor,
        tombstone=was.tombstone if was else None,
    )


def _steadiness(was: Remembered | None, limits: Thresholds, taken: Step) -> timedelta | None:
    """How long an unstable model has been back; `None` for one that is not unstable."""
    if was is None:
        return None
    if was.missing_since is not None:
        absent = max(taken.now - was.missing_since, was.missing_for)
        return _NO_TIME if absent < min(limits.quiet, limits.deprecated_after) else None
    steady = was.steady_for + taken.counts
    return steady if was.unstable and steady < limits.quiet else None


def _missing(
    was: Remembered, said: Announced, limits: Thresholds, taken: Step, *, bound: bool
) -> Remembered:
    """A model that the list lacks. What was announced of it before stays announced."""
    missing_for = due_for = _NO_TIME
    if was.missing_since is not None:
        missing_for = was.missing_for + taken.counts
        due_for = _NO_TIME if taken.judged is None else was.missing_for + taken.judged
    ending = _announces(said, limits, taken.now) or was.announced_by
    now = replace(
        was,
        missing_since=was.missing_since or taken.now,
        missing_for=missing_for,
        announced_by=ending,
        retires_on=said.retires_on or was.retires_on,
        successor=said.successor or was.successor,
    )
    lifecycle = _next(was, ending, due_for, limits, bound=bound)
    if lifecycle is Lifecycle.REMOVED and was.tombstone is None:
        return replace(now, lifecycle=lifecycle, tombstone=taken.now)
    return replace(now, lifecycle=lifecycle)


def _next(
    was: Remembered,
    ending: Source | None,
    missing_for: timedelta,
    limits: Thresholds,
    *,
    bound: bool,
) -> Lifecycle:
    """The state of a missing model: the one it had, or the one after it."""
    if was.lifecycle is Lifecycle.ACTIVE:
        return Lifecycle.DEPRECATED if ending else Lifecycle.STALE
    if was.lifecycle is Lifecycle.STALE:
        due = missing_for >= limits.deprecated_after
        return Lifecycle.DEPRECATED if due or ending else Lifecycle.STALE
    due = missing_for >= limits.removed_after and not bound
    return Lifecycle.REMOVED if due else was.lifecycle


def _announces(said: Announced, limits: Thresholds, now: datetime) -> Source | None:
    """Who announces the end; `None` for a word or a day that announces nothing yet."""
    near = said.retires_on is not None and said.retires_on - now.date() <= limits.notice
    return said.source if near or said.lifecycle is Lifecycle.DEPRECATED else None


def renamed(memory: Memory, names: Mapping[str, str], now: datetime) -> Memory:
    """What is remembered when a mass rename was accepted: `names` leads from old ids to new ones.

    A new id has been seen for as long as the old one; the old one becomes a tombstone that leads
    to it. Call it before `aged`, with the list that has the new ids. Names nobody remembers, and
    new ones that are remembered already, are left as they are.
    """
    models = dict(memory.models)
    for old, new in sorted(names.items()):
        was = models.get(old)
        if was is None or new in models:
            continue
        models[new] = replace(was, missing_since=None, missing_for=_NO_TIME)
        models[old] = replace(
            was,
            lifecycle=Lifecycle.REMOVED,
            missing_since=was.missing_since or now,
            renamed_to=new,
            successor=new,
            tombstone=was.tombstone or now,
        )
    return Memory(counted_at=memory.counted_at, models=dict(sorted(models.items())))
