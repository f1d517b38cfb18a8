from pathlib import Path

import pytest

from modeldex.domain.provider import Provider
from modeldex.service.adding import Understood
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf

ROW = Provider(id="mine", name="Mine", base_url="https://a.example/v1", dialect="openai")


@pytest.fixture
def understanding(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Every address is understood, so that the question comes."""
    found = Understood(ROW, "openai", 3, {}, {}, None, False)
    monkeypatch.setattr(shelf, "understand", lambda _url, **_how: found)
    return shelf


@pytest.mark.usefixtures("understanding")
def test_a_question_that_nobody_answers_writes_no_row(
    modeldex: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Path("/dev/null").open(encoding="utf-8") as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        ran = modeldex("providers", "add", "https://a.example")
    assert ran.code == 2
    assert "--yes writes it without asking" in ran.err
    assert not list(tmp_path.rglob("mine.toml"))
