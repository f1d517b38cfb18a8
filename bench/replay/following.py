"""One refresh after another, in the order in which a service makes its calls."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from modeldex.domain.change import Change
from modeldex.domain.claims import Claims
from modeldex.domain.hold import Held, Hold, Plausibility
from modeldex.domain.memory import Announced, Memory, Thresholds
from modeldex.domain.model import Model
from modeldex.rules.aging import aged, renamed
from modeldex.rules.changing import Between, of_memory, of_models
from modeldex.rules.plausible import Told, accepted, held_again, implausible

from .feeds import Feed

LIMITS, PLAUSIBILITY = Thresholds(), Plausibility()


class State(msgspec.Struct, frozen=True, kw_only=True):
    """All that a refresh leaves to the next one."""

    snapshot: str = ""
    memory: Memory = Memory()
    told: Mapping[str, Claims] = {}
    """The last good list."""
    models: Mapping[str, Model] = {}
    """The newest facts of every model ever listed."""
    held: Held | None = None


class Followed(NamedTuple):
    """What one list came to."""

    state: State
    changes: tuple[Change, ...]
    hold: Hold | None
    """Why it was not taken; `None` when it was."""


def follow(state: State, feed: Feed) -> Followed:
    """Judge the list, let the models age, and tell what changed."""
    hold = implausible(Told(state.told), Told(feed.told), PLAUSIBILITY)
    memory = state.memory
    if hold is not None:
        held = held_again(state.held, hold, feed.at)
        if not accepted(held, PLAUSIBILITY, feed.at):
            return Followed(msgspec.structs.replace(state, held=held), (), hold)
        memory = renamed(memory, _ids(hold, feed), feed.at)
    after = aged(memory, feed.models.keys(), _announced(feed), LIMITS, feed.at)
    between = Between(before=state.snapshot, snapshot=feed.name, at=feed.at)
    changes = list(of_memory(state.memory, after, between))
    for model_id in sorted(feed.models.keys() & state.models.keys()):
        changes += of_models(state.models[model_id], feed.models[model_id], between)
    taken = State(
        snapshot=feed.name,
        memory=after,
        told=feed.told,
        models={**state.models, **feed.models},
    )
    return Followed(taken, tuple(changes), None)


def _ids(hold: Hold, feed: Feed) -> dict[str, str]:
    provider = next(iter(feed.models.values())).provider
    return {f"{provider}/{old}": f"{provider}/{new}" for old, new in hold.renames.items()}


def _announced(feed: Feed) -> dict[str, Announced]:
    return {
        model.id: Announced(
            lifecycle=model.lifecycle, retires_on=model.retires_on, successor=model.successor
        )
        for model in feed.models.values()
    }


def restarted(state: State) -> State:
    """The state as another process finds it: written down, and read again."""
    return msgspec.json.decode(msgspec.json.encode(state), type=State)
