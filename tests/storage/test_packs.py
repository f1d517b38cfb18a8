from pathlib import Path

import pytest

from modeldex.domain.errors import StorageError
from modeldex.storage.packs import POINTER, Packs


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    return Packs(tmp_path / "knowledge")


def path(packs: Packs, name: str) -> Path:
    return packs.folder / f"{name}.bin"


def test_what_was_published_is_in_force(packs: Packs) -> None:
    name = packs.publish(b"one")
    assert packs.current() == (name, b"one", "")


def test_an_empty_folder_has_nothing_and_no_problem(packs: Packs) -> None:
    assert packs.current() == ("", None, "")


def test_the_last_one_published_is_in_force(packs: Packs) -> None:
    packs.publish(b"one")
    packs.publish(b"two")
    assert packs.current().body == b"two"


def test_a_damaged_pack_is_set_aside_and_told(packs: Packs) -> None:
    place = path(packs, packs.publish(b"one"))
    place.write_bytes(b"onf")
    found = packs.current()
    assert (found.body, "damaged" in found.problem) == (None, True)
    assert not place.exists()


def test_a_lost_pack_is_told(packs: Packs) -> None:
    path(packs, packs.publish(b"one")).unlink()
    assert "cannot be read" in packs.current().problem


@pytest.mark.parametrize("said", [b"", b"../../etc/passwd", b"\xff" * 64, b"z/" * 32])
def test_a_pointer_that_is_none_points_nowhere(packs: Packs, said: bytes) -> None:
    packs.publish(b"one")
    (packs.folder / POINTER).write_bytes(said)
    assert packs.current() == ("", None, "")


def test_old_packs_go(packs: Packs) -> None:
    for body in (b"one", b"two", b"three", b"four"):
        packs.publish(body)
    assert len(list(packs.folder.glob("*.bin"))) == 2


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"file.*MODELDEX_HOME"):
        Packs(tmp_path / "file").publish(b"one")
