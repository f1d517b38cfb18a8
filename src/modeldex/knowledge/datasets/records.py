"""Records read one by one: one that cannot be read is counted and costs no other."""

from collections.abc import Callable
from typing import ParamSpec, TypeAlias, TypeVar

import msgspec

P = ParamSpec("P")
T = TypeVar("T")

Losses: TypeAlias = list[str]
"""The names of the records that could not be read, in the order of the dataset."""

UNREADABLE = (
    msgspec.DecodeError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading strangers' records may raise."""


def whole(
    lost: Losses | None, name: str, read: Callable[P, T], *args: P.args, **more: P.kwargs
) -> T | None:
    """What `read` makes of one record; `None` when it cannot, and its name is among the lost."""
    try:
        return read(*args, **more)
    except UNREADABLE:
        if lost is not None:
            lost.append(name)
        return None
