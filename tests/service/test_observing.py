from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.domain.account import User
from modeldex.domain.claims import Claims
from modeldex.domain.errors import StorageError
from modeldex.domain.observation import Observation
from modeldex.domain.report import ProviderReport
from modeldex.domain.source import Evidence, Losing, Source
from modeldex.rules.observing import Count, share
from modeldex.rules.resolve import Witness
from modeldex.service.connecting import connections
from modeldex.service.observed import LastGood, Observing, observing
from modeldex.service.observing import Observations, claimed_in, observe
from modeldex.service.reading import Catalog
from modeldex.service.refresh import refresh
from modeldex.service.workshop import Wish
from modeldex.settings.config import Config
from modeldex.storage.accounts.opening import Accounts, open_accounts
from modeldex.wiring import workshop
from tests.conftest import NOW
from tests.service.shop import ROW, Shop
from tests.service.test_assembling import Shelf, content
from tests.storage.accounts.builders import call

pytestmark = pytest.mark.anyio

TOOLS = {"supported_features": ["tools"]}
SOLD = {"one": TOOLS, "two": TOOLS, "three": {}}


class Observed(Shop):
    """A shop whose catalogs say what its users' calls showed."""

    def __init__(self, folder: Path, accounts: Accounts, *, shared: bool = True) -> None:
        super().__init__(folder)
        self.accounts = accounts
        self.among_others = shared

    @property
    def read(self) -> Catalog:
        return Catalog(self.catalog, {"shop": None}, self.now)

    def observations(self) -> Observations:
        claims = claimed_in(self.read)
        return observe(self.accounts.observed, claims, self.now, shared=self.among_others)

    async def _refresh(self, base_url: str, *, accept: bool) -> ProviderReport:
        config = Config(providers={"shop": {"base_url": base_url}})
        parts = workshop(self.places, config, connections({"shop": ROW}, config, {}))
        parts = parts._replace(clock=self.tick)
        if self.turn > 1:
            parts = observing(parts, self.observations)
        report = await refresh(parts, Wish(frozenset({"shop"}), force=True))
        return report.providers[0]

    def use(self, user: str, good: int, bad: int, model: str = "shop/one") -> None:
        day = self.now.isoformat()
        calls = [
            call(
                f"{model} {day} {at}",
                at=self.now,
                model=model,
                ok=at < good,
                capability="tools",
                error=None if at < good else "unsupported",
            )
            for at in range(good + bad)
        ]
        self.accounts.calls.add_many(user, calls)


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    opened = open_accounts(f"sqlite:///{tmp_path}/accounts.db")
    for name in ("ann", "bob"):
        opened.people.add(User(id=name, name=name, created_at=NOW), None)
    yield opened
    opened.close()


@pytest.fixture
async def shop(tmp_path: Path, accounts: Accounts) -> Observed:
    made = Observed(tmp_path, accounts)
    await made.sells(SOLD)
    return made


def tools(shop: Observed, name: str = "one") -> tuple[object, Source | None]:
    model = shop.model(name)
    assert model is not None
    by = model.sources.get("tools")
    return model.tools, by.source if by else None


async def test_a_claim_that_calls_do_not_contradict_stands(shop: Observed) -> None:
    shop.use("ann", 40, 0)
    shop.use("bob", 40, 0)
    await shop.sells(SOLD, days=1)
    assert tools(shop) == (True, Source.API)


async def test_a_capability_that_fails_in_calls_is_no_in_the_next_catalog(shop: Observed) -> None:
    shop.use("ann", 1, 30)
    shop.use("bob", 0, 30)
    await shop.sells(SOLD, days=1)
    assert tools(shop) == (False, Source.OBSERVED)
    assert tools(shop, "two") == (True, Source.API)


async def test_both_numbers_are_kept(shop: Observed) -> None:
    shop.use("ann", 1, 30)
    shop.use("bob", 0, 30)
    await shop.sells(SOLD, days=1)
    found = shop.read.explain("shop/one", "tools")
    assert found.evidence is not None
    assert "1 of 61 that used tools got it" in found.evidence.evidence
    lost = found.losing[0]
    assert (lost.value, lost.reason) == (True, "observed over api")
    (seen,) = shop.observations().seen
    assert (seen.claimed, seen.share.ok, seen.share.failed, seen.users) == (True, 1, 60, 2)


async def test_what_was_taken_away_stays_away_until_calls_succeed_again(shop: Observed) -> None:
    shop.use("ann", 0, 30)
    shop.use("bob", 0, 30)
    for _ in range(3):
        await shop.sells(SOLD, days=5)
        assert tools(shop) == (False, Source.OBSERVED)
    await shop.sells(SOLD, days=16)
    for user in ("ann", "bob"):
        shop.use(user, 60, 1)
    await shop.sells(SOLD)
    assert tools(shop) == (True, Source.API)


async def test_one_user_changes_nothing_for_others(shop: Observed) -> None:
    shop.use("ann", 0, 900)
    shop.use("bob", 5, 1)
    await shop.sells(SOLD, days=1)
    assert tools(shop) == (True, Source.API)


async def test_an_operator_may_trust_one_user(tmp_path: Path, accounts: Accounts) -> None:
    shop = Observed(tmp_path, accounts, shared=False)
    await shop.sells(SOLD)
    shop.use("ann", 0, 30)
    await shop.sells(SOLD, days=1)
    assert tools(shop) == (False, Source.OBSERVED)


async def test_what_nobody_claims_is_not_taken_away(shop: Observed) -> None:
    for user in ("ann", "bob"):
        shop.use(user, 0, 30, "shop/three")
    await shop.sells(SOLD, days=1)
    assert tools(shop, "three") == (None, None)


async def test_vision_that_follows_from_modalities_is_seen_to_lose(shop: Observed) -> None:
    seeing = {"one": {"architecture": {"input_modalities": ["text", "image"]}}}
    await shop.sells(seeing, days=1)
    for user in ("ann", "bob"):
        calls = [
            call(f"v{at}", model="shop/one", ok=False, capability="vision", error="unsupported")
            for at in range(30)
        ]
        shop.accounts.calls.add_many(user, calls)
    await shop.sells(seeing, days=1)
    await shop.sells(seeing, days=1)
    found = shop.read.explain("shop/one", "vision")
    assert found.value is False
    assert [one.value for one in found.losing] == [True]


async def test_a_model_of_ones_own_is_seen_by_its_user_alone(shop: Observed) -> None:
    shop.use("ann", 0, 30, "my-server/secret")
    shop.use("bob", 0, 30, "my-server/secret")
    claims = claimed_in(shop.read)
    assert not shop.observations().seen
    assert not shop.observations().measured
    (mine,) = observe(shop.accounts.observed, claims, shop.now, user="ann").seen
    assert (mine.model, mine.share.failed, mine.users) == ("my-server/secret", 30, 1)
    assert mine.downgraded


async def test_ones_own_observations_hold_no_model_of_the_catalog(shop: Observed) -> None:
    shop.use("ann", 0, 30)
    claims = claimed_in(shop.read)
    assert not observe(shop.accounts.observed, claims, shop.now, user="ann").seen


async def test_reliability_and_latency_are_measured_for_the_shortlist(shop: Observed) -> None:
    for user, wait in (("ann", 400), ("bob", 800)):
        calls = [call(f"k{at}", model="shop/one", latency_ms=wait) for at in range(40)]
        shop.accounts.calls.add_many(user, calls)
    found = shop.observations().measured["shop/one"]
    assert found.latency_s == pytest.approx(0.6)
    assert found.reliability == pytest.approx(41 / 42)


async def test_the_workshop_of_the_service_weighs_what_was_measured(shop: Observed) -> None:
    for user in ("ann", "bob"):
        calls = [call(f"k{at}", model="shop/one", latency_ms=400) for at in range(40)]
        shop.accounts.calls.add_many(user, calls)
    parts = observing(workshop(shop.places, Config(), ()), shop.observations)
    assert parts.measured()["shop/one"].latency_s == pytest.approx(0.4)


class Decided(Shelf):
    """Somebody decided that every model has tools."""

    def overrides(self, provider_id: str, native_id: str) -> tuple[Witness, ...]:
        evidence = Evidence(source=Source.OVERRIDE, evidence="a file", observed_at=NOW)
        return ((evidence, Claims(native_id=native_id, tools=True)),)


async def test_what_a_person_decided_is_stronger_than_what_was_observed() -> None:
    seen = Observation(
        model="acme/a",
        capability="tools",
        claimed=True,
        share=share(Count(0, 50)),
        users=2,
        since=NOW.date(),
        downgraded=True,
    )
    knows = Observing(Decided(("a",), a={}), Observations(at=NOW, seen=(seen,)))
    made = content(knows)
    assert made.models[0].tools is True
    assert [(one.value, one.evidence.source) for one in made.losing["acme/a"]] == [
        (False, Source.OBSERVED)
    ]


async def test_what_is_overruled_stays_so_beside_what_was_observed() -> None:
    evidence = Evidence(source=Source.KNOWLEDGE, evidence="a dataset", observed_at=NOW)
    kept = Losing(field="open_weights", value=False, evidence=evidence, reason="by its base")

    class Overruling(Shelf):
        def overruled(self, provider_id: str, native_id: str) -> tuple[Losing, ...]:
            return (kept,)

    knows = Observing(Overruling((), a={}), Observations(at=NOW))
    assert content(knows).losing == {"acme/a": (kept,)}


async def test_what_is_called_at_an_address_of_ones_own_says_nothing_of_the_provider(
    shop: Observed,
) -> None:
    shop.use("ann", 0, 30)
    shop.use("bob", 0, 30)
    claims = claimed_in(shop.read)
    elsewhere = {"ann": ["shop"], "bob": []}
    (seen,) = observe(
        shop.accounts.observed, claims, shop.now, elsewhere=elsewhere.__getitem__
    ).seen
    assert (seen.users, seen.share.failed, seen.downgraded) == (1, 30, False)


def test_knowledge_goes_through_untouched() -> None:
    shelf = Shelf(("a",), a={"tools": True})
    seen = Observing(shelf, Observations(at=NOW))
    assert seen.manifest("acme") == shelf.manifest("acme")
    assert seen.claims("acme", "a") == shelf.claims("acme", "a")
    assert seen.preferred("acme") == shelf.preferred("acme")
    assert (seen.overrides("acme", "a"), seen.guess("acme", "a"), seen.authorities()) == (
        (),
        (),
        {},
    )


def test_the_last_observations_serve_while_the_database_is_away() -> None:
    answers = iter([Observations(at=NOW), StorageError("away"), StorageError("away")])

    def read() -> Observations:
        found = next(answers)
        if isinstance(found, StorageError):
            raise found
        return found

    last = LastGood(read)
    assert last() is last()


def test_without_any_observations_read_before_the_database_is_missed() -> None:
    def read() -> Observations:
        raise StorageError("away")

    with pytest.raises(StorageError):
        LastGood(read)()
