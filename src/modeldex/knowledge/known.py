"""All that is known without asking: the pack by exact id, and what the shape of a name says."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..domain.claims import Claims
from ..domain.source import Evidence, Losing, Source
from ..rules import identity
from ..rules.classify import Patterns, explain
from ..rules.resolve import Authorities
from . import bases, curation, overriding, patterns
from .in_force import in_force
from .overriding import Overrides
from .pack import Lent, Pack, Witness, load


class Known:
    """Knowledge for one build of a catalog; equal evidence is one object throughout."""

    def __init__(self, pack: Pack, names: Patterns, overrides: Iterable[Overrides] = ()) -> None:
        self._pack = pack
        self._decided: dict[tuple[str, str], tuple[Witness, ...]] = {}
        for decided in overrides:
            for model, said in decided.items():
                self._decided[model] = (*self._decided.get(model, ()), *said)
        self._names = names
        self._since = datetime.combine(pack.date, time(), UTC)
        self._evidence = lru_cache(maxsize=None)(self._name_evidence)

    @classmethod
    def packaged(cls, own_overrides: Path | None = None) -> "Known":
        """What comes with modeldex, and what can be read of the user's override files of a folder.

        Raises `BadReferenceData` when a packaged file is wrong.
        """
        return cls(load(), patterns.packaged(), _decided(own_overrides))

    @classmethod
    def in_force(cls, refreshed: Path, own_overrides: Path | None = None) -> "Known":
        """As `packaged`, with the pack in force where the folder `refreshed` has a newer one."""
        return cls(in_force(refreshed).pack, patterns.packaged(), _decided(own_overrides))

    def manifest(self, provider_id: str) -> tuple[str, ...]:
        """Native ids that the provider is known to serve."""
        return self._pack.manifest(provider_id)

    def claims(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """What is known of exactly this id; empty when nothing is."""
        return self._pack.claims(provider_id, native_id)

    def overruled(self, provider_id: str, native_id: str) -> tuple[Losing, ...]:
        """What is known of this id alone and does not count beside what is known of its base."""
        return self._pack.overruled(provider_id, native_id)

    def overrides(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """What people decided about this id, the user's own decisions first."""
        return self._decided.get((provider_id, native_id), ())

    def authorities(self) -> Authorities:
        """Where a source is known to be wrong."""
        return overriding.authorities()

    def preferred(self, provider_id: str) -> tuple[str, ...]:
        """The native ids to start with, the most preferred first, listed or not."""
        return curation.packaged().of(provider_id)

    def guess(
        self, provider_id: str, native_id: str, said: Sequence[Claims] = ()
    ) -> tuple[Witness, ...]:
        """What the shape of the name suggests, one witness per rule that decided a field.

        `said` is what others say of the model: it may state a Hugging Face id or other names.
        What other providers' listings of its base agree on is added last, where nobody says it.
        """
        by_row: dict[str, dict[str, Any]] = {}
        for field, (value, row) in explain(native_id, self._names, provider_id).items():
            by_row.setdefault(row, {})[field] = value
        found = [
            (self._evidence(f"name pattern: {row}"), Claims(native_id=native_id, **fields))
            for row, fields in by_row.items()
        ]
        linked = identity.explain(provider_id, native_id, said, bases.packaged())
        if linked is not None:
            lent = self.lent(provider_id, linked.base) if linked.base is not None else ()
            known = (*said, *(claims for _, claims in found)) if lent else ()
            evidence = self._evidence(f"base by {linked.rule}")
            found.append((evidence, identity.as_claims(native_id, linked)))
            for one in lent:
                if not _says(known, one.field):
                    claims = Claims(native_id=native_id, **{one.field: one.value})
                    found.append((one.evidence, claims))
        return tuple(found)

    def lent(self, provider_id: str, base: str) -> tuple[Lent, ...]:
        """What this provider's models of a base are lent from others' listings of it."""
        return tuple([one for one in self._pack.lent(base) if provider_id not in one.not_to])

    def _name_evidence(self, evidence: str) -> Evidence:
        return Evidence(source=Source.HEURISTIC, evidence=evidence, observed_at=self._since)


def _decided(own: Path | None) -> list[Overrides]:
    """What people decided, the user's own decisions first."""
    packaged = overriding.packaged()
    return [overriding.of_user(own).decided, packaged] if own else [packaged]


def _says(said: Iterable[Claims], field: str) -> bool:
    """Whether any of the claims is about the field."""
    for claims in said:  # noqa: SIM110 (a generator costs more than the few claims)
        if getattr(claims, field) is not None:
            return True
    return False
