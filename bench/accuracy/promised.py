"""One promise, the figure measured for it, and the same among what anybody could have known."""

from typing import NamedTuple


class Target(NamedTuple):
    """One promise with the figure measured for it."""

    name: str
    promised: str
    measured: str
    kept: bool
    attainable: str = ""
    """The figure among what any source says; empty where every question has a source."""
    attained: bool | None = None
    """Whether the promise is kept there; `None` where `kept` says it."""


def percent(part: float | None) -> str:
    """A share as it is printed; nothing of nothing is a dash."""
    return "–" if part is None else f"{100 * part:.1f} %"
