"""A bucket as a store of objects: Amazon's and what speaks its protocol, Google's, Azure's."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..domain.errors import StorageError
from .object_store import Found, ObjectStore, Stored

_REQUEST_S, _CONNECT_S, _RETRYING_S, _RETRIES = 60, 5, 20, 2
"""How long one request may take, a connection, and all retries of a request together."""
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_EXTRA = "pip install 'modeldex[store]'"


def opened(address: str, environ: Mapping[str, str]) -> ObjectStore:
    """The store at a folder, `file://…`, `s3://…`, `gs://…` or `az://…`; asks nobody yet.

    Buckets take their credentials from the environment as obstore reads them. Raises
    `StorageError` when the extra for them is missing or the environment makes no sense to it.
    Source: https://developmentseed.org/obstore/latest/authentication/
    """
    if not is_remote(address):
        from .folder_store import FolderStore

        return FolderStore(Path(address.removeprefix("file://")))
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ImportError:
        raise StorageError(f"{address} needs obstore, which is not installed: {_EXTRA}") from None
    try:
        return Bucket(address, from_url(address, **_options(environ)))
    except (BaseError, ValueError) as error:
        raise StorageError(_refusal(address, error)) from None


def is_remote(address: str) -> bool:
    """Whether reaching the store takes the network."""
    return "://" in address and not address.startswith("file://")


def _options(environ: Mapping[str, str]) -> dict[str, Any]:
    plain = any(environ.get(name, "").startswith("http://") for name in _ENDPOINTS)
    return {
        "client_options": {
            "timeout": timedelta(seconds=_REQUEST_S),
            "connect_timeout": timedelta(seconds=_CONNECT_S),
            **({"allow_http": True} if plain else {}),
        },
        "retry_config": {
            "max_retries": _RETRIES,
            "retry_timeout": timedelta(seconds=_RETRYING_S),
        },
    }


def _refusal(address: str, error: Exception) -> str:
    """Names the kind of error alone: its text may quote addresses with credentials in them."""
    return (
        f"{address} cannot be used ({type(error).__name__}): check the address, the network and"
        " the credentials in the environment"
    )


def tag_of(meta: Mapping[str, Any]) -> str:
    """What names an object's content: S3 and Azure compare its ETag, Google its generation.

    Source: https://docs.rs/object_store/latest/object_store/struct.UpdateVersion.html
    """
    return f"{meta['e_tag'] or ''}\n{meta['version'] or ''}"


def condition(tag: str) -> dict[str, str]:
    """The condition under which an object is replaced, in obstore's words."""
    e_tag, _, version = tag.partition("\n")
    said = {"e_tag": e_tag, "version": version}
    return {name: value for name, value in said.items() if value}


class Bucket:
    """A store of obstore: S3 and what speaks its protocol, Google's, Azure's, or memory.

    What it is made on has to honour `If-Match` and `If-None-Match`, as these do.
    """

    def __init__(self, address: str, store: Any) -> None:
        self.address = address
        self._store = store

    def get(self, path: str) -> Stored | None:
        import obstore

        try:
            with self._asking(FileNotFoundError):
                answer = obstore.get(self._store, path)
                return Stored(bytes(answer.bytes()), tag_of(answer.meta))
        except FileNotFoundError:
            return None

    def put(self, path: str, body: bytes) -> None:
        import obstore

        with self._asking():
            obstore.put(self._store, path, body)

    def swap(self, path: str, body: bytes, tag: str | None) -> bool:
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        lost = (AlreadyExistsError,) if tag is None else (PreconditionError, FileNotFoundError)
        mode: Any = "create" if tag is None else condition(tag)
        try:
            with self._asking(*lost):
                obstore.put(self._store, path, body, mode=mode, use_multipart=False)
        except lost:
            return False
        return True

    def found(self, prefix: str) -> list[Found]:
        import obstore

        with self._asking():
            blocks = list(obstore.list(self._store, prefix))
        return sorted(Found(one["path"], one["last_modified"]) for block in blocks for one in block)

    def remove(self, paths: Sequence[str]) -> None:
        import obstore

        for path in paths:
            with suppress(FileNotFoundError), self._asking(FileNotFoundError):
                obstore.delete(self._store, path)

    @contextmanager
    def _asking(self, *answers: type[Exception]) -> Iterator[None]:
        """Turn every failure but those that are `answers` into a `StorageError`."""
        from obstore.exceptions import BaseError

        try:
            yield
        except answers:
            raise
        except (BaseError, OSError) as error:
            raise StorageError(_refusal(self.address, error)) from None
