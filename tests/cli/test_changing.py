import json
from xml.etree import ElementTree

import anyio
import pytest

from modeldex.service.reading import Catalog
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf
from tests.service.shop import Shop, many


class Lived(Shelf):
    """A catalog in which a model came and another became dearer."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def now(self):  # type: ignore[no-untyped-def]
        return self.shop.now

    def catalog(self) -> Catalog:
        return Catalog(self.shop.catalog, {}, self.shop.now)


async def _live(shop: Shop) -> None:
    await shop.sells(many(3, pricing={"input": 1, "output": 2}))
    await shop.sells(many(4, pricing={"input": 1, "output": 2}), days=20)
    dearer = {**many(4, pricing={"input": 1, "output": 2}), "model-1": {"pricing": {"input": 3}}}
    await shop.sells(dearer, days=3)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    shop = Shop(tmp_path_factory.mktemp("lived"))
    anyio.run(_live, shop)
    return Lived(shop)


def test_changes_are_rows_newest_first(modeldex: Run, lived: Lived) -> None:
    rows = modeldex("changes", "--since", "90d", services=lived).rows
    assert rows[-1][1:4] == ["shop/model-3", "added", "listed"]
    assert {row[1] for row in rows[:-1]} == {"shop/model-1"}


def test_json_has_the_promised_shape(modeldex: Run, lived: Lived) -> None:
    said = json.loads(
        modeldex("changes", "--kind", "added", "--since", "90d", "--json", services=lived).out
    )
    assert [set(one) for one in said] == [
        {"at", "id", "kind", "field", "old", "new", "source", "snapshot"}
    ]


def test_only_what_is_asked_for_is_shown(modeldex: Run, lived: Lived) -> None:
    said = modeldex("changes", "--kind", "price-rise", "--limit", "1", services=lived)
    assert len(said.rows) == 1


def test_without_changes_it_is_said_how_to_look_further(modeldex: Run, lived: Lived) -> None:
    said = modeldex("changes", "--since", "1h", "--kind", "removed", services=lived)
    assert (said.code, said.out) == (0, "")
    assert "--since 90d" in said.err


@pytest.mark.parametrize(("feed", "begins"), [("atom", "<?xml"), ("json", "{")])
def test_a_feed_is_the_whole_output(modeldex: Run, lived: Lived, feed: str, begins: str) -> None:
    out = modeldex("changes", "--feed", feed, "--since", "90d", services=lived).out
    assert out.startswith(begins)
    if feed == "atom":
        assert ElementTree.fromstring(out).tag.endswith("feed")
    else:
        assert json.loads(out)["items"]


def test_a_moment_that_is_none_is_a_usage_error(modeldex: Run, lived: Lived) -> None:
    assert modeldex("changes", "--since", "soon", services=lived).code == 2


def test_the_history_of_a_model_ends_where_it_was_first_seen(terminal: Run, lived: Lived) -> None:
    said = terminal("show", "shop/model-1", "--history", services=lived).out
    assert "input price 1 → 3 USD per million tokens" in said
    assert "first seen in its provider's list" in said


def test_the_history_is_in_the_json_when_asked_for(modeldex: Run, lived: Lived) -> None:
    said = json.loads(modeldex("show", "shop/model-3", "--history", "--json", services=lived).out)
    assert [one["kind"] for one in said["history"]] == ["added"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--provider", "shopp"], "there is no provider 'shopp'; did you mean shop?"),
        (["--model", "shop/model-11"], "no model is or was known as shop/model-11; closest: "),
    ],
)
def test_what_nobody_knows_is_told(
    modeldex: Run, lived: Lived, asked: list[str], said: str
) -> None:
    ran = modeldex("changes", "--since", "90d", *asked, services=lived)
    assert (ran.code, ran.out) == (0, "")
    assert said in ran.err


def test_a_model_that_did_not_change_is_not_unknown(modeldex: Run, lived: Lived) -> None:
    ran = modeldex("changes", "--since", "1h", "--model", "shop/model-1", services=lived)
    assert "known as" not in ran.err


def test_an_atom_feed_is_no_json(modeldex: Run, lived: Lived) -> None:
    ran = modeldex("changes", "--feed", "atom", "--json", services=lived)
    assert (ran.code, ran.out) == (2, "")
