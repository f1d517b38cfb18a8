"""Where the keys are that `modeldex keys set` kept: one reference per provider, never a key."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from ..domain.errors import BadConfig


def kept(path: Path) -> dict[str, str]:
    """Provider id → `keyring:NAME` or `file:PATH`; empty when nothing was kept.

    Raises `BadConfig` naming the file when it cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise BadConfig(f"{path} cannot be read ({error}); mend it, or remove it") from None


def written(references: Mapping[str, str]) -> bytes:
    """The file's content."""
    return msgspec.json.format(msgspec.json.encode(dict(sorted(references.items()))))
