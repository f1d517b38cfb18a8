"""The database, the store and every provider go away and come back: reads go on, nothing is lost."""

import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.loopback import LoopbackProviders
from tests.postgres import Postgres
from tests.service.many.house import Host

from .conftest import ADAS, BENS, LISTS, Bucket
from .replicas import Installation, Person, Replica, installed, until

pytestmark = [pytest.mark.slow, pytest.mark.once]

SHARED = ("/api/v1/models?limit=1", "/api/v1/facets")
RESOLVE = "/api/v1/resolve?name="
READ = ("/v1/models", "/available-models", *SHARED, f"{RESOLVE}gpt-oss-120b")
OWN = (
    "/api/v1/favourites",
    "/api/v1/connections",
    "/api/v1/usage",
    "/api/v1/preferences",
    "/api/v1/tokens",
)
WAITS_S = 2.0 + 3.0
"""What a request waits for the database, and room for a machine with other work: it may be a third of
what two statements, one after the other, were once waited for."""


@pytest.fixture
def shop(
    mortal: Postgres, bucket: Bucket, loopback: LoopbackProviders, host: Host, tmp_path: Path
) -> Iterator[Installation]:
    """Replicas over a bucket, who may ask the host of this test."""
    allowed = {"MODELDEX_ALLOW_PORTS": str(host.server.port)}
    more = {**loopback.environment(), **bucket.environ, **allowed}
    database = mortal.url(mortal.database())
    with installed(tmp_path, loopback.config(), database, bucket.address, **more) as made:
        yield made


def statuses(replica: Replica, who: Person, paths: Iterable[str]) -> dict[str, int]:
    """The status of each answer, all of which came in time."""
    found = {}
    for path in paths:
        began = time.monotonic()
        found[path] = replica.get(path, who)
        took = time.monotonic() - began
        print(f"{found[path]} {path}: after {took:.1f} s")
        assert took < WAITS_S, path
    return found


def test_reads_go_on_without_a_database_and_changes_come_back_with_it(
    shop: Installation, mortal: Postgres, host: Host
) -> None:
    one, two = shop.ready(2)
    ada = one.first()
    assert one.add_key(ada, host.url, ADAS).status_code == 201
    until(lambda: one.opened(ada), "ada's list")
    assert two.opened(ada) == one.opened(ada) != []
    mine = two.opened(ada)
    one.check_keys(ada)
    mortal.stop()
    for replica in (one, two):
        assert statuses(replica, ada, READ) == dict.fromkeys(READ, 200)
        assert replica.opened(ada) == mine
    assert set(statuses(one, ada, OWN).values()) == {503}
    assert "does not answer or lets nobody in" in one.said.read_text(), "the log has the cause"
    assert one.add_key(ada, host.url, BENS).status_code == 503
    assert (one.get("/readyz"), two.get("/healthz")) == (200, 200)
    mortal.start()
    took = until(lambda: one.add_key(ada, host.url, BENS).status_code == 201, "changes again")
    assert took < 10
    assert set(two.opened(ada)) >= set(mine)


def test_nothing_that_was_removed_comes_back_while_the_database_is_away(
    shop: Installation, mortal: Postgres, host: Host
) -> None:
    (one,) = shop.ready(1)
    ada = one.first()
    added = one.add_key(ada, host.url, ADAS).json()["id"]
    until(lambda: one.opened(ada), "ada's list")
    with one.client(ada) as client:
        assert client.delete(f"/api/v1/connections/{added}").status_code == 204
    mortal.stop()
    assert one.opened(ada) == []


def test_who_was_let_in_reads_what_everybody_shares_without_a_database(
    shop: Installation, mortal: Postgres, host: Host
) -> None:
    (one,) = shop.ready(1)
    ada = one.first()
    assert one.get("/api/v1/preferences", ada) == 200, "nothing of the keys is read"
    mortal.stop()
    assert statuses(one, ada, SHARED) == dict.fromkeys(SHARED, 200)
    with one.client(ada) as client:
        (shown,) = client.get(SHARED[0]).json()["models"]
    assert shown["available"] is None, "nobody knows whether it is"
    assert one.get(f"{RESOLVE}{shown['id']}", ada) == 200
    assert one.get(f"{RESOLVE}a-name-of-her-own", ada) == 503, "it may lead to a model of hers"
    assert one.get("/available-models", ada) == 503, "unknown is not empty"


def test_reads_go_on_while_the_database_hangs_and_changes_come_back_when_it_answers(
    shop: Installation, mortal: Postgres, host: Host
) -> None:
    (one,) = shop.ready(1)
    ada = one.first()
    assert one.add_key(ada, host.url, ADAS).status_code == 201
    until(lambda: one.opened(ada), "ada's list")
    mine = one.opened(ada)
    mortal.freeze()
    try:
        # Those who are known for a second yet, then those whom somebody has to look for.
        for _ in range(3):
            assert set(statuses(one, ada, OWN).values()) == {503}
            assert statuses(one, ada, READ) == dict.fromkeys(READ, 200)
            assert one.opened(ada) == mine
            assert set(statuses(one, ada, ["/api/v1/picks"]).values()) <= {200, 503}
        began = time.monotonic()
        assert one.add_key(ada, host.url, BENS).status_code == 503
        assert one.get("/v1/models", Person("nobody", "mdx_nobody-knows-this-one")) in (401, 503)
        assert (one.get("/readyz"), one.get("/healthz")) == (200, 200)
        assert time.monotonic() - began < 10
    finally:
        mortal.thaw()
    took = until(lambda: one.add_key(ada, host.url, BENS).status_code == 201, "changes again")
    assert took < 30
    assert set(one.opened(ada)) >= set(mine)


def test_a_list_that_one_replica_fetched_is_read_by_another_and_outlives_the_first(
    shop: Installation, host: Host
) -> None:
    one, two = shop.ready(2)
    ada = one.first()
    one.add_key(ada, host.url, ADAS)
    until(lambda: one.opened(ada), "ada's list")
    asked = host.asked.total()
    one.kill()
    shutil.rmtree(one.home)
    assert sorted(name.rpartition("/")[2] for name in two.opened(ada)) == ["one", "two"]
    assert host.asked.total() == asked


def test_without_a_store_lists_are_served_and_sent_when_it_is_back(
    shop: Installation, host: Host, bucket: Bucket
) -> None:
    one, two = shop.ready(2)
    ada = one.first()
    until(lambda: "current.json" in bucket.names() and one.catalog == two.catalog, "a catalog")
    before = one.catalog
    bucket.stop()
    assert one.add_key(ada, host.url, ADAS).status_code == 201
    until(lambda: one.opened(ada), "ada's list")
    assert (one.catalog, one.get("/v1/models", ada), two.get("/readyz")) == (before, 200, 200)
    assert two.get("/available-models", ada) == 503, "nothing empty is shown for what is there"
    bucket.start()
    took = until(lambda: two.get("/available-models", ada) == 200, "the list reaches the other")
    assert took < 15
    assert two.opened(ada) == one.opened(ada) != []
    assert host.asked.total() == 1


def test_lists_that_the_store_lost_are_never_shown_as_empty_ones(
    shop: Installation, host: Host, bucket: Bucket
) -> None:
    one, two = shop.ready(2)
    ada = one.first()
    one.add_key(ada, host.url, ADAS)
    until(lambda: one.opened(ada), "ada's list")
    bucket.empty("people")
    assert one.opened(ada), "it is here"
    assert two.get("/available-models", ada) == 503
    took = until(lambda: two.get("/available-models", ada) == 200, "it is asked for anew")
    assert took < 35, "no key is used twice within half a minute"
    assert two.opened(ada) == one.opened(ada)


def test_all_is_served_with_database_store_and_providers_down(
    shop: Installation, mortal: Postgres, loopback: LoopbackProviders, bucket: Bucket
) -> None:
    (one,) = shop.ready(1)
    ada = one.first()
    until(lambda: "current.json" in bucket.names(), "a catalog in the store")
    assert one.get("/v1/models", ada) == 200
    mortal.stop()
    loopback.break_with(dict.fromkeys(loopback.rows, "refused"))
    bucket.stop()
    assert {one.get(path, ada) for path in ("/readyz", "/healthz", "/v1/models")} == {200}


def test_no_byte_of_one_user_reaches_another_and_no_key_is_said(
    shop: Installation, host: Host
) -> None:
    one, two = shop.ready(2)
    ada = one.first()
    with one.client(ada) as client:
        said = {"name": "ben", "password": "four unrelated words of ben"}
        assert client.post("/api/v1/admin/users", json=said).status_code == 201
    ben = two.sign_in("ben")
    assert one.add_key(ada, host.url, ADAS).status_code == 201
    assert two.add_key(ben, host.url, BENS).status_code == 201
    for replica in (one, two):
        until(lambda replica=replica: replica.opened(ada) and replica.opened(ben), "both lists")
        assert not set(replica.opened(ada)) & set(replica.opened(ben))
    assert not any(key in shop.written() for key in LISTS)
