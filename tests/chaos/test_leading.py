"""Several replicas, one lease: providers are asked once, whoever dies."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.loopback import LoopbackProviders
from tests.postgres import Postgres

from .conftest import NAMES, Bucket
from .replicas import Installation, Replica, installed, until

pytestmark = [pytest.mark.slow, pytest.mark.once]


@pytest.fixture(params=["folder", "s3"])
def shop(
    request: pytest.FixtureRequest,
    postgres: Postgres,
    loopback: LoopbackProviders,
    tmp_path: Path,
) -> Iterator[Installation]:
    """Replicas over an empty database and an empty store."""
    store, more = str(tmp_path / "store"), loopback.environment()
    if request.param == "s3":
        bucket: Bucket = request.getfixturevalue("bucket")
        store, more = bucket.address, {**more, **bucket.environ}
    database = postgres.url(postgres.database())
    with installed(tmp_path, loopback.config(), database, store, **more) as made:
        yield made


def agree(replicas: list[Replica]) -> bool:
    found = {one.catalog for one in replicas}
    return len(found) == 1 and "" not in found


def asked(loopback: LoopbackProviders) -> list[tuple[str, str]]:
    return sorted((one.provider, one.path) for one in loopback.seen)


def test_three_that_start_together_migrate_once_ask_once_and_serve_the_same(
    shop: Installation, loopback: LoopbackProviders
) -> None:
    replicas = shop.ready(3)
    until(lambda: loopback.seen and agree(replicas), "all have one catalog")
    time.sleep(3)
    assert agree(replicas)
    assert len(asked(loopback)) == len(set(asked(loopback))) == 3
    assert {name for name, _ in asked(loopback)} == set(NAMES)


def test_a_refresh_from_cron_leaves_the_work_to_the_replica_that_does_it(
    shop: Installation, loopback: LoopbackProviders
) -> None:
    loopback.latency_s = 3.0
    shop.ready(1)
    until(lambda: loopback.seen, "the replica asks")
    done = shop.command("refresh", "--due")
    assert (done.returncode, done.stdout) == (0, "")
    assert "refreshes now: nothing was asked here" in done.stderr
    assert len(asked(loopback)) == len(set(asked(loopback)))


def test_another_goes_on_when_the_one_that_refreshes_is_killed(
    shop: Installation, loopback: LoopbackProviders
) -> None:
    loopback.latency_s = 8.0
    first, second = shop.replica(), None
    until(lambda: loopback.seen, "the first asks")
    second = shop.ready(1)[0]
    packaged_one = second.catalog
    assert second.get("/readyz") == 200
    first.kill()
    loopback.latency_s = 0.0
    took = until(lambda: second.catalog != packaged_one, "the second publishes")
    assert took < 15 + 7 + 15, "the lease, a look, a refresh on a busy machine"
    assert second.get("/readyz") == 200


@pytest.mark.parametrize("shop", ["s3"], indirect=True)
def test_who_is_frozen_while_refreshing_publishes_nothing_when_it_wakes(
    shop: Installation, loopback: LoopbackProviders, bucket: Bucket
) -> None:
    loopback.latency_s = 2.0
    first = shop.replica()
    until(lambda: loopback.seen, "the first asks")
    first.process.send_signal(signal.SIGSTOP)
    loopback.latency_s = 0.0
    second = shop.ready(1)[0]
    until(lambda: "current.json" in bucket.names(), "the second publishes")
    theirs = bucket.names().count("snapshots/")
    first.process.send_signal(signal.SIGCONT)
    until(lambda: "another machine does refresh now" in first.said.read_text(), "it is told so")
    until(lambda: agree([first, second]), "it follows the second")
    assert bucket.names().count("snapshots/") == theirs == 1


@pytest.mark.parametrize("shop", ["s3"], indirect=True)
def test_a_replica_with_an_empty_folder_begins_with_the_stores_catalog(
    shop: Installation, loopback: LoopbackProviders, bucket: Bucket
) -> None:
    (first,) = shop.ready(1)
    until(lambda: "current.json" in bucket.names(), "a catalog in the store")
    loopback.break_with(dict.fromkeys(loopback.rows, "refused"))
    (second,) = shop.ready(1)
    assert second.catalog == first.catalog
