"""Every provider row through the real client: its own routes, the small bodies, good and bad keys."""

import re
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from modeldex.dialects import spoken
from modeldex.domain.capability import Kind
from modeldex.domain.connection import Connection
from modeldex.domain.listing import Page, Reading, Role, Route
from modeldex.domain.outcome import Outcome
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.providers import packaged
from modeldex.service.discover import first_ask
from modeldex.transport.limits import Limits
from tests.conftest import SMALL
from tests.loopback import running
from tests.loopback.breadth import every_row, here
from tests.loopback.mounts import MOUNTS
from tests.loopback.refreshing import Outing, outing

pytestmark = pytest.mark.once
ROWS = {
    name: row
    for name, row in packaged().items()
    if name not in MOUNTS and not row.retired and row.listed
}
ASKED = {row.id: row for row in every_row() if row.id not in MOUNTS}
OF_ROWS = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
ROUTES = [
    (row, route)
    for row in ROWS.values()
    for route in spoken(row).routes
    if route.role is not Role.CHECKS
]
OF_ROUTES = pytest.mark.parametrize(
    ("row", "route"), ROUTES, ids=[f"{row.id}-{route.name}" for row, route in ROUTES]
)
NOT_CHAT = re.compile(
    r"embed|whisper|\btts\b|rerank|flux|stable-diffusion|dall-e|\bbge\b|moderation"
)


def body(row: Provider, route: Route) -> bytes:
    return (SMALL / row.id / f"{route.name}.json").read_bytes()


def reading(row: Provider, route: Route) -> Reading:
    page = Page(ask=first_ask(route, here(row)), body=body(row, route))
    return spoken(row).read(page)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("every-row")


@pytest.fixture(scope="module")
def well(folder: Path) -> Outing:
    """One refresh of every row, with good keys."""
    with running(ASKED.values()) as loopback:
        return anyio.run(outing, loopback, folder / "well", Limits())


@pytest.fixture(scope="module")
def refused(folder: Path) -> dict[str, Outcome]:
    """What every row comes to when its key is wrong."""
    with running(ASKED.values()) as loopback:
        return anyio.run(outing, loopback, folder / "refused", Limits(), "another-key").outcomes


@OF_ROUTES
def test_a_route_has_a_body_and_loses_nothing_of_it(row: Provider, route: Route) -> None:
    assert reading(row, route).lost == ()


@OF_ROWS
def test_the_bodies_of_a_row_name_models(row: Provider) -> None:
    lists = [route for route in spoken(row).routes if route.role in (Role.LISTS, Role.FALLBACK)]
    assert any(reading(row, route).claims for route in lists)


@OF_ROUTES
def test_a_body_is_known_to_its_last_field(row: Provider, route: Route) -> None:
    said = reading(row, route)
    unit_unknown = row.dialect == "openai" and row.price_unit is None
    left = set(said.unknown_fields) - ({"pricing"} if unit_unknown else set())
    assert (left, dict(said.odd_fields)) == (set(), {})


@OF_ROUTES
def test_paging_ends_when_nothing_new_comes(row: Provider, route: Route) -> None:
    page = Page(ask=first_ask(route, here(row)), body=body(row, route))
    seen: set[tuple[Any, ...]] = set()
    for _ in range(10):
        follow = [ask for ask in spoken(row).read(page).follow if ask.role is not Role.DETAIL]
        mark = (page.ask.path, tuple(sorted(page.ask.params.items())))
        if not follow or mark in seen:
            return
        seen.add(mark)
        page = msgspec.structs.replace(page, ask=follow[0])
    assert len(seen) < 10


@pytest.mark.parametrize("name", ASKED)
def test_a_row_answers_with_its_list(well: Outing, name: str) -> None:
    line = next(line for line in well.report.providers if line.provider == name)
    assert (line.outcome, line.message) == (Outcome.OK, line.message), line
    assert line.models > 0


@pytest.mark.parametrize("name", ASKED)
def test_no_model_that_is_not_for_chat_is_shown_as_chat(well: Outing, name: str) -> None:
    odd = [
        model.id
        for model in well.models
        if model.provider == name
        and NOT_CHAT.search(model.native_id.lower())
        and model.kind is Kind.CHAT
    ]
    assert odd == []


@pytest.mark.parametrize(
    "name", [name for name, row in ASKED.items() if row.key is KeyNeed.LISTING]
)
def test_a_wrong_key_is_refused_by_name(refused: dict[str, Outcome], name: str) -> None:
    assert refused[name] is Outcome.KEY_REJECTED


def test_no_row_reaches_beyond_its_own_addresses() -> None:
    for row in ROWS.values():
        for route in spoken(row).routes:
            ask = first_ask(route, here(row))
            assert not ask.public or (row.public_url and not ask.sends_key)


def test_a_retired_provider_is_never_asked() -> None:
    retired = [row for row in packaged().values() if row.retired]
    assert {"ai21", "github-models"} <= {row.id for row in retired}
    assert not any(Connection(provider=row, base_url=row.base_url).askable for row in retired)
