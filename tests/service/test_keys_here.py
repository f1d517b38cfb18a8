import pytest

from bench.public_way import fresh
from modeldex.providers import packaged
from modeldex.service.keys_here import keys_here
from modeldex.settings.config import Config
from modeldex.storage.catalog_file import CatalogFile


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> CatalogFile:
    return CatalogFile(fresh(tmp_path_factory.mktemp("keys") / "fresh.db").path)


def test_a_key_in_the_environment_opens_its_provider(file: CatalogFile) -> None:
    assert keys_here(file, Config(), {"GROQ_API_KEY": "x"}, {}) == {"groq": "env:GROQ_API_KEY"}


def test_no_key_opens_a_service_that_its_provider_has_closed(file: CatalogFile) -> None:
    closed = {name: row for name, row in packaged().items() if row.retired}
    environ = {variable: "x" for row in closed.values() for variable in row.key_env}
    assert environ
    assert (
        not closed.keys()
        & keys_here(file, Config(), environ, dict.fromkeys(closed, "vault")).keys()
    )
