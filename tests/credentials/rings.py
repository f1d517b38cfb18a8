"""Master keys for tests: always the same, and good enough to be let in."""

from hashlib import sha256

from modeldex.credentials.key_ring import KeyRing


def key(version: int, of: str = "tests") -> bytes:
    return sha256(f"{of} {version}".encode()).digest()


def ring(*versions: int, of: str = "tests") -> KeyRing:
    """A ring of these versions; the first one seals."""
    return KeyRing({version: key(version, of) for version in versions}, versions[0])


class Counted:
    """Bytes that are never the same twice, and the same in every run."""

    def __init__(self) -> None:
        self.turn = 0

    def __call__(self, size: int) -> bytes:
        self.turn += 1
        return (sha256(self.turn.to_bytes(8, "big")).digest() * 2)[:size]
