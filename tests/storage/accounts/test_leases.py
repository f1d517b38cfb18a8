import multiprocessing
import os
import signal
import threading
from datetime import timedelta

import pytest

from modeldex.domain.account import Lease
from modeldex.storage.accounts.leases import LeaseLost
from modeldex.storage.accounts.opening import Accounts, open_accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import people

FOR = timedelta(seconds=15)
LATER = NOW + FOR


def take(accounts: Accounts, holder: str, now: object = NOW) -> Lease | None:
    return accounts.leases.take("refresh", holder, now, FOR)


def test_a_free_lease_is_taken(accounts: Accounts) -> None:
    assert accounts.leases.get("refresh") is None
    lease = Lease(name="refresh", holder="a", token=1, until=LATER)
    assert take(accounts, "a") == lease
    assert accounts.leases.get("refresh") == lease


def test_a_held_lease_is_not_taken_by_another(accounts: Accounts) -> None:
    take(accounts, "a")
    assert take(accounts, "b", LATER - timedelta(microseconds=1)) is None
    assert accounts.leases.get("refresh").holder == "a"


def test_a_lease_that_ran_out_is_taken_with_a_greater_token(accounts: Accounts) -> None:
    take(accounts, "a")
    taken = take(accounts, "b", LATER)
    assert (taken.holder, taken.token, taken.until) == ("b", 2, LATER + FOR)


def test_who_holds_a_lease_may_take_it_again(accounts: Accounts) -> None:
    tokens = [take(accounts, "a").token for _ in range(3)]
    assert tokens == [1, 2, 3]


def test_leases_of_other_names_are_free(accounts: Accounts) -> None:
    take(accounts, "a")
    assert accounts.leases.take("rotate", "b", NOW, FOR) is not None


def test_a_renewed_lease_keeps_its_token(accounts: Accounts) -> None:
    held = take(accounts, "a")
    renewed = accounts.leases.renew(held, LATER, FOR)
    assert (renewed.token, renewed.until) == (held.token, LATER + FOR)
    assert take(accounts, "b", LATER) is None


def test_a_lost_lease_is_not_renewed(accounts: Accounts) -> None:
    held = take(accounts, "a")
    take(accounts, "b", LATER)
    assert accounts.leases.renew(held, LATER, FOR) is None
    assert not accounts.leases.give_back(held)
    assert accounts.leases.get("refresh").holder == "b"


def test_a_lease_given_back_is_free_and_its_token_gone(accounts: Accounts) -> None:
    held = take(accounts, "a")
    assert accounts.leases.give_back(held)
    assert accounts.leases.get("refresh") is None
    assert accounts.leases.renew(held, NOW, FOR) is None
    assert take(accounts, "b").token == held.token + 1


def test_a_lease_is_not_taken_when_another_had_it_since_it_was_looked_at(
    accounts: Accounts,
) -> None:
    def since(token: int) -> Lease | None:
        return accounts.leases.take("refresh", "b", LATER, FOR, token)

    assert accounts.leases.give_back(take(accounts, "a"))
    assert since(0) is None
    assert since(2) is None
    assert since(1).token == 2
    assert accounts.leases.take("other", "b", NOW, FOR, 0).token == 1


def test_who_held_a_lease_last_is_known_until_when_but_not_by_name_once_it_was_given_back(
    accounts: Accounts,
) -> None:
    assert accounts.leases.last("refresh") is None
    held = take(accounts, "a")
    assert accounts.leases.last("refresh") == held
    accounts.leases.give_back(held)
    told = accounts.leases.last("refresh")
    assert (told.holder, told.token, told.until) == ("", 1, LATER)
    assert accounts.leases.all() == (told,)


def test_machines_agree_on_the_moment_whatever_their_clocks_say(accounts: Accounts) -> None:
    wrong = NOW - timedelta(days=400)
    if accounts.lite:
        assert accounts.leases.moment(wrong) == wrong
        return
    moments = [accounts.leases.moment(clock) for clock in (wrong, NOW + timedelta(days=400))]
    assert timedelta(0) <= moments[1] - moments[0] < timedelta(seconds=10)
    assert moments[0].tzinfo is not None


def test_the_holder_writes_behind_the_fence(accounts: Accounts) -> None:
    people(accounts, "ann")
    held = take(accounts, "a")
    with accounts.leases.fenced("refresh", held.token):
        accounts.favourites.add("ann", "acme/one")
    assert accounts.favourites.of("ann") == ("acme/one",)


@pytest.mark.parametrize("loses", ["another took it", "it was given back", "it never was held"])
def test_who_lost_the_lease_writes_nothing(accounts: Accounts, loses: str) -> None:
    people(accounts, "ann")
    token = 1
    if loses != "it never was held":
        held = take(accounts, "a")
        token = held.token
    if loses == "another took it":
        take(accounts, "b", LATER)
    if loses == "it was given back":
        accounts.leases.give_back(held)
    with pytest.raises(LeaseLost, match="refresh"), accounts.leases.fenced("refresh", token):
        accounts.favourites.add("ann", "acme/one")
    assert accounts.favourites.of("ann") == ()


def test_a_fence_within_a_transaction_undoes_all_of_it(accounts: Accounts) -> None:
    people(accounts, "ann")
    stale = take(accounts, "a")
    take(accounts, "b", LATER)

    def write() -> None:
        with accounts.transaction():
            accounts.favourites.add("ann", "acme/one")
            with accounts.leases.fenced("refresh", stale.token):
                accounts.favourites.add("ann", "acme/two")

    with pytest.raises(LeaseLost):
        write()
    assert accounts.favourites.of("ann") == ()


def test_nobody_takes_a_lease_while_its_holder_writes(accounts: Accounts, url: str) -> None:
    """Not even after it ran out: the taker waits until the write has ended."""
    held, order = take(accounts, "a"), []

    def rival() -> None:
        other = open_accounts(url)
        take(other, "b", LATER)
        order.append("taken")
        other.close()

    thread = threading.Thread(target=rival)
    with accounts.leases.fenced("refresh", held.token):
        thread.start()
        thread.join(0.3)
        order.append("written")
    thread.join()
    assert order == ["written", "taken"]


def test_of_many_takers_one_gets_the_lease(accounts: Accounts) -> None:
    found: list[Lease | None] = []
    barrier = threading.Barrier(6)

    def rival(number: int) -> None:
        barrier.wait()
        found.append(take(accounts, f"h{number}"))

    threads = [threading.Thread(target=rival, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([lease for lease in found if lease]) == 1


def test_what_a_killed_holder_was_writing_is_undone_and_its_token_refused(
    accounts: Accounts, url: str
) -> None:
    people(accounts, "ann")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_writes_for_ever, args=(url, theirs))
    process.start()
    token = ours.recv()
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert take(accounts, "b") is None
    assert take(accounts, "b", LATER).token == token + 1
    with pytest.raises(LeaseLost), accounts.leases.fenced("refresh", token):
        accounts.favourites.add("ann", "acme/two")
    assert accounts.favourites.of("ann") == ()


def _writes_for_ever(url: str, pipe: object) -> None:
    accounts = open_accounts(url)
    held = take(accounts, "a")
    with accounts.leases.fenced("refresh", held.token):
        accounts.favourites.add("ann", "acme/one")
        pipe.send(held.token)
        threading.Event().wait()
