"""Where master keys are read, and which are refused: no default, nothing guessable, nothing others may read."""

import base64
import binascii
import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from ..domain.errors import BadConfig, StorageError
from .finding import keyring_entry
from .key_ring import VARIABLE, KeyRing, Randomness

FILE_VARIABLE = "MODELDEX_MASTER_KEY_FILE"
HOW = (
    "make one with `openssl rand -base64 32`, set it as MODELDEX_MASTER_KEY or name its file"
    " (readable by nobody else) in MODELDEX_MASTER_KEY_FILE, and keep a copy elsewhere:"
    " without it the kept keys cannot be opened"
)
"""What to do without a master key."""

_SHORTEST, _LONGEST = 32, 1024
_LEAST_VARIETY = 16
"""Different bytes asked of a master key: 32 random ones have fewer once in 10^14 times."""
_LONGEST_TEXT = 64 * 1024
_LAST_VERSION = 2**31 - 1
_KNOWN = (
    "changeme",
    "change-me",
    "change_me",
    "sk-1234",
    "example",
    "password",
    "secret",
    "default",
)
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_NUMBERED = re.compile(r"(?:(\d{1,10}):)?(.*)", re.DOTALL)
_TEXT = re.compile(rb"[\t\r\n\x20-\x7e]*")


def read(environ: Mapping[str, str]) -> KeyRing:
    """The ring that the environment gives; raises `BadConfig` when it gives none that is safe.

    The value is `KEY`, or `2:KEY,1:KEY` while version 1 is still in use, or `keyring:NAME`; a key
    is base64 or hex. The first one named seals new secrets.
    """
    value, path = environ.get(VARIABLE, "").strip(), environ.get(FILE_VARIABLE, "").strip()
    if value and path:
        raise BadConfig(f"{VARIABLE} and {FILE_VARIABLE} are both set: unset one of them")
    if path:
        return _parsed(_file(Path(path).expanduser()), FILE_VARIABLE)
    kind, _, name = value.partition(":")
    if kind == "keyring" and name:
        return _parsed(_keyring(name), f"the keyring's entry {name!r}")
    if not value:
        raise BadConfig(f"keys cannot be kept without a master key: {HOW}")
    return _parsed(value, VARIABLE)


def of_this_machine(path: Path, randomness: Randomness = secrets.token_bytes) -> KeyRing:
    """The ring of a single user in a private file, made when it is first asked for.

    Raises `BadConfig` for a file that others may read, `StorageError` when it cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path, base64.b64encode(randomness(_SHORTEST)))
    except OSError as error:
        said = f"{path} cannot be written ({error.strerror}); mend its rights"
        raise StorageError(said) from None
    return _parsed(_file(path), str(path))


def _make(path: Path, text: bytes) -> None:
    """Write a file whole under its name, unless somebody else was faster."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()


def _file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LONGEST_TEXT)
    except OSError as error:
        raise BadConfig(f"the master key's file {path} cannot be read ({error.strerror})") from None
    if os.name != "nt" and stat.S_IMODE(mode) & 0o027:
        raise BadConfig(
            f"others may read or change the master key's file {path}: `chmod 600` it"
            " (0440 is as good, for a secret that a container mounts)"
        )
    try:
        return text.decode("ascii").strip()
    except UnicodeDecodeError:
        raise BadConfig(f"the master key's file {path} holds neither base64 nor hex") from None


def _keyring(name: str) -> str:
    entry = keyring_entry(name)
    if entry.problem is not None:
        raise BadConfig(f"the master key is not at hand: {entry.problem}")
    return entry.value.strip()


def _parsed(text: str, place: str) -> KeyRing:
    keys: dict[int, bytes] = {}
    parts = [part.strip() for part in re.split(r"[,\n]", text) if part.strip()]
    if not parts:
        raise BadConfig(f"{place} holds no master key: {HOW}")
    for part in parts:
        met = _NUMBERED.fullmatch(part)
        number, written = (met[1], met[2]) if met else (None, part)
        version = int(number) if number else 1
        if (number is None and len(parts) > 1) or not 0 < version <= _LAST_VERSION:
            raise BadConfig(f"{place} holds several keys: number each, as 2:KEY,1:KEY")
        key = _vetted(written.strip(), place)
        if version in keys or key in keys.values():
            raise BadConfig(f"{place} has version {version} or its key twice")
        keys[version] = key
    return KeyRing(keys, next(iter(keys)))


def _vetted(written: str, place: str) -> bytes:
    """The key's bytes; raises `BadConfig`, which never repeats what was written."""
    lower = written.lower()
    if lower.startswith(_KNOWN):
        raise BadConfig(f"{place} is a key that everybody knows: {HOW}")
    key = _decoded(written)
    if key is None:
        raise BadConfig(f"{place} is neither base64 nor hex: {HOW}")
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise BadConfig(f"{place} has {len(key)} bytes, fewer than 32 or too many: {HOW}")
    if not _is_random(key):
        raise BadConfig(f"{place} was not made at random: {HOW}")
    return key


def _decoded(written: str) -> bytes | None:
    if _HEX.fullmatch(written):
        return bytes.fromhex(written)
    if not _BASE64.fullmatch(written):
        return None
    plain = written.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        return None


def _is_random(key: bytes) -> bool:
    """Whether it looks made at random; 32 random bytes fail once in 10^13 times.

    >>> _is_random(bytes(32)), _is_random(bytes(range(32))), _is_random(b"correct horse battery staple and so on")
    (False, False, False)
    """
    steps = {(later - earlier) % 256 for earlier, later in pairwise(key)}
    repeated = any(key == (key[:n] * len(key))[: len(key)] for n in range(1, len(key) // 2 + 1))
    several = len(set(key)) >= _LEAST_VARIETY and len(steps) >= _LEAST_VARIETY // 2
    return several and not repeated and not _TEXT.fullmatch(key)
