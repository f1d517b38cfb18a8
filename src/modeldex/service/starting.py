"""The model to start with, of those that somebody can call."""

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING

from ..knowledge.curation import packaged
from ..rules.recommending import default
from ..storage.catalog_file import CatalogFile

if TYPE_CHECKING:
    from ..domain.model import Model
    from ..rules.recommending import Proposal


def proposal(
    file: CatalogFile,
    usable: Collection[str],
    get: "Callable[[str], Model | None]",
    today: date,
) -> "Proposal":
    """That model and why, or why there is none; `usable` are the ids of the providers that this
    user can call, `get` gives a model of the catalog as this user sees it.

    Raises `BadReferenceData` when the packaged order of preference is wrong.
    """
    preferred = packaged().default
    starting = dict.fromkeys((*preferred, *file.recommended().values()))
    opened = _opened(file)
    models = [
        model
        for one in starting
        if (provider := one.partition("/")[0]) in usable
        and one in opened.get(provider, (one,))
        and (model := get(one))
    ]
    return default(preferred, models, today)


def _opened(file: CatalogFile) -> dict[str, frozenset[str]]:
    """The ids that each provider's own list opens to this user, for those that were asked."""
    return {
        stamp.provider: file.opened(stamp.connection)
        for stamp in file.listings()
        if stamp.callable and stamp.hash
    }
