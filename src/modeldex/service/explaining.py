"""Why the fields of a model have their values: for each the witness that won, and who lost."""

import msgspec

from ..domain.errors import NotFound
from ..domain.source import Explanation
from ..rules.resolve import SOURCED
from ..storage.catalog_file import CatalogFile


def explanations(file: CatalogFile, id: str) -> tuple[Explanation, ...]:
    """One for every field that can have a source, in their order; raises `NotFound` for an id that
    no model of the catalog has, and none that is gone."""
    model = file.get(id) or file.tombstone(id)
    if model is None:
        raise NotFound(f"no model is called {id!r}")
    lost = file.losing(id)
    facts = msgspec.to_builtins(model)
    return tuple(
        Explanation(
            field=field,
            value=facts[field],
            evidence=model.sources.get(field),
            losing=tuple(claim for claim in lost if claim.field == field),
        )
        for field in SOURCED
    )
