"""Whatever happens to a provider, its network, the clock and the process: what the catalog promises holds."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from modeldex.domain.errors import NotFound
from modeldex.domain.lifecycle import Lifecycle
from modeldex.domain.outcome import Outcome
from modeldex.service.past_catalog import PastCatalog
from tests.service.shop import Killed, Shop

LATER = datetime(9999, 1, 1, tzinfo=UTC)
NAMES = [f"model-{number}" for number in range(16)]
FAULTS = [
    *("reset_mid_body", "truncated_length", "close_at_once", "bad_key", "status_403", "not_found"),
    *("rate_limited", "server_error", "redirect", "html", "empty_body", "truncated_json"),
]
DAYS = st.sampled_from([0.01, 0.25, 1, 1, 1, 3, 10, 40, -0.5, -30, 400])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "context_length": st.sampled_from([1000, 2000, 4000]),
        "pricing": st.sampled_from([{"input": 1, "output": 2}, {"input": 3, "output": 4}]),
    },
)
SOLD = st.dictionaries(st.sampled_from(NAMES), FACTS, min_size=1, max_size=16)


class Lives(RuleBasedStateMachine):
    """One shop and one machine, or two that share a store; the model is what no event may break."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.shop = self.elsewhere = self._machine("east")
        self.essences: dict[str, dict[str, bytes]] = {}
        self.sold: dict[str, Any] = {}
        self.first_seen: dict[str, datetime] = {}
        self.buried: set[str] = set()
        self.listed: set[str] = set()
        self.keys: list[str] = []

    def _machine(self, name: str, *, sharing: bool = False) -> Shop:
        folder = Path(self.folder.name)
        self.sharing = sharing
        return Shop(folder / name, folder / "store" if sharing else None)

    def teardown(self) -> None:
        self.folder.cleanup()

    def _refresh(self, **how: Any) -> Outcome:
        outcome = anyio.run(lambda: self.shop.sells(self.sold, **how)).outcome
        if outcome is Outcome.OK:
            self.listed = set(self.sold)
        self.essences[self.shop.catalog.path.stem] = self.shop.catalog.essence()
        return outcome

    def _stands_as_published(self) -> None:
        """Expect from now on what the catalog says that the store put in force here."""
        catalog = self.shop.catalog
        assert catalog.essence() == self.essences.get(catalog.path.stem, catalog.essence())
        memory = catalog.remembering().get("shop")
        states = memory.memory.models if memory else {}
        self.first_seen = catalog.first_seen_ever()
        self.buried = {name for name, state in states.items() if state.tombstone}
        self.listed = self._living()
        self.keys = [change.key for change in catalog.changes(newest_first=False)]

    def _living(self) -> set[str]:
        catalog = self.shop.catalog
        return {
            name.removeprefix("shop/")
            for name in catalog.essence()
            if (life := catalog.remembered(name)) is None or life.listed
        }

    @initialize(sold=SOLD, sharing=st.booleans())
    def opens(self, sold: dict[str, Any], sharing: bool) -> None:
        self.shop = self._machine("east", sharing=sharing)
        self.elsewhere = self._machine("west", sharing=sharing)
        self.sold = sold
        assert self._refresh() is Outcome.OK

    @rule(name=st.sampled_from(NAMES), facts=FACTS, days=DAYS)
    def sells_one_more(self, name: str, facts: dict[str, Any], days: float) -> None:
        self.sold = {**self.sold, name: facts}
        self._refresh(days=days)

    @precondition(lambda self: len(self.sold) > 1)
    @rule(data=st.data(), days=DAYS)
    def sells_one_less(self, data: st.DataObject, days: float) -> None:
        gone = data.draw(st.sampled_from(sorted(self.sold)))
        self.sold = {name: facts for name, facts in self.sold.items() if name != gone}
        self._refresh(days=days)

    @rule(sold=SOLD, days=DAYS, accept=st.booleans())
    def sells_something_else(self, sold: dict[str, Any], days: float, accept: bool) -> None:
        self.sold = sold
        outcome = self._refresh(days=days, accept=accept)
        assert outcome is Outcome.OK or not accept

    @rule(days=DAYS, accept=st.booleans())
    def sells_nothing(self, days: float, accept: bool) -> None:
        self.sold = {}
        before, held = self.shop.shown(), self.shop.catalog.held()
        outcome = self._refresh(days=days, accept=accept)
        assert outcome is Outcome.OK or not accept
        if not accept and not held and self.listed:
            assert (outcome, self.shop.shown()) == (Outcome.HELD, before)

    @rule(fault=st.sampled_from(FAULTS), days=DAYS)
    def fails(self, fault: str, days: float) -> None:
        before = self.shop.shown()
        assert self._refresh(days=days, fault=fault) is not Outcome.OK
        assert self.shop.shown() == before

    @rule(days=DAYS, at=st.integers(0, 2))
    def is_killed(self, days: float, at: int) -> None:
        before = self.shop.shown()
        self.shop.dies_at = at
        try:
            self._refresh(days=days)
        except* Killed:
            assert self.shop.shown() == before or self.shop.shown() >= self.sold.keys()
            if self.sharing:  # what was published here alone is not in the order of the store
                self.shop.shared.pull(always=True)
                self._stands_as_published()
        finally:
            self.shop.dies_at = None

    @rule(days=DAYS)
    def another_process_refreshes(self, days: float) -> None:
        other = self._machine(self.shop.bodies.parent.name, sharing=self.sharing)
        other.port, other.now, other.turn = self.shop.port, self.shop.now, self.shop.turn
        self.shop = other
        self._refresh(days=days)

    @precondition(lambda self: self.sharing)
    @rule(days=DAYS)
    def another_machine_refreshes(self, days: float) -> None:
        other = self.elsewhere
        other.port, other.now, other.turn = self.shop.port, self.shop.now, self.shop.turn
        self.shop, self.elsewhere = other, self.shop
        self.shop.shared.pull(always=True)
        self._stands_as_published()
        self._refresh(days=days)

    @precondition(lambda self: self.sharing and self.shop.turn > 1)
    @rule()
    def somebody_rolls_back(self) -> None:
        try:
            version = self.shop.shared.roll_back(None)
        except NotFound:
            return
        assert self.shop.catalog.path.stem == version.hash
        self._stands_as_published()

    @invariant()
    def the_list_is_never_empty_but_by_decision(self) -> None:
        """An empty list has to be accepted or to keep coming, and its models age as any others."""
        if self.shop.turn and not self.shop.shown():
            assert not self.listed
            assert self.shop.catalog.removed()

    @invariant()
    def lists_are_never_mixed(self) -> None:
        if not self.shop.turn:
            return
        living = self._living()
        assert living in (self.listed, set(self.sold))
        self.listed = living

    @invariant()
    def first_days_never_move(self) -> None:
        if not self.shop.turn:
            return
        now = self.shop.catalog.first_seen_ever()
        assert all(now[name] == day for name, day in self.first_seen.items())
        self.first_seen = now

    @invariant()
    def tombstones_are_for_ever(self) -> None:
        if not self.shop.turn:
            return
        memory = self.shop.catalog.remembering().get("shop")
        states = memory.memory.models if memory else {}
        buried = {name for name, state in states.items() if state.tombstone}
        assert self.buried <= buried
        self.buried = buried

    @invariant()
    def history_and_catalog_agree(self) -> None:
        if not self.shop.turn:
            return
        catalog = self.shop.catalog
        for name in catalog.removed():
            life = catalog.remembered(name)
            assert life is not None
            assert life.lifecycle is Lifecycle.REMOVED
        assert PastCatalog(catalog, LATER).ids == frozenset(catalog.essence())

    @invariant()
    def no_event_is_told_twice_or_forgotten(self) -> None:
        if not self.shop.turn:
            return
        told = [change.key for change in self.shop.catalog.changes(newest_first=False)]
        assert len(set(told)) == len(told)
        assert set(self.keys) <= set(told)
        self.keys = told


BRIEF = settings(
    max_examples=4,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
"""Shrinking would take minutes: each step is a whole refresh."""
LONG = settings(BRIEF, max_examples=24, stateful_step_count=30)


class TestBrief(Lives.TestCase):  # type: ignore[name-defined,misc]
    settings = BRIEF


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestLong(Lives.TestCase):  # type: ignore[name-defined,misc]
    settings = LONG
