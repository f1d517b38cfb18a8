"""Several replicas, one lease: providers are asked once, whoever dies."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.providers import packaged
from tests.buckets import s3
from tests.loopback import LoopbackProviders, running
from tests.postgres import Postgres

from .replicas import Installation, Replica, installed, until

pytestmark = [pytest.mark.slow, pytest.mark.once]

NAMES = ("groq", "openrouter")


@pytest.fixture
def loopback() -> Iterator[LoopbackProviders]:
    with running([packaged()[name] for name in NAMES]) as providers:
        yield providers


@pytest.fixture(params=["folder", "s3"])
def shop(
    request: pytest.FixtureRequest,
    postgres: Postgres,
    loopback: LoopbackProviders,
    tmp_path: Path,
) -> Iterator[Installation]:
    """Replicas over an empty database and an empty store."""
    database, config = postgres.url(postgres.database()), loopback.config()
    if request.param == "folder":
        store, more = str(tmp_path / "store"), {}
        with installed(tmp_path, config, database, store, **loopback.environment(), **more) as made:
            yield made
        return
    with s3("models") as bucket:
        more = {**loopback.environment(), **bucket}
        with installed(tmp_path, config, database, "s3://models/catalog", **more) as made:
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
    assert took < 15 + 7 + 5, "the lease, a look, a refresh"
    assert second.get("/readyz") == 200
