import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import apsw
import msgspec
import pytest

from modeldex.domain.catalog import ListingStamp
from modeldex.domain.model import Model
from modeldex.domain.query import Query
from modeldex.storage.layout import COLUMNS, FACTS
from tests.storage.builders import FULL, a_provider, a_stamp, catalog

SCHEMA = files("modeldex.storage").joinpath("schema.sql").read_text("utf-8")
TABLES = re.findall(r"CREATE TABLE (\w+)", SCHEMA)


def _columns(folder: Path, table: str) -> list[str]:
    catalog(folder, FULL)
    db = apsw.Connection(str(folder / "test.db"))
    return [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]


def test_readers_and_writers_know_the_columns_of_the_schema(tmp_path: Path) -> None:
    assert tuple(_columns(tmp_path, "model")) == COLUMNS


def test_every_field_of_a_model_has_a_column(tmp_path: Path) -> None:
    kept_elsewhere = {"available": "the user's", "sources": "in provenance"}
    assert set(Model.__struct_fields__) - set(COLUMNS) == kept_elsewhere.keys()


def test_every_field_of_a_listing_has_a_column(tmp_path: Path) -> None:
    assert set(_columns(tmp_path, "listing")) == {"id", *ListingStamp.__struct_fields__}


def test_the_essence_has_every_fact_and_nothing_of_the_seeing() -> None:
    seen = {"first_seen", "last_seen", "tier", "recommended", "available", "sources"}
    named = {"id", "provider", "native_id"}
    assert set(FACTS) == set(Model.__struct_fields__) - seen - named


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_described_above_its_definition(table: str) -> None:
    assert re.search(rf"^-- .+\nCREATE TABLE {table} ", SCHEMA, re.MULTILINE)


def test_a_catalog_is_a_sound_database(tmp_path: Path) -> None:
    file = catalog(tmp_path, FULL, listings=[a_stamp()], providers=[a_provider()])
    db = apsw.Connection(str(file.path), flags=apsw.SQLITE_OPEN_READONLY)
    assert db.execute("PRAGMA integrity_check").get == "ok"
    assert db.execute("PRAGMA foreign_key_check").get is None


def test_equal_sources_are_kept_once(tmp_path: Path) -> None:
    copies = [
        msgspec.structs.replace(FULL, id=f"acme/{n}", sources=dict(FULL.sources)) for n in "ab"
    ]
    path = catalog(tmp_path, FULL, *copies).path
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    assert db.execute("SELECT count(*) FROM provenance").get == 1


def test_two_models_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="acme/gpt-4o"):
        catalog(tmp_path, FULL, FULL)


def test_a_catalog_may_be_empty(tmp_path: Path) -> None:
    assert catalog(tmp_path).models(Query()) == []


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    first = catalog(tmp_path, FULL).path.read_bytes()
    assert catalog(tmp_path, FULL).path.read_bytes() == first


READ = """
import sys
from pathlib import Path
from types import SimpleNamespace
from modeldex.storage.catalog_file import CatalogFile
query = SimpleNamespace(words=("gpt",), conditions=(), sort=None, limit=5, offset=0, mine=False)
file = CatalogFile(Path(sys.argv[1]))
assert list(file.rows(query, ("id",))) and list(file.documents(query, frozenset()))
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_listing_needs_no_heavy_library(tmp_path: Path) -> None:
    path = catalog(tmp_path, FULL).path
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True
    )
    heavy = {"msgspec", "httpx2", "asyncio", "rich", "socket", "ssl", "sqlalchemy", "fastapi"}
    assert not heavy & set(done.stdout.split())
