"""The parts an app works with, chosen by whoever opens it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request

from .actors import Admit
from .denials import Denials
from .following import Following
from .gate import Gate
from .hot import Hot
from .limiting import Limiter
from .logs import Requests
from .metrics import Metrics
from .operating import Operating
from .renewing import Renewing
from .single import Single
from .theirs import Keys


class Ceilings(NamedTuple):
    """What one process bears."""

    in_flight: int = 256
    """Requests being answered at once; more are told to come again."""
    of_one: int = 64
    """Of them so many for one user, or for one address of strangers, where many are served."""
    bodies_of_one: int = 16
    """Bodies on their way in at once that one user sends."""
    answer_s: float = 30.0
    """Seconds in which an answer has to begin."""
    threads: int = 8
    """Threads that read the catalog."""
    look_every_s: float = 1.0
    """Seconds between two looks at which catalog is in force."""


CEILINGS = Ceilings()


class House(NamedTuple):
    """Everything concrete, in one place."""

    shelf: Following
    clock: Callable[[], datetime]
    admit: Admit
    gate: Gate
    limiter: Limiter
    renewing: Renewing
    metrics: Metrics
    ceilings: Ceilings = CEILINGS
    tenancy: object | None = None
    """The parts for many users, a `Tenancy`; `None` where one user has it all."""
    single: Single | None = None
    """What the one user keeps here; `None` in an installation for many."""
    operating: Operating | None = None
    """Where an administrator looks how the machine stands; `None`: nowhere."""
    stop: Callable[[], Awaitable[None]] | None = None
    """Lets go of what the tenancy holds, or the one user's accounts."""
    denials: Denials | None = None
    """Writes down who is turned away; `None`: nobody does."""
    requests: Requests | None = None
    """Writes down every request; `None`: nobody does."""
    tasks: tuple[Callable[[], Awaitable[None]], ...] = ()
    """What runs beside the answers until the service stops; none ends by itself."""
    keys: Callable[[str], Keys] | None = None
    """What a user keeps; may block, raises `StorageError`. `None`: the keys are those of this machine."""
    hot: Hot | None = None
    """The answers of many users that are ready; `None` where one user has it all."""


def house_of(request: Request) -> House:
    """The parts of the app that answers this request."""
    found: House = request.app.state.house
    return found
