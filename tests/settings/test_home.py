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


def test_the_store_may_be_another_folder(tmp_path: Path) -> None:
    places = home({"MODELDEX_HOME": str(tmp_path / "h"), "MODELDEX_STORE": str(tmp_path / "s")})
    assert places.catalogs == tmp_path / "s" / "catalog"
    assert places.state == tmp_path / "h" / "state"


def test_a_store_that_is_no_folder_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadConfig, match="folders only"):
        home({"MODELDEX_STORE": "s3://bucket/place"})


def test_naming_folders_creates_none(tmp_path: Path) -> None:
    home({"MODELDEX_HOME": str(tmp_path / "not-yet")})
    assert not (tmp_path / "not-yet").exists()
