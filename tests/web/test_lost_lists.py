"""One list of one connection that cannot be read any more: all else is answered, and it is fetched anew."""

import itertools
import shutil
from collections.abc import Iterator

import httpx2
import pytest

from tests.service.many.house import Host
from tests.waiting import comes

from .many import Many, port_of, serving_many
from .test_many import APART, key
from .test_problems import is_problem
from .test_theirs import ROW

OWN = "ft:of-a-lost-list"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Many]:
    home = tmp_path_factory.mktemp("lost")
    own = ROW.format(url=host.url).replace("acme", "my-server").replace("Acme", "My server")
    (home / "config.toml").write_text(ROW.format(url=host.url) + own)
    with serving_many(home, ports=[port_of(host)]) as found:
        found.first()
        yield found


@pytest.fixture
def lost(house: Many, host: Host) -> Iterator[httpx2.Client]:
    """Somebody of whose two lists that of acme is gone, as after a restart without its pages."""
    who = house.join(f"who lost {next(_numbers)}")
    with house.client(who) as client:
        for provider, models in {"acme": ["sonnet-4", OWN], "my-server": ["mine"]}.items():
            host.lists[key(who.name + provider)] = models
            wanted = {"provider": provider, "key": key(who.name + provider)}
            assert client.post("/api/v1/connections", json=wanted).json()["status"] == "ok"
        pages = house.home / "pages"
        assert pages.is_dir()
        shutil.rmtree(pages)
        shelf = house.tenancy.shelf
        for held in [name for name in shelf._held if name[0].startswith("acme ")]:
            del shelf._held[held]
        yield client
    house.clock.now += APART


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/resolve?name=sonnet-4", 200),
        ("/api/v1/models/my-server/mine", 200),
        ("/api/v1/models/my-server/nothing", 404),
        ("/api/v1/models/nobody/nothing", 404),
        ("/api/v1/cost?model=sonnet-5&input=1000&output=1000", 200),
        ("/api/v1/providers", 200),
        ("/api/v1/providers/globex", 200),
        ("/api/v1/connections", 200),
        ("/v1/models/my-server/mine", 200),
        ("/v1/models/globex/sonnet-5", 200),
    ],
)
def test_what_does_not_depend_on_the_lost_list_is_answered(
    lost: httpx2.Client, path: str, status: int
) -> None:
    assert lost.get(path).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/models/acme/{OWN}",
        f"/api/v1/resolve?name={OWN}",
        "/api/v1/models?mine=true",
        f"/v1/models/acme/{OWN}",
    ],
)
def test_what_may_be_in_the_lost_list_is_not_denied(lost: httpx2.Client, path: str) -> None:
    is_problem(lost.get(path), 503)


def test_only_the_line_of_the_lost_list_says_so(lost: httpx2.Client) -> None:
    lines = {one["provider"]: one for one in lost.get("/api/v1/providers").json()["providers"]}
    told = {name for name, one in lines.items() if "cannot be read" in one["message"]}
    assert (told, lines["acme"]["available"]) == ({"acme"}, True)


def test_a_program_is_bound_to_what_the_lost_list_does_not_decide(lost: httpx2.Client) -> None:
    put = lost.put("/api/v1/bindings/bot", json={"models": ["sonnet-4"]})
    assert (put.status_code, put.json()["models"][0]["how"]) == (200, "alias")


@pytest.mark.parametrize("path", ["/api/v1/providers/acme", f"/api/v1/models/acme/{OWN}"])
def test_whoever_meets_a_lost_list_has_it_fetched_anew(
    house: Many, lost: httpx2.Client, path: str
) -> None:
    house.clock.now += APART
    lost.get(path)
    assert comes(lambda: lost.get(f"/api/v1/models/acme/{OWN}").status_code == 200)
