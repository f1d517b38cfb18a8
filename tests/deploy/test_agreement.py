"""What `deploy/` and the runbook name exists in the code, and means the same there."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from modeldex.cli.group import modeldex
from modeldex.service.accounts.people import CODE_FOR
from modeldex.settings.config import load
from modeldex.settings.home import home
from modeldex.storage.accounts.migrating import WAIT_S
from modeldex.web.actors import OPEN
from modeldex.web.bodies import LARGEST_BODY
from modeldex.web.house import CEILINGS
from modeldex.web.metrics import Metrics
from modeldex.web.provider_metrics import text
from modeldex.web.recognised import OUTAGE
from modeldex.web.serving import BOUNDS
from modeldex.web.wire import BODY_S, HEADERS_S, LARGEST_HEADERS

from . import material
from .material import DEPLOY, KUBERNETES, ROOT, RUNBOOK, compose, manifest, pods, settings


@pytest.mark.parametrize("path", material.files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_variable_that_is_named_is_read(path: Path) -> None:
    named = set(re.findall(r"\bMODELDEX_[A-Z_]+", path.read_text("utf-8")))
    assert not named - material.constants()


def test_every_secret_from_a_file_is_taken_from_there() -> None:
    service = compose()["services"]["modeldex"]["environment"]
    named = {name for name in {**service, **settings()} if name.endswith("_FILE")}
    assert named
    assert not named - material.from_files() - material.constants()


def filled_in(argument: str) -> str:
    """An argument with the values that the files give to its variables."""
    argument = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", argument)
    return re.sub(r"\$\((\w+)\)", lambda met: material.settings()[met[1]], argument)


@pytest.mark.parametrize(
    "arguments", [pytest.param(args, id=f"{where}: {args}") for where, args in material.commands()]
)
def test_every_command_is_understood(arguments: list[str]) -> None:
    arguments = [filled_in(one) for one in arguments]
    found: click.Command = modeldex
    context = modeldex.make_context("modeldex", list(arguments), resilient_parsing=True)
    rest = list(arguments)
    while isinstance(found, click.Group):
        name, inner, rest = found.resolve_command(context, rest)
        assert inner is not None
        found, context = inner, click.Context(inner, info_name=name, parent=context)
    found.make_context(found.name, rest)


def test_the_runbook_calls_commands() -> None:
    assert len([where for where, _ in material.commands() if where == "runbook"]) > 5


def test_every_metric_of_the_runbook_is_exported() -> None:
    shelf: Any = SimpleNamespace(ready=False, trouble="")
    exported = Metrics(shelf, lambda: datetime(2026, 11, 20, tzinfo=UTC)).text() + text(())
    families = set(re.findall(r"^# TYPE (\S+)", exported.decode(), re.MULTILINE))
    known = families | {f"{one}_bucket" for one in families}
    named = set(re.findall(r"\bmodeldex_[a-z_]+", RUNBOOK.read_text("utf-8")))
    assert named
    assert not named - known


@pytest.mark.parametrize("folder", [DEPLOY, KUBERNETES], ids=["compose", "kubernetes"])
def test_the_configuration_is_one(folder: Path) -> None:
    assert load(folder / "config.toml").refresh.local is False


@pytest.mark.parametrize("folder", [DEPLOY, KUBERNETES], ids=["compose", "kubernetes"])
def test_the_configuration_is_one_with_its_examples_too(folder: Path, tmp_path: Path) -> None:
    lines = (folder / "config.toml").read_text("utf-8").splitlines()
    shown = [re.sub(r"^# (?=\[|\w+ = )", "", line) for line in lines]
    path = tmp_path / "config.toml"
    path.write_text("\n".join(shown))
    assert tomllib.loads(path.read_text())["providers"]
    assert load(path).providers


def test_the_store_of_the_manifests_is_one() -> None:
    assert home(settings()).store == settings()["MODELDEX_STORE"]


def test_both_fronts_bear_no_more_than_the_service() -> None:
    nginx = (DEPLOY / "nginx/nginx.conf").read_text("utf-8")
    caddy = (DEPLOY / "caddy/Caddyfile").read_text("utf-8")
    assert (LARGEST_BODY, LARGEST_HEADERS) == (2**20, 4 * 8 * 2**10)
    assert "client_max_body_size 1m;" in nginx
    assert "large_client_header_buffers 4 8k;" in nginx
    assert "max_size 1MiB" in caddy
    assert "max_header_size 32KiB" in caddy


def test_both_fronts_wait_no_longer_than_the_service() -> None:
    nginx = (DEPLOY / "nginx/nginx.conf").read_text("utf-8")
    caddy = (DEPLOY / "caddy/Caddyfile").read_text("utf-8")
    for seconds, ours, theirs in (
        (HEADERS_S, "client_header_timeout", "read_header"),
        (BODY_S, "client_body_timeout", "read_body"),
        (BOUNDS.keep_alive_s, "keepalive_timeout", "idle"),
    ):
        assert f"{ours} {seconds:.0f}s;" in nginx
        assert f"{theirs} {seconds:.0f}s\n" in caddy


def test_whoever_ends_a_replica_waits_until_it_has_answered() -> None:
    pod = pods()[0]
    (_, before) = pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
    assert pod["terminationGracePeriodSeconds"] > int(before) + BOUNDS.stop_s
    stops = compose()["services"]["modeldex"]["stop_grace_period"]
    assert int(stops.removesuffix("s")) > BOUNDS.stop_s


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_a_probe_asks_what_is_open_under_a_name_that_is_known(probe: str) -> None:
    container = pods()[0]["containers"][0]
    asks = container[probe]["httpGet"]
    assert asks["path"] in OPEN
    (host,) = asks["httpHeaders"]
    assert f"--allow-host={host['value']}" in container["args"]


def test_what_checks_the_image_asks_whether_it_is_ready_under_a_name_that_is_known() -> None:
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    (asks,) = re.findall(r"urlopen\('http://([^']+)'", image)
    host, _, path = asks.partition("/")
    assert f"/{path}" == "/readyz"
    assert f"--allow-host={host}" in compose()["services"]["modeldex"]["command"]
    assert f'"--allow-host", "{host}"' in image


def test_the_liveness_of_a_replica_depends_on_nobody_else() -> None:
    container = pods()[0]["containers"][0]
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"


@pytest.mark.parametrize(
    "said",
    [
        f"beyond {CEILINGS.in_flight} requests",
        f"more than {BOUNDS.connections:,} connections",
        f"up to {OUTAGE.total_seconds() / 60:.0f} minutes",
        f"has {BOUNDS.stop_s} s for the answers",
        f"good for {CODE_FOR.total_seconds() / 60:.0f} minutes",
        f"wait for it, {WAIT_S} s",
    ],
)
def test_the_runbook_gives_the_limits_of_the_code(said: str) -> None:
    assert said in RUNBOOK.read_text("utf-8")


def test_the_secret_holds_what_the_settings_look_for() -> None:
    folder = "/run/secrets/modeldex/"
    looked = {one.removeprefix(folder) for one in settings().values() if one.startswith(folder)}
    assert looked == set(manifest("Secret")["stringData"])


def test_the_runbook_makes_every_secret() -> None:
    text = RUNBOOK.read_text("utf-8")
    names = {*compose()["secrets"], *manifest("Secret")["stringData"]}
    assert not [name for name in names if name not in text]
