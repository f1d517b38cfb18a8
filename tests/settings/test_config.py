from pathlib import Path

import pytest

from modeldex.domain.errors import BadConfig
from modeldex.settings.config import Config, DatasetConfig, StoreConfig, load


def config(tmp_path: Path, text: str) -> Config:
    place = tmp_path / "config.toml"
    place.write_text(text)
    return load(place)


def test_a_missing_file_is_an_empty_configuration(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == Config()


def test_a_missing_file_that_was_named_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"MODELDEX_CONFIG names .*none\.toml, which is not there"):
        load(tmp_path / "none.toml", named=True)


def test_the_promised_keys_are_read(tmp_path: Path) -> None:
    found = config(tmp_path, '[refresh]\ntimeout_s = 2\ntotal_s = 3.5\nonly = ["groq"]\n')
    assert (found.refresh.timeout_s, found.refresh.total_s, found.refresh.only) == (
        2,
        3.5,
        ("groq",),
    )


def test_a_provider_of_ones_own_is_read(tmp_path: Path) -> None:
    found = config(tmp_path, '[providers.mine]\nbase_url = "http://127.0.0.1:1/v1"\n')
    assert found.providers["mine"]["base_url"] == "http://127.0.0.1:1/v1"


def test_a_dataset_may_be_asked_for_elsewhere_or_not_at_all(tmp_path: Path) -> None:
    text = '[knowledge.models_dev]\nurl = "http://127.0.0.1:1/a"\n[knowledge.litellm]\nenabled = false\n'
    assert config(tmp_path, text).knowledge == {
        "models-dev": DatasetConfig(url="http://127.0.0.1:1/a"),
        "litellm": DatasetConfig(enabled=False),
    }


def test_datasets_are_asked_for_daily_unless_the_configuration_says_never(tmp_path: Path) -> None:
    assert Config().refresh.knowledge_ttl_s == 86400
    assert config(tmp_path, "[refresh]\nknowledge_ttl_s = 0\n").refresh.knowledge_ttl_s == 0


def test_how_long_things_stay_in_the_store_is_configuration(tmp_path: Path) -> None:
    assert config(tmp_path, "[store]\nraw_days = 0.5\n").store == StoreConfig(raw_days=0.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[refrsh]\n", "did you mean 'refresh'?"),
        ("[refresh]\ntimeout = 3\n", "did you mean 'timeout_s'?"),
        ("[refresh]\ntimeout_s = 0\n", "above 0"),
        ("[refresh]\ntimeout_s = true\n", "above 0"),
        ("[refresh]\ntimeout_s = nan\n", "above 0"),
        ("[refresh]\nevery_s = inf\n", "above 0"),
        ("[refresh]\nttl_s = 1" + "0" * 400 + "\n", "above 0"),
        ("[refresh]\nknowledge_ttl_s = nan\n", "or 0 for never"),
        ('[providers.groq]\nenabled = "no"\n', "enabled is to be true or false"),
        ('[refresh]\nonly = "groq"\n', "list of provider names"),
        ("[providers.groq]\napikey = 'x'\n", "did you mean 'api_key'?"),
        ("providers = 3\n", "is to be a table"),
        ("[providers]\ngroq = 3\n", "is to be a table"),
        ("[refresh\n", "is no TOML"),
        (f"[refresh]\ntimeout_s = {'9' * 5000}\n", "is no TOML"),
        (f"refresh = {'[' * 5000}\n", "is no TOML"),
        ("[refresh]\nknowledge_ttl_s = -1\n", "or 0 for never"),
        ("[refresh]\nknowledge_ttl_s = inf\n", "or 0 for never"),
        ("[refresh]\nknowledge_ttl_s = true\n", "or 0 for never"),
        ("knowledge = 3\n", "is to be a table"),
        ("[knowledge]\nlitellm = 3\n", "is to be a table"),
        ("[knowledge.litellm]\nurls = 3\n", "did you mean 'url'?"),
        ("[knowledge.litellm]\nurl = 3\n", "url is to be text"),
        ("[knowledge.litellm]\nenabled = 3\n", "enabled is to be true or false"),
        ("store = 3\n", "is to be a table"),
        ("[store]\nraw_day = 3\n", "did you mean 'raw_days'?"),
        ("[store]\nraw_days = 0\n", "number of days above 0"),
        ("[store]\nlook_every_s = 0\n", "look_every_s is to be a number of seconds above 0"),
        ("[refresh]\nin_service = 1\n", "in_service is to be true or false"),
        ("[store]\ncatalog_days = true\n", "number of days above 0"),
        ("[store]\ncatalog_days = inf\n", "number of days above 0"),
    ],
)
def test_a_mistake_names_the_file_and_what_to_mend(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig) as error:
        config(tmp_path, text)
    assert said in str(error.value)
    assert "config.toml" in str(error.value)
