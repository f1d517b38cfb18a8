"""What a catalog file remembers: how models came and went, what is set aside, what was picked."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..domain.catalog import HeldListing, Remembering
    from ..domain.change import Change
    from ..domain.memory import Remembered
    from ..domain.model import Model
    from .search import Value

_PICKS = "SELECT bucket, json_group_array(id ORDER BY place) FROM pick GROUP BY bucket"


class Recalls:
    """The part of a catalog file that looks back; the modules it takes are loaded when it does."""

    def _all(self, sql: str, values: "Sequence[Value]" = ()) -> Iterator[Any]:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def remembering(self) -> "dict[str, Remembering]":
        """Provider id → what is remembered of its lists."""
        from . import past

        with self._reading():
            return past.remembering(self._all)

    def remembered(self, id: str) -> "Remembered | None":
        """What is remembered of a model, listed or not; `None` for one that never was."""
        from . import past

        with self._reading():
            return past.remembered(self._all, id)

    def held(self) -> "dict[str, HeldListing]":
        """Connection → the list that is set aside for it."""
        from . import past

        with self._reading():
            return past.held(self._all)

    def tombstone(self, id: str) -> "Model | None":
        """A model that is listed no more, with its last facts; `None` when it is none."""
        from . import past

        with self._reading():
            return past.tombstone(self._all, id)

    def tombstone_document(self, id: str) -> str | None:
        """That model's JSON without `available`; `None` when none of that id is gone."""
        from . import past

        with self._reading():
            return past.tombstone_document(self._all, id)

    def tombstones(self) -> "list[Model]":
        """All models that are listed no more, by id."""
        from . import past

        with self._reading():
            return past.tombstones(self._all)

    def first_seen_ever(self) -> dict[str, datetime]:
        """When each model was first listed, those that are gone too."""
        from . import past

        with self._reading():
            return past.first_seen(self._all)

    def removed(self) -> frozenset[str]:
        """Ids of the models that are listed no more."""
        from . import past

        with self._reading():
            return past.removed(self._all)

    def changes(self, **wanted: Any) -> "Iterator[Change]":
        """The changes that are `wanted`: `since`, `after`, `id`, `provider`, `kinds`, `limit`, `newest_first`."""
        from . import past

        with self._reading():
            yield from past.changes(self._all, **wanted)

    def picks(self) -> dict[str, tuple[str, ...]]:
        """Bucket → the ids that were picked when this catalog was published, the best first."""
        from msgspec.json import decode

        with self._reading():
            return {bucket: tuple(decode(ids)) for bucket, ids in self._all(_PICKS)}
