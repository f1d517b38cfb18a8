"""What administrators see and do: status, refreshes, people, the audit log."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from modeldex.domain.errors import StorageError
from modeldex.domain.outcome import Outcome
from modeldex.storage.state import Attempt
from modeldex.web.operating import Operating, StoreStatus
from tests.conftest import NOW
from tests.waiting import comes

from .both import Asker
from .both import asker as asker
from .both import client as client
from .hosting import Service, serving, shelve
from .many import PASSWORD, Many, serving_many
from .test_problems import is_problem

STATUS, REFRESH, USERS, AUDIT = (
    f"/api/v1/admin/{name}" for name in ("status", "refresh", "users", "audit")
)
ROUTES = (
    ("GET", STATUS),
    ("POST", REFRESH),
    ("GET", USERS),
    ("POST", USERS),
    ("PATCH", f"{USERS}/{'0' * 32}"),
    ("GET", AUDIT),
    ("GET", f"{AUDIT}/verify"),
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("scope", ["read", "write", "keys", "refresh"])
def test_only_a_token_for_it_administers(asker: Asker, method: str, path: str, scope: str) -> None:
    with asker.client(asker.program(scope)) as client:
        body = {"name": "x"} if path == USERS else {}
        is_problem(client.request(method, path, json=None if method == "GET" else body), 403)


def test_every_provider_has_its_line(client: httpx2.Client) -> None:
    lines = {one["provider"]: one for one in client.get(STATUS).json()["providers"]}
    assert (lines["acme"]["outcome"], lines["acme"]["age_s"]) == ("ok", 7200)
    assert lines["globex"]["outcome"] == "timeout"


def test_the_master_keys_are_told_by_version_alone(asker: Asker, client: httpx2.Client) -> None:
    ring = client.get(STATUS).json()["key_ring"]
    versions = [{"version": 1, "current": True, "canary": "right"}]
    assert ring == (None if asker.alone else {"versions": versions, "rotated": True})


def test_the_database_is_told(asker: Asker, client: httpx2.Client) -> None:
    client.put("/api/v1/preferences", json={})
    said = client.get(STATUS).json()["database"]
    assert said["reachable"] is True
    assert said["administrators"] == (1 if asker.alone else 2)


class Machine:
    """What an administrator is told of a machine."""

    def __init__(self) -> None:
        self.seconds, self.away = 0.0, False

    def attempts(self) -> dict[str, Attempt]:
        if self.away:
            raise StorageError("the disk is away")
        until = NOW + timedelta(minutes=5)
        sick = {"outcome": Outcome.TIMEOUT, "failures": 4, "open_until": until}
        return {
            "globex:1": Attempt(connection="globex:1", provider="globex", at=NOW, **sick),  # type: ignore[arg-type]
        }

    def store(self) -> StoreStatus:
        time.sleep(self.seconds)
        return StoreStatus(address="s3://shelf", reachable=not self.away)

    @property
    def operating(self) -> Operating:
        return Operating(self.attempts, self.store, lambda: "s3://shelf")


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, machine: Machine) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("watched")
    shelve(folder)
    with serving(folder, instead={"operating": machine.operating}) as service:
        yield service


def status_of(service: Service) -> Any:
    with service.client() as client:
        answer = client.get(STATUS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_provider_that_is_left_alone_says_until_when(watched: Service) -> None:
    lines = {one["provider"]: one for one in status_of(watched)["providers"]}
    globex, acme = lines["globex"], lines["acme"]
    assert (globex["breaker"], globex["failures"]) == ("open", 4)
    assert globex["open_until"] == "2026-11-20T12:05:00Z"
    assert (acme["breaker"], acme["failures"]) == ("closed", 0)


def test_the_store_is_told(watched: Service) -> None:
    assert status_of(watched)["store"]["reachable"] is True


def test_what_is_away_stops_nothing(watched: Service, machine: Machine) -> None:
    machine.away = True
    said = status_of(watched)
    machine.away = False
    assert said["store"]["reachable"] is False
    assert {one["failures"] for one in said["providers"]} == {0}


def test_a_store_that_does_not_answer_is_not_waited_for(
    watched: Service, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modeldex.web.status.STORE_S", 0.05)
    machine.seconds = 2.0
    said = status_of(watched)["store"]
    machine.seconds = 0.0
    assert (said["address"], said["reachable"]) == ("s3://shelf", None)


class Asked:
    """A refresh that remembers whom it was to ask."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.wished: list[tuple[frozenset[str], frozenset[str]]] = []

    async def __call__(
        self, _force: bool, only: frozenset[str] = frozenset(), accept: frozenset[str] = frozenset()
    ) -> None:
        self.wished.append((only, accept))
        await asyncio.sleep(self.seconds)

    def until(self, number: int) -> None:
        assert comes(lambda: len(self.wished) >= number)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def tended(tmp_path: Path, asked: Asked) -> Iterator[httpx2.Client]:
    shelve(tmp_path)
    with serving(tmp_path, refresh=asked) as service, service.client() as client:
        yield client


def test_all_are_asked_anew(tended: httpx2.Client, asked: Asked) -> None:
    answer = tended.post(REFRESH)
    assert (answer.status_code, answer.json()["started"]) == (202, True)
    asked.until(1)
    assert asked.wished == [(frozenset(), frozenset())]


def test_one_is_asked_anew(tended: httpx2.Client, asked: Asked) -> None:
    assert tended.post(REFRESH, json={"provider": "acme"}).json()["refresh"]["running"] is True
    asked.until(1)
    assert asked.wished == [(frozenset({"acme"}), frozenset())]


def test_a_refresh_that_ended_is_told(tended: httpx2.Client, asked: Asked) -> None:
    tended.post(REFRESH, json={"provider": "acme"})
    asked.until(1)
    assert comes(lambda: tended.get(STATUS).json()["refresh"]["ended"])
    said = tended.get(STATUS).json()["refresh"]
    assert said == {"running": False, "ended": "done", "ended_at": "2026-11-20T12:00:00Z"}


def test_one_refresh_runs_at_a_time(tended: httpx2.Client, asked: Asked) -> None:
    asked.seconds = 2.0
    assert tended.post(REFRESH).json()["started"] is True
    assert tended.post(REFRESH).json()["started"] is False
    tended.post(REFRESH, json={"provider": "acme"})
    tended.post(REFRESH, json={"provider": "globex"})
    asked.until(2)
    assert asked.wished[1:] == [(frozenset({"acme", "globex"}), frozenset())]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"provider": "nobody"}, 422),
        ({"accept": True}, 422),
        ({"provider": "acme", "accept": True}, 409),
        ({"force": True}, 422),
    ],
)
def test_who_cannot_be_asked_is_not(
    tended: httpx2.Client, asked: Asked, body: dict[str, Any], status: int
) -> None:
    is_problem(tended.post(REFRESH, json=body), status)
    assert asked.wished == []


def test_refreshes_are_limited(tmp_path: Path) -> None:
    shelve(tmp_path)
    with (
        serving(tmp_path, rules={"refresh": "1/minute"}) as service,
        service.client() as client,
    ):
        assert client.post(REFRESH).status_code == 202
        is_problem(client.post(REFRESH), 429)


def test_one_user_is_alone(tended: httpx2.Client) -> None:
    assert [one["id"] for one in tended.get(USERS).json()["users"]] == ["me"]
    is_problem(tended.post(USERS, json={"name": "ann"}), 404)
    is_problem(tended.patch(f"{USERS}/{'0' * 32}", json={"disabled": True}), 404)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    with serving_many(tmp_path_factory.mktemp("people")) as found:
        found.first()
        yield found


@pytest.fixture
def admin(many: Many) -> Iterator[httpx2.Client]:
    with many.client(many.sign_in("admin")) as client:
        yield client


def let_in(admin: httpx2.Client, name: str, role: str = "user") -> str:
    said = {"name": name, "password": PASSWORD.format(name=name), "role": role}
    answer = admin.post(USERS, json=said)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def test_who_is_let_in_can_sign_in(many: Many, admin: httpx2.Client) -> None:
    let_in(admin, "carol")
    with many.client(many.sign_in("carol")) as client:
        is_problem(client.get(STATUS), 403)
        assert client.get("/api/v1/favourites").status_code == 200


def test_a_name_is_taken_once(admin: httpx2.Client) -> None:
    let_in(admin, "dave")
    is_problem(admin.post(USERS, json={"name": "DAVE", "password": "x" * 20}), 422)


def test_no_password_is_shown(admin: httpx2.Client) -> None:
    let_in(admin, "erin")
    said = admin.get(USERS).text
    assert "argon2" not in said
    assert PASSWORD.format(name="erin") not in said


def test_a_password_that_is_refused_is_not_repeated(admin: httpx2.Client) -> None:
    answer = admin.post(USERS, json={"name": "frank", "password": "hunter2"})
    is_problem(answer, 422)
    assert "hunter2" not in answer.text


def test_who_is_shut_out_is_refused_at_once(many: Many, admin: httpx2.Client) -> None:
    name = let_in(admin, "grace")
    grace = many.sign_in("grace")
    with many.client(grace) as client:
        assert client.get("/api/v1/favourites").status_code == 200
        said = admin.patch(f"{USERS}/{name}", json={"disabled": True}).json()
        is_problem(client.get("/api/v1/favourites"), 401)
    assert said["disabled_at"] == "2026-11-20T12:00:00Z"
    assert admin.patch(f"{USERS}/{name}", json={"disabled": False}).json()["disabled_at"] is None
    many.sign_in("grace")


def test_a_role_counts_from_the_next_request_on(many: Many, admin: httpx2.Client) -> None:
    name = let_in(admin, "heidi")
    with many.client(many.sign_in("heidi")) as client:
        is_problem(client.get(STATUS), 403)
        assert admin.patch(f"{USERS}/{name}", json={"role": "admin"}).json()["role"] == "admin"
        assert client.get(STATUS).status_code == 200
        admin.patch(f"{USERS}/{name}", json={"role": "user"})
        is_problem(client.get(STATUS), 403)


def test_the_last_administrator_stays_one(many: Many, admin: httpx2.Client) -> None:
    me = many.sign_in("admin").id
    is_problem(admin.patch(f"{USERS}/{me}", json={"role": "user"}), 422)
    is_problem(admin.patch(f"{USERS}/{me}", json={"disabled": True, "role": "admin"}), 422)
    assert admin.get(STATUS).status_code == 200


def test_nobody_is_changed_who_is_not_there(admin: httpx2.Client) -> None:
    is_problem(admin.patch(f"{USERS}/{'0' * 32}", json={"disabled": True}), 404)
    is_problem(admin.patch(f"{USERS}/{'0' * 32}", json={}), 404)


def test_everybody_is_shown_in_pages(admin: httpx2.Client) -> None:
    for name in ("ivan", "judy"):
        let_in(admin, name)
    every, cursor = [], None
    while True:
        said = admin.get(USERS, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        every += [one["name"] for one in said["users"]]
        if (cursor := said["next"]) is None:
            break
    assert every == [one["name"] for one in admin.get(USERS).json()["users"]]
    assert {"ivan", "judy"} < set(every)


def test_deeds_are_in_the_log_newest_first(asker: Asker, client: httpx2.Client) -> None:
    asker.program("report")
    first = client.get(AUDIT).json()["entries"][0]
    assert (first["action"], first["result"], first["where"]) == ("token.add", "done", "127.0.0.1")


def test_the_log_is_shown_in_pages(asker: Asker, client: httpx2.Client) -> None:
    for _ in range(3):
        asker.program("report")
    numbers, cursor = [], None
    while True:
        said = client.get(
            AUDIT, params={"limit": 2} | ({"cursor": cursor} if cursor else {})
        ).json()
        numbers += [one["number"] for one in said["entries"]]
        if (cursor := said["next"]) is None:
            break
    assert numbers == list(range(len(numbers), 0, -1))
    assert len(numbers) >= 3


def test_the_log_may_be_of_one_user(client: httpx2.Client) -> None:
    assert client.get(AUDIT, params={"user": "nobody"}).json() == {"entries": [], "next": None}


def test_a_cursor_is_for_its_own_question(asker: Asker, client: httpx2.Client) -> None:
    for _ in range(2):
        asker.program("report")
    cursor = client.get(AUDIT, params={"limit": 1}).json()["next"]
    is_problem(client.get(AUDIT, params={"cursor": cursor, "user": "me"}), 400)
    is_problem(client.get(USERS, params={"cursor": cursor}), 400)


def test_the_log_is_whole(asker: Asker, client: httpx2.Client) -> None:
    asker.program("report")
    said = client.get(f"{AUDIT}/verify").json()
    assert said["broken_at"] is None
    assert said["entries"] == client.get(AUDIT).json()["entries"][0]["number"]
