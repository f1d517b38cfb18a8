import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.storage.durable import put_for_others, put_whole

pytestmark = pytest.mark.skipif(os.name == "nt", reason="rights are POSIX's")


@pytest.fixture(autouse=True)
def _mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    put_whole(tmp_path / "kept", b"1")
    assert rights(tmp_path / "kept") == 0o600


def test_a_document_of_the_users_is_as_open_as_their_other_files(tmp_path: Path) -> None:
    put_for_others(tmp_path / "models.lock", b"1")
    assert rights(tmp_path / "models.lock") == 0o644


def test_a_document_keeps_the_rights_that_it_had(tmp_path: Path) -> None:
    path = tmp_path / "models.lock"
    path.write_bytes(b"0")
    path.chmod(0o640)
    put_for_others(path, b"1")
    assert (rights(path), path.read_bytes()) == (0o640, b"1")
