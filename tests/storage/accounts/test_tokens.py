import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import make_url, update

from modeldex.domain.errors import NotFound, StorageError
from modeldex.storage.accounts import tables
from modeldex.storage.accounts.opening import Accounts, open_accounts
from modeldex.storage.accounts.tokens import Exchange, Rotation
from tests.conftest import NOW
from tests.postgres import Postgres
from tests.storage.accounts.builders import HOUR, api_token, people, session

SOON = NOW + HOUR


@pytest.fixture(autouse=True)
def _ann_and_bob(accounts: Accounts) -> None:
    people(accounts, "ann", "bob")


def rotated(exchange: Exchange) -> Rotation:
    return Rotation(exchange=exchange, user="ann", session="s1")


def test_a_token_is_exchanged_for_the_next(accounts: Accounts) -> None:
    accounts.tokens.begin(session(), "h1", SOON)
    assert accounts.tokens.rotate("h1", "h2", NOW, SOON) == rotated(Exchange.DONE)
    assert accounts.tokens.rotate("h2", "h3", NOW, SOON) == rotated(Exchange.DONE)
    assert accounts.tokens.alive("ann", "s1", NOW)


def test_a_token_used_again_ends_its_session(accounts: Accounts) -> None:
    accounts.tokens.begin(session(), "h1", SOON)
    accounts.tokens.rotate("h1", "h2", NOW, SOON)
    assert accounts.tokens.rotate("h1", "h9", NOW, SOON) == rotated(Exchange.REUSED)
    assert not accounts.tokens.alive("ann", "s1", NOW)
    assert accounts.tokens.rotate("h2", "h3", NOW, SOON) == rotated(Exchange.ENDED)
    assert accounts.tokens.rotate("h9", "h3", NOW, SOON).exchange is Exchange.UNKNOWN


def test_a_token_used_again_leaves_other_sessions(accounts: Accounts) -> None:
    accounts.tokens.begin(session(), "h1", SOON)
    accounts.tokens.begin(session("s2"), "g1", SOON)
    for following in ("h2", "h3"):
        accounts.tokens.rotate("h1", following, NOW, SOON)
    assert [one.id for one in accounts.tokens.sessions("ann", NOW)] == ["s2"]


def test_of_two_who_exchange_a_token_at_once_one_is_the_second(accounts: Accounts) -> None:
    accounts.tokens.begin(session(), "h1", SOON)
    found: list[Exchange] = []

    def rotate(number: int) -> None:
        found.append(accounts.tokens.rotate("h1", f"n{number}", NOW, SOON).exchange)

    threads = [threading.Thread(target=rotate, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [Exchange.DONE, *[Exchange.REUSED] * 3]
    assert not accounts.tokens.alive("ann", "s1", NOW)


def test_who_exchanges_a_token_while_another_does_is_the_second(accounts: Accounts) -> None:
    accounts.tokens.begin(session(), "h1", SOON)
    found: list[Exchange] = []

    def rival() -> None:
        found.append(accounts.tokens.rotate("h1", "theirs", NOW, SOON).exchange)

    thread = threading.Thread(target=rival)
    with accounts.transaction():
        accounts.tokens.rotate("h1", "ours", NOW, SOON)
        thread.start()
        thread.join(0.3)
    thread.join()
    assert found == [Exchange.REUSED]
    assert not accounts.tokens.alive("ann", "s1", NOW)


def test_a_token_nobody_was_given_is_unknown(accounts: Accounts) -> None:
    assert accounts.tokens.rotate("h1", "h2", NOW, SOON) == Rotation(exchange=Exchange.UNKNOWN)


@pytest.mark.parametrize(("after", "exchange"), [(59, Exchange.DONE), (60, Exchange.ENDED)])
def test_a_token_runs_out(accounts: Accounts, after: int, exchange: Exchange) -> None:
    accounts.tokens.begin(session(), "h1", SOON)
    later = NOW + timedelta(minutes=after)
    assert accounts.tokens.rotate("h1", "h2", later, later + HOUR).exchange is exchange


def test_a_session_runs_out_however_much_it_is_used(accounts: Accounts) -> None:
    accounts.tokens.begin(session(expires_at=SOON), "h1", NOW + 9 * HOUR)
    accounts.tokens.rotate("h1", "h2", NOW, NOW + 9 * HOUR)
    assert accounts.tokens.rotate("h2", "h3", SOON, SOON + HOUR) == rotated(Exchange.ENDED)
    assert not accounts.tokens.alive("ann", "s1", SOON)


def test_who_is_shut_out_has_no_session_and_no_token(accounts: Accounts) -> None:
    accounts.tokens.begin(session(), "h1", SOON)
    accounts.tokens.add_api(api_token(), "a1")
    accounts.people.disable("ann", NOW)
    assert not accounts.tokens.alive("ann", "s1", NOW)
    assert accounts.tokens.rotate("h1", "h2", NOW, SOON) == rotated(Exchange.ENDED)
    assert accounts.tokens.api("a1", NOW) is None


def test_sessions_are_listed_by_last_use(accounts: Accounts) -> None:
    accounts.tokens.begin(session("s1", client="Firefox"), "h1", SOON)
    accounts.tokens.begin(session("s2"), "g1", SOON)
    accounts.tokens.rotate("h1", "h2", NOW + timedelta(minutes=1), SOON)
    used = session("s1", client="Firefox", used_at=NOW + timedelta(minutes=1))
    assert accounts.tokens.sessions("ann", NOW) == (used, session("s2"))


def test_an_ended_session_gives_no_token(accounts: Accounts) -> None:
    accounts.tokens.begin(session(), "h1", SOON)
    assert accounts.tokens.end("ann", "s1", NOW)
    assert not accounts.tokens.end("ann", "s1", NOW)
    assert accounts.tokens.sessions("ann", NOW) == ()
    assert accounts.tokens.rotate("h1", "h2", NOW, SOON) == rotated(Exchange.ENDED)


def test_all_sessions_end_but_perhaps_one(accounts: Accounts) -> None:
    for name in ("s1", "s2", "s3"):
        accounts.tokens.begin(session(name), name, SOON)
    accounts.tokens.begin(session("theirs", "bob"), "b", SOON)
    assert accounts.tokens.end_all("ann", NOW, but="s2") == 2
    assert [one.id for one in accounts.tokens.sessions("ann", NOW)] == ["s2"]
    assert accounts.tokens.end_all("ann", NOW) == 1
    assert accounts.tokens.alive("bob", "theirs", NOW)


def test_sessions_that_are_over_are_swept_with_their_tokens(accounts: Accounts) -> None:
    accounts.tokens.begin(session("ended"), "h1", SOON)
    accounts.tokens.begin(session("ran out", expires_at=SOON), "h2", SOON)
    accounts.tokens.begin(session("alive"), "h3", SOON)
    accounts.tokens.end("ann", "ended", NOW)
    assert accounts.tokens.sweep(NOW) == 0
    assert accounts.tokens.sweep(NOW + 2 * HOUR) == 2
    assert accounts.tokens.rotate("h1", "n", NOW, SOON).exchange is Exchange.UNKNOWN
    assert accounts.tokens.rotate("h3", "n", NOW, SOON).exchange is Exchange.DONE


def test_nobody_signs_in(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.tokens.begin(session(user="nobody"), "h1", SOON)
    with pytest.raises(NotFound):
        accounts.tokens.add_api(api_token(user="nobody"), "a1")


@pytest.mark.parametrize("scopes", [None, frozenset(), frozenset({"read", "refresh"})])
def test_an_api_token_is_known_by_its_hash(
    accounts: Accounts, scopes: frozenset[str] | None
) -> None:
    token = api_token(scopes=scopes, expires_at=SOON)
    accounts.tokens.add_api(token, "a1")
    assert accounts.tokens.api("a1", NOW) == token
    assert accounts.tokens.api("a2", NOW) is None


def test_an_api_token_runs_out(accounts: Accounts) -> None:
    accounts.tokens.add_api(api_token(expires_at=SOON), "a1")
    assert accounts.tokens.api("a1", SOON) is None
    assert [one.id for one in accounts.tokens.api_of("ann")] == ["t1"]


def test_the_last_use_is_noted_once_a_minute(accounts: Accounts) -> None:
    accounts.tokens.add_api(api_token(), "a1")
    seen = []
    for seconds in (0, 59, 60, 70):
        accounts.tokens.api("a1", NOW + timedelta(seconds=seconds))
        noted = accounts.tokens.api_of("ann")[0].last_used_at
        seen.append((noted - NOW).seconds if noted else None)
    assert seen == [0, 0, 60, 60]


def test_a_use_is_not_waited_for_where_another_writes(accounts: Accounts, url: str) -> None:
    accounts.tokens.add_api(api_token(), "a1")
    other = open_accounts(url)
    with other._database.writing() as db:
        db.execute(update(tables.api_token).values(name="renamed"))
        began = time.monotonic()
        assert accounts.tokens.api("a1", NOW) == api_token()
        assert time.monotonic() - began < 4
    other.close()
    assert accounts.tokens.api_of("ann")[0].last_used_at is None
    accounts.tokens.api("a1", NOW)
    assert accounts.tokens.api_of("ann")[0].last_used_at == NOW


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.once
def test_an_api_token_is_known_where_the_database_takes_no_writes(
    accounts: Accounts, url: str, postgres: Postgres
) -> None:
    accounts.tokens.add_api(api_token(), "a1")
    name = make_url(url).database
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    accounts._database._engine.dispose()
    assert accounts.tokens.api("a1", NOW) == api_token()
    with pytest.raises(StorageError, match="takes no writes"):
        accounts.tokens.revoke("ann", "t1")


def test_a_revoked_api_token_is_unknown(accounts: Accounts) -> None:
    accounts.tokens.add_api(api_token(), "a1")
    assert accounts.tokens.revoke("ann", "t1")
    assert not accounts.tokens.revoke("ann", "t1")
    assert accounts.tokens.api("a1", NOW) is None


def test_all_api_tokens_of_a_user_are_revoked_at_once(accounts: Accounts) -> None:
    accounts.tokens.add_api(api_token("t2"), "a2")
    accounts.tokens.add_api(api_token("t1"), "a1")
    assert accounts.tokens.revoke_all("ann") == ("t1", "t2")
    assert accounts.tokens.revoke_all("ann") == ()
    assert accounts.tokens.api("a1", NOW) is None


def test_api_tokens_are_listed_from_the_oldest(accounts: Accounts) -> None:
    accounts.tokens.add_api(api_token("new", created_at=SOON), "a1")
    accounts.tokens.add_api(api_token("old"), "a2")
    assert [one.id for one in accounts.tokens.api_of("ann")] == ["old", "new"]
