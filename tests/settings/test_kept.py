from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.errors import BadConfig
from modeldex.settings.kept import kept, written

NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20)
PLACES = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(references=st.dictionaries(NAMES, PLACES, max_size=5))
def test_what_is_written_is_read_again(
    references: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("kept") / "keys.json"
    path.write_bytes(written(references))
    assert kept(path) == references


def test_nothing_was_kept_where_there_is_no_file(tmp_path: Path) -> None:
    assert kept(tmp_path / "keys.json") == {}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text("not = toml = at all")
    with pytest.raises(BadConfig, match=r"keys\.json"):
        kept(path)
