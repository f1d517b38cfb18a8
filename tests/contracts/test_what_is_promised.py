"""The commands, options, JSON keys, names and routes that the world outside may rely on.

They may grow; none may go. What each means is tested beside its code.
"""

import inspect
import json
from collections.abc import Iterator
from typing import Any

import anyio
import click
import pytest
from fastapi.routing import APIRoute

import modeldex
from modeldex.cli.context import Progress
from modeldex.cli.group import modeldex as command_line
from modeldex.cli.running import run
from modeldex.domain.capability import Kind
from modeldex.domain.catalog import How
from modeldex.domain.outcome import Outcome
from modeldex.domain.report import Report
from modeldex.domain.shortlist import Bucket
from modeldex.service.past_catalog import PastCatalog
from modeldex.service.reading import Catalog
from modeldex.web.routes import ROUTERS
from tests.cli.shelf import Shelf, line, report
from tests.service.shop import Shop, many

COMMANDS = {
    "refresh": ("PROVIDER", "--force", "--offline", "--json"),
    "list": (
        *("QUERY", "--all", "--mine", "--kind", "--provider", "--tools", "--vision"),
        *("--reasoning", "--structured-output", "--min-context", "--max-price", "--free"),
        *("--sort", "--limit", "--fields", "--json"),
    ),
    "show": ("MODEL", "--sources", "--history", "--json"),
    "resolve": ("NAME", "--json"),
    "changes": ("--since", "--kind", "--feed", "--json"),
    "providers show": ("NAME", "--json"),
    "picks": ("BUCKETS", "--bucket", "--json"),
    "knowledge build": ("--json",),
    "knowledge info": ("--json",),
    "doctor": ("--json",),
    "keys set": (),
    "keys list": (),
    "keys check": (),
    "keys remove": (),
    "pick": (),
    "compare": ("--json",),
    "cost": ("--json",),
}
MODEL = {
    *("id", "provider", "native_id", "name", "base", "lab", "family", "kind", "context_window"),
    *("max_output", "input_modalities", "output_modalities", "tools", "structured_output"),
    *("json_mode", "vision", "streaming", "prompt_caching", "batch", "reasoning", "open_weights"),
    *("knowledge_cutoff", "released", "created", "price", "price_tier", "endpoints", "aliases"),
    *("lifecycle", "retires_on", "successor", "first_seen", "last_seen", "available", "sources"),
}
CHANGE = {"at", "id", "kind", "field", "old", "new", "source"}
PROVIDER = {
    *("provider", "name", "tier", "key", "available", "models", "outcome", "checked_at"),
    *("key_url", "docs_url"),
}
REPORT = {"duration_ms", "catalog", "providers"}
STAMP = {"hash", "models", "published_at"}
ASKED = {
    *("provider", "outcome", "models", "added", "removed", "changed", "duration_ms", "age_s"),
    "message",
}
KINDS = {
    *("chat", "completion", "embedding", "rerank", "image", "video", "audio", "transcription"),
    *("speech", "moderation", "realtime", "other"),
}
OUTCOMES = {
    *("ok", "cached", "no_key", "key_rejected", "forbidden", "rate_limited", "timeout", "dns"),
    *("unreachable", "tls", "redirected", "moved", "retired", "not_json", "bad_payload"),
    *("too_large", "empty", "partial", "held"),
}
FACE = {
    "list_models": ("query", "filters"),
    "get": ("name",),
    "resolve": ("name",),
    "refresh": ("providers", "force", "offline"),
    "refresh_async": ("providers", "force", "offline"),
    "open_catalog": (),
}
CATALOG = {
    "find": ("query", "filters"),
    "get": ("name",),
    "resolve": ("name",),
    "changes": ("wanted",),
    "picks": (),
    "base": ("name",),
    "explain": ("id", "field"),
    "as_of": ("moment",),
}
PAST = {
    "find": ("query", "filters"),
    "get": ("name",),
    "resolve": ("name",),
    "changes": ("wanted",),
    "base": ("name",),
}
ROUTES = {
    *("/available-models", "/v1/models", "/api/v1/models", "/api/v1/models/{model:path}"),
    *("/api/v1/bases", "/api/v1/bases/{base:path}/endpoints", "/api/v1/providers"),
    *("/api/v1/changes", "/api/v1/changes.atom", "/api/v1/changes.json", "/api/v1/picks"),
    *("/api/v1/resolve", "/api/v1/aliases", "/api/v1/deprecations", "/api/v1/compare"),
    *("/api/v1/cost", "/api/v1/exports", "/api/v1/catalog.db"),
}


class Loopback(Shelf):
    """The catalog that a refresh of a loopback provider published."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def catalog(self) -> Catalog:
        return Catalog(self.shop.catalog, {"shop": None}, self.shop.now)

    def refresh(self, *_: Any, on_progress: Progress, **__: Any) -> Report:
        return report(line("shop", Outcome.OK))


async def _live(shop: Shop) -> None:
    await shop.sells(many(3, pricing={"input": 1, "output": 2}))
    await shop.sells(many(4, pricing={"input": 1, "output": 2}), days=1)


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Loopback:
    shop = Shop(tmp_path_factory.mktemp("promised"))
    anyio.run(_live, shop)
    return Loopback(shop)


def walked(path: str) -> click.Command:
    found: click.Command = command_line
    for name in path.split():
        assert isinstance(found, click.Group)
        below = found.get_command(click.Context(found), name)
        assert below is not None, f"modeldex {path}: there is no {name}"
        found = below
    return found


@pytest.mark.parametrize("path", COMMANDS)
def test_every_promised_command_takes_its_options(path: str) -> None:
    taken = {
        word
        for parameter in walked(path).params
        for word in (
            (*parameter.opts, *parameter.secondary_opts)
            if isinstance(parameter, click.Option)
            else (parameter.human_readable_name.upper(), (parameter.name or "").upper())
        )
    }
    assert set(COMMANDS[path]) <= taken


def shapes(said: Any) -> Iterator[set[str]]:
    yield from (set(one) for one in (said if isinstance(said, list) else [said]))


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("list --all-kinds --all", MODEL),
        ("show shop/model-1", MODEL),
        ("show shop/model-1 --sources", MODEL | {"claims"}),
        ("show shop/model-1 --history", MODEL | {"history"}),
        ("resolve model-1", {"id", "how", "chain", "alternatives"}),
        ("changes --since 90d", CHANGE),
        ("providers", PROVIDER),
        ("providers shop", PROVIDER),
        ("picks", {"buckets"}),
        ("refresh", REPORT),
        ("compare shop/model-1 shop/model-2", {"ids", "fields"}),
    ],
)
def test_every_promised_document_has_its_keys(
    loopback: Loopback, capsys: pytest.CaptureFixture[str], words: str, keys: set[str]
) -> None:
    assert run((*words.split(), "--json"), loopback) == 0
    found = list(shapes(json.loads(capsys.readouterr().out)))
    assert found
    assert all(keys <= one for one in found)


def test_a_pick_has_its_keys(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    run(("picks", "--bucket", "chat", "--json"), loopback)
    buckets = json.loads(capsys.readouterr().out)["buckets"]
    assert set(buckets) == {"chat"}
    assert all({"id", "score", "because"} <= set(pick) for pick in buckets["chat"])
    assert {bucket.value for bucket in Bucket} >= {"coding", "reasoning", "chat", "fast", "vision"}


def test_a_report_has_its_keys(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    run(("refresh", "--json"), loopback)
    said = json.loads(capsys.readouterr().out)
    assert set(said["catalog"]) >= STAMP
    assert all(set(one) >= ASKED for one in said["providers"])


def test_the_words_that_stand_in_documents_are_kept() -> None:
    assert {kind.value for kind in Kind} >= KINDS
    assert {outcome.value for outcome in Outcome} >= OUTCOMES
    how = {"exact", "alias", "redirect", "stand-in", "passed-through"}
    assert {one.value for one in How} >= how


@pytest.mark.parametrize(
    ("owner", "names"),
    [(modeldex, FACE), (Catalog, CATALOG), (PastCatalog, PAST)],
    ids=["modeldex", "Catalog", "PastCatalog"],
)
def test_every_promised_name_takes_its_arguments(owner: Any, names: dict[str, Any]) -> None:
    for name, arguments in names.items():
        taken = inspect.signature(getattr(owner, name)).parameters
        assert set(arguments) <= set(taken), name


def test_every_promised_route_is_there() -> None:
    there = {
        route.path for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)
    }
    assert there >= ROUTES
