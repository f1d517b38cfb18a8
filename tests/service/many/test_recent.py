from hypothesis import given
from hypothesis import strategies as st

from modeldex.service.many.recent import Recent

MOST = 20


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 30))))
def test_what_is_held_never_weighs_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    held: Recent[int, int] = Recent(MOST, lambda weight: weight)
    for key, weight in puts:
        held.put(key, weight)
        kept = [value for key in range(6) if (value := held.get(key)) is not None]
        assert len(held) == len(kept)
        assert sum(kept) <= MOST


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    held: Recent[str, int] = Recent(2)
    for key in ("a", "b"):
        held.put(key, 1)
    held.get("a")
    held.put("c", 1)
    assert [held.get(key) for key in ("a", "b", "c")] == [1, None, 1]


def test_what_is_dropped_makes_room() -> None:
    held: Recent[str, int] = Recent(2)
    held.put("a", 1)
    held.put("b", 1)
    held.drop("a")
    held.put("c", 1)
    assert [held.get(key) for key in ("a", "b", "c")] == [None, 1, 1]
