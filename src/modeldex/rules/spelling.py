"""The known word that a misspelt one is closest to."""

from collections.abc import Iterable


def closest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The most similar of the known words; `None` when none is as similar as `likeness` (0 to 1)."""
    import difflib  # loaded for a mistake only: reading a catalog never waits for it

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=likeness)), None)
