import json
from pathlib import Path

import pytest

from modeldex.cli.context import Services
from modeldex.service.shared import Shared
from modeldex.storage.folder_store import FolderStore
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf
from tests.service.machines import Machine


class Storing(Shelf):
    """A store that a machine has published to so often."""

    def __init__(self, folder: Path, times: int = 3) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.folder = folder / "store"
        self.machine = Machine(folder / "home", FolderStore(self.folder))
        self.hashes = []
        for number in range(times):
            self.machine.refresh({"acme": [f"m-{n}" for n in range(number + 5)]}, days=1)
            self.hashes.append(self.machine.hash)

    def store(self) -> Shared:
        return self.machine.shared


@pytest.fixture
def storing(tmp_path: Path) -> Storing:
    return Storing(tmp_path / "s")


def test_versions_are_listed_newest_first(modeldex: Run, storing: Storing) -> None:
    rows = modeldex("store", "list", services=storing).rows
    assert [(row[0], row[2]) for row in rows] == [
        (str(number), storing.hashes[number - 1]) for number in (3, 2, 1)
    ]


def test_the_version_in_force_is_marked(modeldex: Run, storing: Storing) -> None:
    said = json.loads(modeldex("store", "list", "--json", services=storing).out)
    assert [one["current"] for one in said] == [True, False, False]


def test_a_terminal_shows_the_beginning_of_a_hash(terminal: Run, storing: Storing) -> None:
    said = terminal("store", "list", services=storing).out
    assert storing.hashes[0][:12] in said
    assert storing.hashes[0] not in said


def test_a_whole_store_is_exit_code_0(modeldex: Run, storing: Storing) -> None:
    said = modeldex("store", "verify", "--json", services=storing)
    assert (said.code, json.loads(said.out)["damaged"]) == (0, [])


def test_a_damaged_store_is_exit_code_1_and_says_what(modeldex: Run, storing: Storing) -> None:
    path = f"catalog/{storing.hashes[0]}.db.gz"
    (storing.folder / path).write_bytes(b"torn")
    said = modeldex("store", "verify", services=storing)
    assert (said.code, said.rows) == (1, [[path, "cannot be unpacked"]])


def test_rollback_goes_to_the_catalog_before(modeldex: Run, storing: Storing) -> None:
    said = modeldex("store", "rollback", "--json", services=storing)
    assert (said.code, json.loads(said.out)["hash"]) == (0, storing.hashes[1])
    assert storing.machine.hash == storing.hashes[1]


@pytest.mark.parametrize(
    "target", ["2026-11-21", "2026-11-22T11:59:59", "2026-11-22T12:59:59+01:00"]
)
def test_rollback_takes_a_day_or_a_moment(modeldex: Run, storing: Storing, target: str) -> None:
    modeldex("store", "rollback", target, services=storing)
    assert storing.machine.in_store == storing.hashes[0]


@pytest.mark.parametrize(
    ("target", "code"), [("abcdef0123456789", 3), ("2020-01-01", 3), ("yesterday", 2), ("", 2)]
)
def test_what_leads_nowhere_is_told_by_the_exit_code(
    modeldex: Run, storing: Storing, target: str, code: int
) -> None:
    assert modeldex("store", "rollback", target, services=storing).code == code


def test_prune_says_how_much_is_gone(modeldex: Run, storing: Storing) -> None:
    said = json.loads(modeldex("store", "prune", "--json", services=storing).out)
    assert said == {"removed": {"snapshots": 0, "catalog": 0, "pages": 0, "raw": 0}}


def test_pull_takes_the_stores_catalog_over_what_is_here(modeldex: Run, storing: Storing) -> None:
    storing.machine.refresh({"acme": ["x"]}, offline=True)
    said = modeldex("store", "pull", services=storing)
    assert (said.code, storing.machine.hash) == (0, storing.hashes[-1])
    assert storing.hashes[-1][:12] in said.out


@pytest.mark.parametrize("verb", ["list", "verify", "rollback", "prune", "pull"])
def test_an_empty_store_is_exit_code_6(modeldex: Run, tmp_path: Path, verb: str) -> None:
    assert modeldex("store", verb, services=Storing(tmp_path / "empty", 0)).code == 6


@pytest.mark.parametrize("verb", ["list", "verify", "rollback", "prune", "pull"])
def test_without_a_store_it_is_said_how_to_name_one(modeldex: Run, verb: str) -> None:
    said = modeldex("store", verb, services=Services())  # type: ignore[arg-type]
    assert said.code == 2
    assert "MODELDEX_STORE" in said.err


def test_a_store_that_cannot_be_reached_is_exit_code_1(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELDEX_STORE", "az://container/place")
    said = modeldex("store", "list", services=Services())  # type: ignore[arg-type]
    assert said.code == 1
    assert "az://container/place cannot be used" in said.err


def test_readers_of_a_folder_that_have_no_catalog_take_the_shared_one(
    modeldex: Run, storing: Storing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELDEX_STORE", str(storing.folder))
    said = modeldex("list", "--all", "--kind", "all", "--fields", "id", services=Services())  # type: ignore[arg-type]
    assert {row[0] for row in said.rows} == storing.machine.shown()
