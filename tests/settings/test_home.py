from pathlib import Path

import pytest

from modeldex.domain.errors import BadConfig
from modeldex.settings.home import home


def test_one_folder_holds_everything_when_it_is_named(tmp_path: Path) -> None:
    places = home({"MODELDEX_HOME": str(tmp_path)})
    assert places.config == tmp_path / "config.toml"
    assert {places.catalogs.parent, places.raw.parent, places.state.parent} == {tmp_path}


def test_without_a_home_the_platforms_folders_are_used() -> None:
    places = home({})
    assert "modeldex" in str(places.config)
    assert "modeldex" in str(places.data)


def test_the_configuration_file_may_stand_elsewhere(tmp_path: Path) -> None:
    assert home({"MODELDEX_CONFIG": str(tmp_path / "c.toml")}).config == tmp_path / "c.toml"


def test_a_store_moves_nothing_of_what_is_kept_here(tmp_path: Path) -> None:
    alone = home({"MODELDEX_HOME": str(tmp_path)})
    assert home({"MODELDEX_HOME": str(tmp_path), "MODELDEX_STORE": "/s"})[:4] == alone[:4]


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("", None),
        ("/srv/models", "/srv/models"),
        ("/srv/models/", "/srv/models"),
        ("file:///srv/models", "/srv/models"),
        ("s3://bucket/place/", "s3://bucket/place"),
        ("gs://bucket", "gs://bucket"),
        ("az://container/place", "az://container/place"),
    ],
)
def test_a_store_is_a_folder_or_a_bucket(named: str, address: str | None) -> None:
    assert home({"MODELDEX_STORE": named}).store == address


@pytest.mark.parametrize(
    "named",
    ["ftp://host/place", "s3:///place", "s3://id:key@bucket", "https://host/c?sig=key", "az://c#x"],
)
def test_an_address_that_is_no_store_is_refused_and_not_repeated(named: str) -> None:
    with pytest.raises(BadConfig, match="MODELDEX_STORE is to be a folder") as refused:
        home({"MODELDEX_STORE": named})
    assert named not in str(refused.value)


def test_naming_folders_creates_none(tmp_path: Path) -> None:
    home({"MODELDEX_HOME": str(tmp_path / "not-yet")})
    assert not (tmp_path / "not-yet").exists()
