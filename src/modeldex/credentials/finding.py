"""From a provider's usual variables or a reference in the configuration to a secret."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ..domain.secret import Secret

_LONGEST_FILE = 64 * 1024


class Credential(NamedTuple):
    """A key that was found, or why there is none."""

    secret: Secret | None = None
    origin: str | None = None
    """Where it was looked for, such as `env:GROQ_API_KEY`; never the key."""
    problem: str | None = None
    """What is wrong, and what to do; `None` when nothing is."""


def from_environment(names: Iterable[str], environ: Mapping[str, str]) -> Credential:
    """The first of the variables that holds a key; an empty one holds none."""
    for name in names:
        if value := environ.get(name, "").strip():
            return Credential(Secret(value), f"env:{name}")
    return Credential()


def from_reference(reference: str, environ: Mapping[str, str]) -> Credential:
    """The key that `env:NAME`, `file:PATH` or `keyring:NAME` leads to; else the text is the key."""
    kind, _, name = reference.partition(":")
    if kind == "env" and name:
        found = from_environment((name,), environ)
        return found if found.secret else _nothing(reference, f"set the variable {name}")
    if kind == "file" and name:
        return _from_file(reference, Path(name).expanduser())
    if kind == "keyring" and name:
        return _from_keyring(reference, name)
    if not reference.strip():
        return _nothing("config", "api_key is empty: write env:NAME, file:PATH or keyring:NAME")
    warning = (
        "the key stands in the configuration file: move it to env:NAME, file:PATH or keyring:NAME"
    )
    return Credential(Secret(reference.strip()), "config", warning)


def _from_file(reference: str, path: Path) -> Credential:
    try:
        with path.open("rb") as file:
            value = file.read(_LONGEST_FILE).decode().strip()
    except (OSError, UnicodeDecodeError):
        return _nothing(
            reference, f"{path} cannot be read: put the key in it, readable by you only"
        )
    return (
        Credential(Secret(value), reference) if value else _nothing(reference, f"{path} is empty")
    )


def _from_keyring(reference: str, name: str) -> Credential:
    entry = keyring_entry(name)
    if entry.problem is not None:
        return _nothing(reference, entry.problem)
    return Credential(Secret(entry.value), reference)


class Entry(NamedTuple):
    """What stands in the system's keyring under a name, or why nothing was found."""

    value: str
    problem: str | None = None
    """What to do; `None` when there is a value."""


def keyring_entry(name: str) -> Entry:
    """An entry of the service `modeldex`; its value is as secret as any key."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return Entry("", "install modeldex[keyring] to read the system's keyring")
    try:
        value = keyring.get_password("modeldex", name)
    except KeyringError:
        return Entry("", "the system's keyring cannot be opened: unlock it, or use env:")
    if not value:
        return Entry("", f"the keyring has no entry {name!r} of service 'modeldex'")
    return Entry(str(value))


def _nothing(origin: str, problem: str) -> Credential:
    return Credential(None, origin, problem)
