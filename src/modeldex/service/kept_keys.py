"""Keys that the user gave to keep: the key in the keyring or a private file, its place written down."""

from collections.abc import Mapping

from ..credentials.keeping import forget, keep
from ..domain.errors import BadKey, NotFound
from ..domain.secret import NO_KEY, can_be_key
from ..settings.home import Home
from ..settings.kept import kept, written
from ..storage.durable import private_folder, put_whole, writing_to


def keep_key(places: Home, provider: str, key: str) -> str:
    """Keep a key and say where; raises `BadKey`, which repeats none, and `StorageError`.

    What was kept before stays when the new key cannot be kept.
    """
    if not can_be_key(key):
        raise BadKey(NO_KEY)
    reference = keep(provider, key, places.keys, put_whole)
    _write(places, {**kept(places.kept), provider: reference})
    return reference


def forget_key(places: Home, provider: str) -> str:
    """Remove a key that was kept and say where it was; raises `NotFound` and `StorageError`."""
    references = kept(places.kept)
    if provider not in references:
        raise NotFound(
            f"no key of {provider!r} was kept", hint="`modeldex keys list` shows where keys are"
        )
    reference = references.pop(provider)
    forget(reference, places.keys)
    _write(places, references)
    return reference


def _write(places: Home, references: Mapping[str, str]) -> None:
    private_folder(places.kept.parent)
    with writing_to(places.kept):
        put_whole(places.kept, written(references))
