"""All that is known without asking: the pack by exact id, and what the shape of a name says."""

from datetime import UTC, datetime, time
from functools import lru_cache

from ..domain.claims import Claims
from ..domain.source import Evidence, Source
from ..rules.classify import Patterns, explain
from . import patterns
from .pack import Pack, Witness, load


class Known:
    """Knowledge for one build of a catalog; equal evidence is one object throughout."""

    def __init__(self, pack: Pack, names: Patterns) -> None:
        self._pack = pack
        self._names = names
        self._since = datetime.combine(pack.date, time(), UTC)
        self._evidence = lru_cache(maxsize=None)(self._pattern_evidence)

    @classmethod
    def packaged(cls) -> "Known":
        """What comes with modeldex; raises `BadReferenceData` when a packaged file is wrong."""
        return cls(load(), patterns.packaged())

    def manifest(self, provider_id: str) -> tuple[str, ...]:
        """Native ids that the provider is known to serve."""
        return self._pack.manifest(provider_id)

    def claims(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """What is known of exactly this id; empty when nothing is."""
        return self._pack.claims(provider_id, native_id)

    def guess(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        """What the shape of the name suggests, one witness per pattern that decided a field."""
        by_row: dict[str, dict[str, object]] = {}
        for field, (value, row) in explain(native_id, self._names, provider_id).items():
            by_row.setdefault(row, {})[field] = value
        return tuple(
            (self._evidence(row), Claims(native_id=native_id, **said))  # type: ignore[arg-type]
            for row, said in by_row.items()
        )

    def _pattern_evidence(self, row: str) -> Evidence:
        return Evidence(
            source=Source.HEURISTIC, evidence=f"name pattern: {row}", observed_at=self._since
        )
