"""How an error that nobody foresaw is told: by where it was made, never by its words."""

import traceback

_FRAMES = 6


def place(error: BaseException) -> str:
    """Where a mistake was made, and of which kind; not its words, which may be anybody's."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    made = " < ".join(f"{one.filename}:{one.lineno} in {one.name}" for one in reversed(frames))
    return f"{type(error).__name__} at {made}"
