from pathlib import Path

import pytest

from modeldex.domain.errors import BadConfig
from modeldex.settings.config import Config, load


def config(tmp_path: Path, text: str) -> Config:
    place = tmp_path / "config.toml"
    place.write_text(text)
    return load(place)


def test_a_missing_file_is_an_empty_configuration(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == Config()


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[refrsh]\n", "did you mean 'refresh'?"),
        ("[refresh]\ntimeout = 3\n", "did you mean 'timeout_s'?"),
        ("[refresh]\ntimeout_s = 0\n", "above 0"),
        ("[refresh]\ntimeout_s = true\n", "above 0"),
        ('[refresh]\nonly = "groq"\n', "list of provider names"),
        ("[providers.groq]\napikey = 'x'\n", "did you mean 'api_key'?"),
        ("providers = 3\n", "is to be a table"),
        ("[providers]\ngroq = 3\n", "is to be a table"),
        ("[refresh\n", "is no TOML"),
    ],
)
def test_a_mistake_names_the_file_and_what_to_mend(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig) as error:
        config(tmp_path, text)
    assert said in str(error.value)
    assert "config.toml" in str(error.value)
