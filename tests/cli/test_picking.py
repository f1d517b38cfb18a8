import json
from datetime import date
from pathlib import Path

import pytest

from modeldex.domain.capability import Kind
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf, model, price

MODELS = tuple(
    model(
        f"acme/talker-{at}",
        lab=f"lab-{at}",
        price=price("0.1", str(at)),
        tools=True,
        kind=Kind.CHAT,
        released=date(2026, 1, at),
    )
    for at in range(1, 10)
)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "picks").mkdir()
    return Shelf(tmp_path / "picks", models=MODELS, keys={"acme": "env:ACME_API_KEY"})


def test_each_pick_is_a_line_that_says_why(modeldex: Run, shelf: Shelf) -> None:
    lines = modeldex("picks", "chat", services=shelf).out.splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("chat\tacme/talker-1\t")
    assert "0.1 USD in and 1 USD out per million tokens" in lines[0]


def test_a_bucket_that_stays_short_says_so(modeldex: Run, shelf: Shelf) -> None:
    ran = modeldex("picks", "vision", services=shelf)
    assert (ran.code, ran.out) == (0, "")
    assert "vision: 0 of at least 4" in ran.err


def test_json_holds_every_reason(modeldex: Run, shelf: Shelf) -> None:
    said = json.loads(modeldex("picks", "coding", "--json", services=shelf).out)
    first = said["buckets"]["coding"][0]
    assert "coding" not in said["short"]
    assert first["known"] == 1
    assert any("not known" in reason for reason in first["because"])


def test_json_says_why_a_bucket_is_short(modeldex: Run, shelf: Shelf) -> None:
    said = json.loads(modeldex("picks", "vision", "--json", services=shelf).out)
    assert said["buckets"] == {"vision": []}
    assert "0 of at least 4" in said["short"]["vision"]


def test_a_bucket_is_an_option_or_a_word(modeldex: Run, shelf: Shelf) -> None:
    said = modeldex("picks", "--bucket", "chat", services=shelf).out
    assert said == modeldex("picks", "chat", services=shelf).out
    assert {line.split("\t")[0] for line in said.splitlines()} == {"chat"}


def test_only_models_that_can_be_called_are_picked(modeldex: Run, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Shelf(tmp_path / "other", models=MODELS, keys={"globex": "env:GLOBEX_API_KEY"})
    assert modeldex("picks", "chat", services=other).out == ""


def test_without_any_key_the_picks_are_among_all_and_that_is_said(
    modeldex: Run, tmp_path: Path
) -> None:
    (tmp_path / "nobody").mkdir()
    ran = modeldex("picks", "chat", services=Shelf(tmp_path / "nobody", models=MODELS))
    assert len(ran.out.splitlines()) == 8
    assert "no key is known here" in ran.err


def test_every_reason_is_given_where_it_is_asked_for(modeldex: Run, shelf: Shelf) -> None:
    out = modeldex("picks", "chat", "--why", services=shelf).out
    assert "not known: quality, reliability, latency" in out
