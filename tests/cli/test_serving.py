"""Everywhere a base is served, on the packaged catalog."""

import json

import pytest

import modeldex
from modeldex.cli.running import run
from modeldex.domain.price import offer_order

BASE = "openai/gpt-oss-120b"


def test_a_base_lists_everywhere_it_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", BASE]) == 0
    printed = capsys.readouterr().out
    assert "groq/openai/gpt-oss-120b" in printed
    assert "cerebras/gpt-oss-120b" in printed


def test_the_cheapest_real_offer_comes_first_and_unknown_prices_last() -> None:
    orders = [offer_order(model.price) for model in modeldex.open_catalog().base(BASE)]
    assert len(orders) > 3
    assert orders == sorted(orders)


def test_a_base_as_json_holds_whole_models_in_the_same_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["show", BASE, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert (document["base"], document["lab"]) == (BASE, "openai")
    assert [m["id"] for m in document["models"]] == [
        m.id for m in modeldex.open_catalog().base(BASE)
    ]
    assert all("sources" in model for model in document["models"])


def test_a_models_page_shows_where_else_its_base_is_served(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["show", "groq/openai/gpt-oss-120b"])
    assert "cerebras/gpt-oss-120b" in capsys.readouterr().out


def test_sources_of_a_model_name_the_claims_that_lost(capsys: pytest.CaptureFixture[str]) -> None:
    run(["show", "groq/openai/gpt-oss-120b", "--sources", "--json"])
    claims = json.loads(capsys.readouterr().out)["claims"]
    kinds = claims["kind"]
    assert kinds[0]["reason"] is None
    assert all(lost["reason"] for lost in kinds[1:])
    assert len(kinds) > 1


def test_a_misspelt_word_is_mended_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "cladue", "--limit", "1"]) == 0
    met = capsys.readouterr()
    assert "claude" in met.out
    assert 'this is for "claude"' in met.err


def test_a_word_that_some_model_has_is_not_mended(capsys: pytest.CaptureFixture[str]) -> None:
    run(["list", "claude", "price:<0.00001"])
    assert "this is for" not in capsys.readouterr().err
