import hashlib
import os
import random
import time
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from modeldex.domain.errors import StorageError
from modeldex.domain.query import Query
from modeldex.storage import durable
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import KEPT, POINTER, adopt, current, damaged, lost, publish
from tests.conftest import NOW
from tests.storage.builders import FULL, a_model, content, published


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_published_catalog_is_in_force(tmp_path: Path) -> None:
    stamp = publish(tmp_path / "new" / "catalog", content(FULL))
    path = current(tmp_path / "new" / "catalog")
    assert path is not None
    assert CatalogFile(path).stamp == stamp


def test_the_name_is_the_hash_of_the_content(tmp_path: Path) -> None:
    stamp = publish(tmp_path, content(FULL))
    body = (tmp_path / f"{stamp.hash}.db").read_bytes()
    assert hashlib.sha256(body).hexdigest() == stamp.hash
    assert (tmp_path / POINTER).read_text() == f"{stamp.hash}\n"


def test_only_the_catalog_and_its_pointer_are_left(tmp_path: Path) -> None:
    stamp = publish(tmp_path, content(FULL))
    assert _names(tmp_path) == {f"{stamp.hash}.db", POINTER}


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_only_the_owner_may_look_inside(tmp_path: Path) -> None:
    stamp = publish(tmp_path / "catalog", content(FULL))
    paths = (tmp_path / "catalog", tmp_path / "catalog" / f"{stamp.hash}.db")
    assert [path.stat().st_mode & 0o777 for path in paths] == [0o700, 0o600]


def test_a_missing_folder_has_no_catalog(tmp_path: Path) -> None:
    assert current(tmp_path / "missing") is None


def test_old_catalogs_are_pruned(tmp_path: Path) -> None:
    paths = [published(tmp_path, number) for number in range(KEPT + 2)]
    assert _names(tmp_path) == {POINTER, *(path.name for path in paths[-KEPT:])}


def test_the_one_in_force_is_never_pruned(tmp_path: Path) -> None:
    for number in range(KEPT + 1):
        os.utime(published(tmp_path, number), (2_000_000_000 + number,) * 2)
    last = published(tmp_path, 99)
    assert current(tmp_path) == last


def test_litter_of_dead_processes_is_swept(tmp_path: Path) -> None:
    for name, age in ((".old.tmp", timedelta(hours=2)), (".new.tmp", timedelta(0))):
        (tmp_path / name).touch()
        moment = time.time() - age.total_seconds()
        os.utime(tmp_path / name, (moment, moment))
    publish(tmp_path, content(FULL))
    assert {".old.tmp", ".new.tmp"} & _names(tmp_path) == {".new.tmp"}


@pytest.mark.parametrize("pointer", [None, b"", b"\xff", b"../../etc/passwd", b"0" * 64])
def test_without_a_good_pointer_the_newest_whole_catalog_is_taken(
    tmp_path: Path, pointer: bytes | None
) -> None:
    published(tmp_path, 1)
    newest = published(tmp_path, 2)
    (tmp_path / POINTER).unlink()
    if pointer is not None:
        (tmp_path / POINTER).write_bytes(pointer)
    assert current(tmp_path) == newest


@pytest.mark.parametrize("kept", [0, 1, 100, 4096, -1])
def test_a_shortened_catalog_gives_way_to_the_one_before(tmp_path: Path, kept: int) -> None:
    before, last = published(tmp_path, 1), published(tmp_path, 2)
    last.write_bytes(last.read_bytes()[:kept])
    assert current(tmp_path) == before
    assert f"{last.name}.corrupt" in _names(tmp_path)


def test_a_lengthened_catalog_gives_way_to_the_one_before(tmp_path: Path) -> None:
    before, last = published(tmp_path, 1), published(tmp_path, 2)
    last.write_bytes(last.read_bytes() + bytes(8192))
    assert current(tmp_path) == before


def test_without_any_whole_catalog_there_is_none(tmp_path: Path) -> None:
    for number in (1, 2):
        published(tmp_path, number).write_bytes(b"x" * 9000)
    assert current(tmp_path) is None


def test_nothing_is_lost_where_nothing_is_wrong(tmp_path: Path) -> None:
    assert not lost(tmp_path, current(tmp_path))
    published(tmp_path, 1), published(tmp_path, 2)
    assert not lost(tmp_path, current(tmp_path))


def test_a_catalog_that_was_damaged_is_known_to_be_lost(tmp_path: Path) -> None:
    before, last = published(tmp_path, 1), published(tmp_path, 2)
    last.write_bytes(b"x" * 9000)
    for _ in range(2):
        assert current(tmp_path) == before
        assert lost(tmp_path, before)
    assert [path.name for path in damaged(tmp_path)] == [f"{last.name}.corrupt"]


@pytest.mark.parametrize("pointer", [True, False])
def test_with_every_catalog_damaged_all_is_lost(tmp_path: Path, pointer: bool) -> None:
    published(tmp_path, 1).write_bytes(b"x" * 9000)
    if not pointer:
        (tmp_path / POINTER).unlink()
    assert current(tmp_path) is None
    assert lost(tmp_path, None)


def test_a_catalog_published_meanwhile_is_no_loss(tmp_path: Path) -> None:
    before, _ = published(tmp_path, 1), published(tmp_path, 2)
    assert not lost(tmp_path, before)


def _flip(path: Path, chance: random.Random) -> None:
    body = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 20))):
        body[chance.randrange(len(body))] ^= chance.randrange(1, 256)
    path.write_bytes(body)


def test_a_thorough_look_finds_every_flipped_byte(tmp_path: Path) -> None:
    before, last = published(tmp_path, 1), published(tmp_path, 2)
    whole, chance = last.read_bytes(), random.Random(7)
    for _ in range(100):
        last.write_bytes(whole)
        _flip(last, chance)
        assert current(tmp_path, thorough=True) == before
        assert not last.exists()


def _read_all(path: Path) -> None:
    file = CatalogFile(path)
    list(file.documents(Query(words=("gpt",))))
    list(file.documents(Query(), frozenset()))
    file.models(Query())
    assert file.count(Query()) >= 0
    file.listings(), file.providers(), file.first_seen(), file.essence(), file.suggest("gtp")
    assert file.stamp


@pytest.mark.parametrize("rounds", [150, pytest.param(3000, marks=pytest.mark.slow)])
def test_reading_a_damaged_catalog_fails_only_as_a_storage_error(
    tmp_path: Path, rounds: int
) -> None:
    models = [a_model(f"a/gpt-{n}", sources=FULL.sources, price=FULL.price) for n in range(30)]
    stamp, path = publish(tmp_path, content(FULL, *models)), tmp_path / "x.db"
    whole, chance, damaged = (tmp_path / f"{stamp.hash}.db").read_bytes(), random.Random(3), 0
    for _ in range(rounds):
        path.write_bytes(whole)
        _flip(path, chance)
        try:
            _read_all(path)
        except StorageError as error:
            damaged += "modeldex refresh" in str(error)
    assert damaged > rounds / 20


def test_a_catalog_of_a_later_format_is_passed_over_and_kept(tmp_path: Path) -> None:
    before, later = published(tmp_path, 1), tmp_path / "later.db"
    db = apsw.Connection(str(later))
    db.execute("CREATE TABLE model (id); PRAGMA user_version = 99")
    db.close()
    name = hashlib.sha256(later.read_bytes()).hexdigest()
    later.rename(tmp_path / f"{name}.db")
    (tmp_path / POINTER).write_text(name)
    assert current(tmp_path) == before
    assert f"{name}.db" in _names(tmp_path)


def test_a_folder_that_cannot_be_made_is_named_with_advice(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"file.catalog.*MODELDEX_HOME"):
        publish(tmp_path / "file" / "catalog", content(FULL))


def test_what_is_put_whole_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "x"
    durable.put_whole(path, b"old")
    durable.put_whole(path, b"new")
    assert (path.read_bytes(), _names(tmp_path)) == (b"new", {"x"})


def test_the_moment_of_publication_is_the_content_s(tmp_path: Path) -> None:
    assert publish(tmp_path, content(FULL, published_at=NOW)).published_at == NOW


def test_a_catalog_of_elsewhere_is_put_in_force(tmp_path: Path) -> None:
    stamp = publish(tmp_path / "there", content(FULL))
    body = (tmp_path / "there" / f"{stamp.hash}.db").read_bytes()
    here = adopt(tmp_path / "here", stamp.hash, [body[:100], body[100:]])
    assert current(tmp_path / "here", thorough=True) == here


def test_a_catalog_that_is_there_already_is_only_pointed_to(tmp_path: Path) -> None:
    first = publish(tmp_path, content(FULL)).hash
    publish(tmp_path, content(a_model()))
    adopt(tmp_path, first, ())
    assert current(tmp_path) == tmp_path / f"{first}.db"


def test_a_catalog_that_comes_with_another_content_is_refused(tmp_path: Path) -> None:
    before = publish(tmp_path, content(FULL)).hash
    with pytest.raises(StorageError, match="came damaged"):
        adopt(tmp_path, "a" * 64, [b"something"])
    assert _names(tmp_path) == {f"{before}.db", POINTER}
