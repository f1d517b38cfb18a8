"""What was observed, as the next catalog comes to say it: one more witness, one more weight."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Generic, TypeVar

from ..domain.claims import Claims
from ..domain.errors import StorageError
from ..domain.source import Losing
from ..rules.resolve import Authorities, Witness
from .assembling import Knows
from .observing import Observations
from .workshop import Workshop


class Observing(Knows):
    """Knowledge, and what was observed: a witness that gives way to overrides alone."""

    def __init__(self, knows: Knows, observations: Observations) -> None:
        self._knows = knows
        self._observed = observations.witnesses()

    def manifest(self, provider_id: str) -> tuple[str, ...]:
        """As the knowledge has it."""
        return self._knows.manifest(provider_id)

    def claims(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """As the knowledge has them."""
        return self._knows.claims(provider_id, native_id)

    def overruled(self, provider_id: str, native_id: str) -> tuple[Losing, ...]:
        """As the knowledge has it."""
        return self._knows.overruled(provider_id, native_id)

    def overrides(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """As the knowledge has them."""
        return self._knows.overrides(provider_id, native_id)

    def authorities(self) -> Authorities:
        """As the knowledge has them."""
        return self._knows.authorities()

    def preferred(self, provider_id: str) -> tuple[str, ...]:
        """As the knowledge has them."""
        return self._knows.preferred(provider_id)

    def guess(
        self, provider_id: str, native_id: str, said: Sequence[Claims] = ()
    ) -> tuple[Witness, ...]:
        """What the name suggests, and what was observed: only here, so that whatever is claimed
        where nobody else says anything is claimed all the same, and can be seen to lose."""
        guessed = self._knows.guess(provider_id, native_id, said)
        observed = self._observed.get(f"{provider_id}/{native_id}")
        return guessed if observed is None else (*guessed, *observed)


T = TypeVar("T")


class LastGood(Generic[T]):
    """What was read last, for as long as the database is away."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._last: T | None = None

    def __call__(self) -> T:
        """Read it; raises `StorageError` where that fails and it was never read before."""
        try:
            self._last = self._read()
        except StorageError:
            if self._last is None:
                raise
        return self._last


def observing(parts: Workshop, read: Callable[[], Observations]) -> Workshop:
    """A workshop for one refresh whose catalog says what was observed, and whose shortlist weighs it."""
    once = cache(read)
    return parts._replace(
        knows=lambda: Observing(parts.knows(), once()),
        measured=lambda: once().measured,
    )
