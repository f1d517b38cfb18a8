"""The store's part in one refresh: begin with its catalog, publish on top of it, or go on alone."""

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from ..domain.errors import StorageError
from ..domain.report import CatalogStamp, ProviderReport
from ..storage.publishing import current
from .discover import Asked
from .shared import Shared, Standing, Stem

TRIES = 8
"""So often one refresh is put on top of what others published meanwhile."""

Published = tuple[CatalogStamp, tuple[ProviderReport, ...]]


class Work(Protocol):
    """A refresh that has its answers."""

    def publish(self, asked: Mapping[str, Asked]) -> Published:
        """Publish the next catalog here."""

    def anew(self) -> "Work":
        """The same on top of the catalog that is in force here by now."""


class Sharing:
    """Whatever happens to the store, the catalog is published here."""

    def __init__(
        self, shared: Shared | None, fence: Callable[[], None] = lambda: None, *, offline: bool
    ) -> None:
        """Begin with the store's catalog; an `offline` refresh leaves it alone. `fence` raises
        `StorageError` when nothing may be published any more."""
        self.message = ""
        """Why the store lacks what was published here; empty when it does not, or there is none."""
        self._shared, self._fence = shared, fence
        self._standing: Standing | None = None
        """`None`: the store cannot be asked, or was not."""
        self._stem: Stem | None = None
        if shared is None:
            return
        if not offline:
            self._standing = self._pulled(shared)
        stem, local = shared.stem(), current(shared.catalogs)
        if stem is not None and local is not None and stem.local == local.stem:
            self._stem = stem

    @property
    def behind(self) -> bool:
        """Whether the store lacks what was published here, and can be reached again."""
        return self._standing is not None and self._standing.ahead

    def publish(self, work: Work, asked: Mapping[str, Asked]) -> Published:
        """Publish here, then there; where others were first, once more on top of theirs.

        Where nobody was asked, only what the store lacks from before is sent.
        """
        published = self._here(work, asked)
        standing, shared = self._standing, self._shared
        if shared is None or standing is None:
            return published
        if not asked and not standing.ahead and standing.pointer is not None:
            return published
        for _ in range(TRIES):
            standing = self._after_push(shared, standing, published[0].hash)
            if standing is None:
                return published
            published = self._here(work.anew(), asked)
        self.message = _told("others publish all the time")
        return published

    def _here(self, work: Work, asked: Mapping[str, Asked]) -> Published:
        self._fence()
        published = work.publish(asked)
        if self._shared is not None and self._stem is not None:
            self._stem = msgspec.structs.replace(self._stem, local=published[0].hash)
            self._shared.remember(self._stem)
        return published

    def _after_push(self, shared: Shared, standing: Standing, name: str) -> Standing | None:
        """What to build on instead, which is in force here by now; `None` when all is done."""
        try:
            self._fence()
            if shared.push(standing.pointer, name):
                return None
        except StorageError as error:
            self.message = _told(str(error))
            return None
        found = self._pulled(shared)
        self._stem = shared.stem() if found else self._stem
        return found

    def _pulled(self, shared: Shared) -> Standing | None:
        try:
            return shared.pull()
        except StorageError as error:
            self.message = _told(str(error))
            return None


def _told(why: str) -> str:
    return f"not shared: {why}; the catalog here is in force, and the next refresh catches up"
