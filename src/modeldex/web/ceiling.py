"""Places of which there are so many, and of them so many for one who asks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from .problems import Problem


class Ceiling:
    """All of it happens on one event loop."""

    def __init__(self, in_all: int, each: int) -> None:
        self._in_all, self._each = in_all, each
        self._taken: Counter[str] = Counter()
        self.taken = 0

    @contextmanager
    def place(self, who: str) -> Iterator[None]:
        """A place until the block ends; raises `Problem` (503) where there is none."""
        if self.taken >= self._in_all or self._taken[who] >= self._each:
            raise Problem(503, "too many requests are being answered", headers={"retry-after": "1"})
        self.taken += 1
        self._taken[who] += 1
        try:
            yield
        finally:
            self.taken -= 1
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]
