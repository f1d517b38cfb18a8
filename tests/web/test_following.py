"""The catalog in force is followed; nothing that happens to its folder takes it away."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import apsw
import httpx2
import pytest

from modeldex.domain.errors import StorageError
from modeldex.service.reading import Catalog
from modeldex.storage.catalog_file import CatalogFile
from modeldex.web.following import Following, Seen
from modeldex.web.opened import Opened
from modeldex.web.problems import Problem
from tests.cli.shelf import MODELS
from tests.conftest import NOW
from tests.waiting import comes

from .hosting import KEYS, following, serving, shelve

FEWER = MODELS[:2]


def followed(folder: Path) -> Following:
    shelve(folder)
    shelf = following(folder)
    shelf.follow()
    return shelf


def test_before_the_first_catalog_there_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    shelf = following(tmp_path)
    assert (shelf.follow(), shelf.ready) == (False, False)
    with pytest.raises(Problem):
        _ = shelf.opened


def test_a_newer_catalog_takes_its_place(tmp_path: Path) -> None:
    shelf = followed(tmp_path)
    name = shelve(tmp_path, FEWER)
    assert shelf.follow() is True
    assert (shelf.opened.stamp.hash, shelf.opened.stamp.models) == (name, 2)


def test_a_catalog_that_stays_is_not_opened_again(tmp_path: Path) -> None:
    shelf = followed(tmp_path)
    before = shelf.opened
    assert shelf.follow() is False
    assert shelf.opened is before


def _lose_the_pointer(folder: Path) -> None:
    (folder / "current").unlink()


def _point_nowhere(folder: Path) -> None:
    (folder / "current").write_text("ab" * 32 + "\n")


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _damage_the_newer(folder: Path) -> None:
    name = shelve(folder, FEWER)
    path = folder / f"{name}.db"
    path.chmod(0o600)
    path.write_bytes(b"nonsense")


@pytest.mark.parametrize("spoil", [_lose_the_pointer, _point_nowhere, _empty, _damage_the_newer])
def test_a_broken_folder_leaves_the_last_good_catalog(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    shelf = followed(tmp_path)
    before = shelf.opened
    spoil(tmp_path)
    shelf.follow()
    assert shelf.opened is before
    assert shelf.trouble
    assert before.at(NOW).get("acme/sonnet-5") is not None


def test_a_mended_folder_is_followed_again(tmp_path: Path) -> None:
    shelf = followed(tmp_path)
    _empty(tmp_path)
    shelf.follow()
    shelve(tmp_path, FEWER)
    assert shelf.follow() is True
    assert shelf.trouble == ""


def test_what_cannot_be_opened_is_no_reason_to_fail(tmp_path: Path) -> None:
    def refuse() -> None:
        raise StorageError("no")

    shelf = Following(lambda: None, refuse)  # type: ignore[arg-type]
    assert shelf.follow() is False


def test_a_mistake_while_looking_ends_no_following(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelve(tmp_path)
    broken: list[str] = []

    def look() -> Seen | None:
        if broken:
            raise ValueError(broken[0])
        return good._look()

    good = following(tmp_path)
    shelf = Following(look, good._open)
    with serving(tmp_path, instead={"shelf": shelf}) as service, service.client() as client:
        broken.append("words of anybody")
        met = comes(lambda: shelf.trouble == "ValueError")
        broken.clear()
        shelve(tmp_path, FEWER)
        followed = comes(lambda: len(client.get("/v1/models").json()["data"]) == 2)
    assert (met, followed, shelf.trouble) == (True, True, "")
    assert "ValueError at " in caplog.text
    assert "words of anybody" not in caplog.text


def _set(column: str, value: object) -> Callable[[apsw.Connection], object]:
    return lambda db: db.execute(f"UPDATE model SET {column} = ? WHERE place = 1", (value,))


@pytest.mark.parametrize(
    "spoil",
    [
        _set("price", "{nonsense"),
        _set("price", "[]"),
        _set("created", "2026-99-99"),
        _set("provider", "nobody"),
        _set("place", 10_000_000),
        lambda db: db.execute("UPDATE listing SET provider = 'nobody'"),
    ],
)
def test_a_catalog_of_wrong_values_is_a_damaged_one(
    tmp_path: Path, spoil: Callable[[apsw.Connection], object]
) -> None:
    path = tmp_path / f"{shelve(tmp_path)}.db"
    path.chmod(0o600)
    with closing(apsw.Connection(str(path))) as db:
        db.pragma("ignore_check_constraints", True)
        db.pragma("foreign_keys", False)
        spoil(db)
    with pytest.raises(StorageError):
        Opened(Catalog(CatalogFile(path), KEYS, NOW)).warm()


def test_what_cannot_be_worked_out_beforehand_ends_no_following(tmp_path: Path) -> None:
    shelf = followed(tmp_path)

    def fail() -> None:
        raise ValueError("unforeseen")

    shelf.opened.warm = fail  # type: ignore[method-assign]
    shelf.warm()
    assert shelf.trouble == "ValueError"


def test_a_running_service_follows_by_itself_and_forgets_stored_answers(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        first = client.get("/v1/models")
        shelve(tmp_path, FEWER)
        assert comes(lambda: len(client.get("/v1/models").json()["data"]) == 2)
        again = client.get("/v1/models", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, len(again.json()["data"])) == (200, 2)


def test_a_running_service_serves_on_when_its_folder_is_gone(tmp_path: Path) -> None:
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        _empty(tmp_path)
        assert comes(lambda: "modeldex_catalog_troubled 1.0" in client.get("/metrics").text)
        assert client.get("/readyz").status_code == 200
        assert client.get("/api/v1/models", params={"q": "sonnet"}).json()["total"] == 3


def test_ages_go_on_and_the_tag_with_them(tmp_path: Path) -> None:
    def age(client: httpx2.Client) -> tuple[int, str]:
        answer = client.get("/available-models")
        return answer.json()["providers"][0]["age_s"], answer.headers["etag"]

    shelve(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        first = age(client)
        assert age(client) == first
        service.clock.now += timedelta(minutes=10)
        later = age(client)
    assert (later[0] - first[0], later[1] == first[1]) == (600, False)


def test_a_cursor_leads_on_across_a_new_catalog(tmp_path: Path) -> None:
    address = "/api/v1/models?kind=all&sort=id&limit=2"
    shelve(tmp_path)
    with serving(tmp_path) as service, service.client() as client:
        page = client.get(address).json()
        shelve(tmp_path, MODELS[1:])
        service.house.shelf.follow()
        rest = client.get(f"{address}&cursor={page['next']}")
    assert rest.status_code == 200
