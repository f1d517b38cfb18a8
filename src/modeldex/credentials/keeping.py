"""Put a key where `from_reference` finds it again, and take it away: the system's keyring, or a private file."""

from collections.abc import Callable
from pathlib import Path

from ..domain.errors import StorageError

SERVICE = "modeldex"
"""The keyring's service under which every key stands."""


def keep(name: str, key: str, folder: Path, put: Callable[[Path, bytes], None]) -> str:
    """Keep a key under a provider's id and give the reference that leads to it.

    The system's keyring is taken where there is one, else a file that only its owner reads. `put`
    writes such a file whole, so that a key that is there stays when the new one cannot be written.
    Raises `StorageError` when neither takes it.
    """
    if _in_keyring(name, key):
        return f"keyring:{name}"
    path = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        put(path, f"{key}\n".encode())
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror}): free some space or mend its rights"
        ) from None
    return f"file:{path}"


def forget(reference: str, folder: Path) -> None:
    """Remove a key that was kept; a file is only removed from `folder`, where keys are kept."""
    kind, _, name = reference.partition(":")
    if kind == "keyring":
        _from_keyring(name)
    elif kind == "file" and Path(name).parent == folder:
        Path(name).unlink(missing_ok=True)


def _in_keyring(name: str, key: str) -> bool:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return False
    try:
        keyring.set_password(SERVICE, name, key)
        return bool(keyring.get_password(SERVICE, name) == key)
    except KeyringError:
        return False


def _from_keyring(name: str) -> None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise StorageError(
            "the key is in the system's keyring: install modeldex[keyring] to remove it"
        ) from None
    try:
        keyring.delete_password(SERVICE, name)
    except KeyringError as error:
        raise StorageError(
            f"the keyring did not remove the entry {name!r} ({type(error).__name__})"
        ) from None
