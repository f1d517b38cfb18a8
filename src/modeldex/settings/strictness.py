"""A misspelt key is told, with the one that was probably meant."""

import difflib
from collections.abc import Iterable

from ..domain.errors import BadConfig


def only_known(said: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raise `BadConfig` for the first word that is not known."""
    names = sorted(known)
    for key in said:
        if key not in names:
            close = difflib.get_close_matches(key, names, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names)}"
            raise BadConfig(f"{where}: unknown key {key!r}; {hint}")
