"""Whoever asks the accounts waits for them so long in all."""

import threading

from modeldex.storage.accounts.patience import (
    Patience,
    at_leisure,
    current,
    is_left,
    lose,
    waiting_at_most,
)


class Watch:
    """A clock that goes on by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_only_what_is_waited_for_is_spent() -> None:
    watch = Watch()
    patience = Patience(2.0, watch)
    watch.now = 60.0
    with patience.waiting():
        watch.now += 0.5
        assert patience.left_s == 1.5
    watch.now += 60.0
    assert patience.left_s == 1.5


def test_what_is_waited_for_at_the_same_time_is_spent_once() -> None:
    watch = Watch()
    patience = Patience(2.0, watch)
    with patience.waiting(), patience.waiting():
        watch.now += 0.5
    assert patience.left_s == 1.5


def test_no_more_is_spent_than_there_is() -> None:
    watch = Watch()
    patience = Patience(2.0, watch)
    with patience.waiting():
        watch.now += 5.0
    assert patience.left_s == 0


def test_patience_that_is_lost_says_why() -> None:
    with waiting_at_most(2.0) as patience:
        assert is_left()
        lose("away")
        assert (patience.left_s, patience.lost, is_left()) == (0, "away", False)


def test_it_is_one_requests_alone() -> None:
    with waiting_at_most(2.0) as patience:
        seen: list[object] = []
        other = threading.Thread(target=lambda: seen.append(current()))
        other.start()
        other.join()
        assert (current(), seen) == (patience, [None])
    assert current() is None


def test_what_is_nobodys_request_takes_its_time() -> None:
    with waiting_at_most(2.0) as patience:
        lose("away")
        with at_leisure():
            assert is_left()
        assert current() is patience
