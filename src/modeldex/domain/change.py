"""One thing that differs between two catalogs, in one row: what, from what, to what, who says so, when."""

from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import msgspec

from .source import Source


class ChangeKind(StrEnum):
    """What a change is about. The first nine are about the model itself, the others about a fact."""

    ADDED = "added"
    """A complete list holds it for the first time."""
    MISSING = "missing"
    """A complete list lacks it for the first time; it may come back."""
    RETURNED = "returned"
    """It is listed again, after long."""
    FLAPPING = "flapping"
    """It is listed again, after a short while: until it has stayed for as long, its coming and
    going is not written down any more."""
    DEPRECATED = "deprecated"
    """Announced to retire, or missing for long."""
    REINSTATED = "reinstated"
    """Listed, and no longer announced to retire."""
    REMOVED = "removed"
    RENAMED = "renamed"
    """The provider has given it another id."""
    ALIAS = "alias"
    PRICE = "price"
    PRICE_RISE = "price-rise"
    """Comes beside the row of the price, for a rise above the threshold."""
    LIMIT = "limit"
    CAPABILITY = "capability"
    MODALITY = "modality"
    RETIREMENT = "retirement"
    """The announced day or the announced successor."""
    DETAIL = "detail"
    """Any other fact, such as the name."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field of one model that differs between two catalogs."""

    at: datetime
    """When the newer list was fetched, aware UTC."""
    id: str
    """The model's id; for a renamed one the id it had."""
    kind: ChangeKind
    field: str
    """A field of `Model`; `price.` with the unit for a price; `listed` for coming and going."""
    old: Any
    """As plain JSON values, amounts as decimal text; `None` is unknown, or not there."""
    new: Any
    source: Source | None
    """Who says the new value, or said the old one when there is no new one; `None`: not known."""
    before: str
    """The name (hash) of the catalog that has the old value; empty when there was none."""
    snapshot: str
    """The name (hash) of the catalog, or of the lists it was made of, that has the new value."""

    @property
    def key(self) -> str:
        """A name for the event, the same whenever the same change is found from the same catalog.

        The time and the newer catalog's name have no part in it: a refresh that was killed and is
        run again makes both anew, and its changes are still the same ones.
        """
        said = (self.before, self.id, self.kind, self.field, self.old, self.new)
        return blake2b(msgspec.json.encode(said), digest_size=16).hexdigest()
