"""Places are few, and nobody has them all."""

from contextlib import ExitStack

import pytest

from modeldex.web.ceiling import Ceiling
from modeldex.web.problems import Problem


def test_one_has_so_many_and_leaves_the_others_theirs() -> None:
    ceiling = Ceiling(3, 2)
    with ExitStack() as held:
        held.enter_context(ceiling.place("ann"))
        held.enter_context(ceiling.place("ann"))
        with pytest.raises(Problem), ceiling.place("ann"):
            pass
        held.enter_context(ceiling.place("ben"))
        with pytest.raises(Problem) as refused, ceiling.place("cat"):
            pass
    assert (refused.value.status, refused.value.headers) == (503, {"retry-after": "1"})


def test_a_place_is_free_again_however_its_block_ends() -> None:
    ceiling = Ceiling(1, 1)
    with pytest.raises(ZeroDivisionError), ceiling.place("ann"):
        _ = 1 // 0
    with ceiling.place("ann"):
        pass
    assert (ceiling.taken, not ceiling._taken) == (0, True)
