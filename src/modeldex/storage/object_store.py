"""Where snapshots are kept: a bucket or a shared folder, behind five calls that both of them have."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol


class Stored(NamedTuple):
    """An object as it was read."""

    body: bytes
    tag: str
    """Names this content of this object; `swap` takes it."""


class Found(NamedTuple):
    """An object as a listing names it."""

    path: str
    changed: datetime
    """When it was written last, aware UTC, by the store's clock."""


class ObjectStore(Protocol):
    """Objects under paths such as `catalog/x.json`; every call raises `StorageError`."""

    @property
    def address(self) -> str:
        """What a person calls this store; holds no credential."""

    def get(self, path: str) -> Stored | None:
        """The object; `None` when there is none."""

    def put(self, path: str, body: bytes) -> None:
        """Write the object whole, whatever was there."""

    def swap(self, path: str, body: bytes, tag: str | None) -> bool:
        """Write the object only if it is still what `tag` names, or with `None` only if there is
        none; whether that came true."""

    def found(self, prefix: str) -> list[Found]:
        """The objects in the folder `prefix` and below, by path."""

    def remove(self, paths: Sequence[str]) -> None:
        """Remove the objects; those that are not there are no mistake."""
