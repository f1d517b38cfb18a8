"""Knowledge with and without an origin or a provider, so that nothing is scored on itself."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

from modeldex.domain.claims import Claims
from modeldex.knowledge import overriding, patterns
from modeldex.knowledge.compiling import Said, compiled, read, read_folder
from modeldex.knowledge.editions import Edition, packaged_editions
from modeldex.knowledge.known import Known
from modeldex.knowledge.pack import Lent, Pack, Witness, load

from .recorded import SHARED

Datasets: TypeAlias = Mapping[str, Said]
NOWHERE = "a-provider-without-rows"


class Unseen(Known):
    """What is left for a provider of which no dataset, manifest, override or pattern speaks by
    name: the shape of its ids, and what other providers' listings of a base agree on."""

    hidden = NOWHERE
    """The provider that is left out."""

    def claims(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        return ()

    def overrides(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        return ()

    def guess(
        self, provider_id: str, native_id: str, said: Sequence[Claims] = ()
    ) -> tuple[Witness, ...]:
        return super().guess(NOWHERE, native_id, said)

    def lent(self, provider_id: str, base: str) -> tuple[Lent, ...]:
        """What the others would lend to the provider that is left out."""
        return super().lent(self.hidden, base)


@cache
def editions() -> dict[str, Edition]:
    """The editions that are scored, by dataset."""
    return packaged_editions()


@cache
def bodies() -> dict[str, bytes]:
    """Their published bytes."""
    return read_folder(SHARED / "truth", editions())


@cache
def datasets() -> dict[str, Said]:
    """What they say of our providers' models."""
    return {name: read(name, body, editions()[name]) for name, body in bodies().items()}


def origins() -> tuple[str, ...]:
    """Datasets of one origin copy one another and are left out together."""
    return tuple(sorted({edition.origin for edition in editions().values()}))


@cache
def known(without: str | None = None) -> Known:
    """The knowledge compiled from every dataset but those of one origin."""
    kept = {name: said for name, said in datasets().items() if said.edition.origin != without}
    return Known(load(compiled(kept)), patterns.packaged(), [overriding.packaged()])


@cache
def _whole() -> Pack:
    return load(compiled(datasets()))


def unseen(provider: str) -> Known:
    """The knowledge of a provider without any rows."""
    knows = Unseen(_whole(), patterns.packaged(), ())
    knows.hidden = provider
    return knows
