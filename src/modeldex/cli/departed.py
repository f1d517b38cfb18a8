"""A model that is listed no more, and what stands in its place."""

from typing import TypeGuard

from ..domain.catalog import How, Resolution
from ..domain.model import Model
from . import output
from .context import Catalog
from .resolving import shape
from .safety import safe

_ELSEWHERE = frozenset({How.REDIRECT, How.STAND_IN})
_SAID = {How.REDIRECT: "replaced by", How.STAND_IN: "stand-in"}


def gone(catalog: Catalog, led: Resolution) -> Model | None:
    """The model that a name meant and that is listed no more; `None` when it means no such one."""
    passed = (catalog.tombstone(one) for one in led.chain if catalog.get(one) is None)
    return next((model for model in passed if model), None)


def ended(led: Resolution) -> bool:
    """Whether the end of what a name meant was announced, and it is in no list: nothing but the
    announcement is left of it."""
    from ..service.announced import announcements

    told = announcements().get(led.chain[0])
    return told is not None and str(told) in led.reasons


def elsewhere(led: Resolution | None) -> TypeGuard[Resolution]:
    """Whether a name led to another model than the one that it meant."""
    return led is not None and led.how in _ELSEWHERE


def place(led: Resolution, catalog: Catalog) -> None:
    """Print what took the place of a model that is gone, and why; or that nothing did."""
    output.say()
    output.say("In its place", output.BOLD)
    if not elsewhere(led):
        output.say("  nothing is known to stand in for it")
        return
    output.say(f"  {_SAID[led.how]:18}{safe(led.id)}")
    for reason in led.reasons:
        output.say(f"  {'':18}{safe(reason)}", output.DIM)
    if led.alternatives:
        output.say(f"  {'or':18}{safe(', '.join(led.alternatives))}")
    if catalog.get(led.id) is not None:
        output.note(f"modeldex show {led.id} shows what stands in its place")


def tell(led: Resolution, shown: str) -> None:
    """Say that the model shown is not the one that was asked for."""
    output.note(f"{led.chain[0]} is gone; this is {shown} ({led.how}): {'; '.join(led.reasons)}")


def tell_end(led: Resolution) -> None:
    """Say of a model that is in no list what was announced of its end, and where its name leads."""
    for reason in led.reasons:
        output.note(reason)
    if elsewhere(led):
        output.note(f"modeldex show {led.id} shows what stands in its place")


def with_resolution(document: str, led: Resolution) -> str:
    """A model's document with where the name led, in the shape of `modeldex resolve`."""
    return f'{document[:-1]},"resolution":{output.json_text(shape(led))}}}'
