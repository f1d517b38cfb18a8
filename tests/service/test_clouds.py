"""The big clouds from what their tools keep to the catalog: found, proved, asked, told apart."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from modeldex.domain.capability import Access
from modeldex.domain.connection import Connection
from modeldex.domain.errors import BadConfig
from modeldex.domain.listing import Answer
from modeldex.domain.outcome import Outcome
from modeldex.domain.provider import Auth
from modeldex.domain.query import Query
from modeldex.domain.report import ProviderReport
from modeldex.rules.verdict import judge
from modeldex.service.connecting import connections, rows
from modeldex.service.refresh import refresh
from modeldex.service.workshop import Wish
from modeldex.settings.config import Config, RefreshConfig
from modeldex.settings.home import home
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from modeldex.wiring import workshop
from tests.conftest import SMALL
from tests.loopback.refreshing import texts
from tests.transport.cloud import AWS_KEY_ID, AWS_SECRET, Cloud, cloud, said, signature

AWS = {"AWS_ACCESS_KEY_ID": AWS_KEY_ID, "AWS_SECRET_ACCESS_KEY": AWS_SECRET}
SONNET = "anthropic.claude-sonnet-4-20250514-v1:0"


def body(path: str) -> Any:
    return json.loads((SMALL / f"{path}.json").read_bytes())


BEDROCK = {
    "/foundation-models": body("amazon-bedrock/models"),
    "/inference-profiles": body("amazon-bedrock/profiles"),
}
AZURE = {
    "/openai/deployments": body("azure/deployments"),
    "/openai/v1/models": body("azure/models"),
}


def connected(provider: str, environ: Mapping[str, str], **table: Any) -> Connection:
    config = Config(providers={provider: table} if table else {})
    found = connections(rows(config, Path("/nonexistent")), config, environ)
    return next(one.connection for one in found if one.connection.provider.id == provider)


class Refreshed:
    """One provider's line of the report, and the catalog."""

    def __init__(self, line: ProviderReport, catalog: CatalogFile) -> None:
        self.line = line
        self.catalog = catalog
        self.all = {model.native_id: model for model in catalog.models(Query())}

    @property
    def mine(self) -> set[str]:
        return {model.native_id for model in self.catalog.models(Query(mine=True))}


async def refreshed(
    folder: Path, provider: str, environ: Mapping[str, str], **table: Any
) -> Refreshed:
    places = home({"MODELDEX_HOME": str(folder)})
    places.data.mkdir(parents=True, exist_ok=True)
    settings = RefreshConfig(only=(provider,), knowledge_ttl_s=0)
    config = Config(refresh=settings, providers={provider: table})
    everyone = connections(rows(config, places.rows), config, environ)
    mine = [one for one in everyone if one.connection.provider.id == provider]
    wish = Wish(only=frozenset({provider}), force=True)
    report = await refresh(workshop(places, config, tuple(mine)), wish)
    path = current(places.catalogs)
    assert path is not None, report.message
    line = next(line for line in report.providers if line.provider == provider)
    return Refreshed(line, CatalogFile(path))


async def bedrock(folder: Path, server: Cloud, **environ: str) -> Refreshed:
    region = {"AWS_REGION": "us-west-2"}
    return await refreshed(folder, "amazon-bedrock", AWS | region | environ, base_url=server.url)


@pytest.mark.anyio
async def test_bedrock_is_asked_with_signed_requests_alone(tmp_path: Path) -> None:
    async with cloud(BEDROCK) as server:
        done = await bedrock(tmp_path, server)
    assert (done.line.outcome, len(server.requests)) == (Outcome.OK, 3)
    for request in server.requests:
        assert said(request).signature == signature(request, AWS_SECRET)
        assert said(request).region == "us-west-2"


@pytest.mark.anyio
async def test_bedrocks_three_states_are_told_apart(tmp_path: Path) -> None:
    async with cloud(BEDROCK) as server:
        found = (await bedrock(tmp_path, server)).all
    assert found["nvidia.nemotron-nano-12b-v2"].access is Access.CALLABLE
    assert found[f"us.{SONNET}"].access is Access.CALLABLE
    assert found[SONNET].access is Access.NOT_CALLABLE
    assert found[SONNET].access_note == (
        f"call it through an inference profile such as us.{SONNET}"
    )


@pytest.mark.anyio
async def test_what_cannot_be_called_is_in_the_catalog_and_not_among_mine(tmp_path: Path) -> None:
    async with cloud(BEDROCK) as server:
        done = await bedrock(tmp_path, server)
    assert SONNET in done.all
    assert SONNET not in done.mine
    assert f"us.{SONNET}" in done.mine


@pytest.mark.anyio
async def test_azures_deployments_are_what_opens(tmp_path: Path) -> None:
    async with cloud(AZURE) as server:
        environ = {"AZURE_OPENAI_API_KEY": "canary-azure-0123456789"}
        done = await refreshed(tmp_path, "azure", environ, base_url=server.url)
    assert done.line.outcome is Outcome.OK
    assert done.mine == {"prod-chat", "text-embedding-3-small"}
    assert done.all["prod-chat"].access is Access.UNCATALOGUED
    assert done.all["davinci"].access is Access.NOT_CALLABLE


@pytest.mark.anyio
async def test_azures_catalog_stands_in_where_deployments_are_not_told(tmp_path: Path) -> None:
    async with cloud({"/openai/v1/models": AZURE["/openai/v1/models"]}) as server:
        environ = {"AZURE_OPENAI_API_KEY": "canary-azure-0123456789"}
        done = await refreshed(tmp_path, "azure", environ, base_url=server.url)
    assert done.line.outcome is Outcome.OK
    assert done.all["davinci"].access is None
    assert "davinci" in done.mine


@pytest.mark.anyio
async def test_azures_endpoint_is_taken_with_and_without_a_path(tmp_path: Path) -> None:
    for path in ("", "/", "/openai/v1", "/openai/v1/"):
        async with cloud(AZURE) as server:
            environ = {
                "AZURE_OPENAI_API_KEY": "canary-azure-0123456789",
                "AZURE_OPENAI_ENDPOINT": server.url + path,
            }
            done = await refreshed(tmp_path, "azure", environ)
        assert done.line.outcome is Outcome.OK, path
        assert {request.headers["api-key"] for request in server.requests} == {
            "canary-azure-0123456789"
        }


@pytest.mark.anyio
async def test_the_pages_of_a_foundry_project_are_followed(tmp_path: Path) -> None:
    first = {"value": body("azure-foundry/deployments")["value"][:1]}
    path = "/api/projects/one/deployments"
    async with cloud({path: first}) as server:
        first["nextLink"] = f"{server.url}{path}?api-version=v1&skip=1"
        environ = {
            "AZURE_AI_PROJECT_ENDPOINT": f"{server.url}/api/projects/one",
            "AZURE_AD_TOKEN": "canary-entra-0123456789",
        }
        done = await refreshed(tmp_path, "azure-foundry", environ)
    assert [request.query for request in server.requests][:2] == [
        "api-version=v1",
        "api-version=v1&skip=1",
    ]
    assert done.mine == {"gpt-5-mini"}


@pytest.mark.anyio
async def test_nothing_on_the_disk_has_the_credential(tmp_path: Path) -> None:
    async with cloud(BEDROCK) as server:
        done = await bedrock(tmp_path, server, AWS_SESSION_TOKEN="canary-session-0123456789")
    kept = b"".join(data for _, data in texts(tmp_path))
    assert len(kept) > 1000
    assert not any(one in kept for one in (AWS_SECRET.encode(), b"canary-session"))
    assert AWS_SECRET not in repr(done.line)


@pytest.mark.parametrize(
    "message",
    [
        "The security token included in the request is invalid.",
        "The request signature we calculated does not match the signature you provided.",
    ],
)
def test_a_wrong_aws_key_is_told_from_one_without_rights(message: str) -> None:
    answer = Answer(status=403, body=json.dumps({"message": message}).encode())
    met = judge(answer, keyed=True)
    assert met is not None
    assert met.outcome is Outcome.KEY_REJECTED


@pytest.mark.anyio
async def test_without_a_region_the_variable_to_set_is_told(tmp_path: Path) -> None:
    done = await refreshed(tmp_path, "amazon-bedrock", AWS)
    assert done.line.outcome is Outcome.NO_KEY
    assert "set AWS_REGION" in done.line.message


@pytest.mark.anyio
async def test_without_the_library_the_way_to_get_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modeldex.transport.signing._installed", lambda: False)
    async with cloud(BEDROCK) as server:
        done = await bedrock(tmp_path, server)
    assert "pip install 'modeldex[aws]'" in done.line.message
    assert server.requests == []


@pytest.mark.anyio
async def test_a_bedrock_key_needs_no_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modeldex.transport.signing._installed", lambda: False)
    environ = {"AWS_BEARER_TOKEN_BEDROCK": "canary-bedrock-0123456789", "AWS_REGION": "us-west-2"}
    async with cloud(BEDROCK) as server:
        done = await refreshed(tmp_path, "amazon-bedrock", environ | AWS, base_url=server.url)
    assert done.line.outcome is Outcome.OK
    assert {request.headers["authorization"] for request in server.requests} == {
        "Bearer canary-bedrock-0123456789"
    }


def test_a_profile_fills_the_region(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[default]\nregion = eu-west-1\nsso_session = a\n")
    found = connected("amazon-bedrock", {"HOME": str(tmp_path)})
    assert found.base_url == "https://bedrock.eu-west-1.amazonaws.com"
    assert (found.auth, found.secret_from) == (Auth.AWS, "aws profile default")


@pytest.mark.parametrize(
    ("provider", "environ", "base_url"),
    [
        (
            "amazon-bedrock",
            {"AWS_REGION": "cn-north-1"},
            "https://bedrock.cn-north-1.amazonaws.com.cn",
        ),
        (
            "amazon-bedrock",
            {"AWS_REGION": "us-gov-west-1"},
            "https://bedrock.us-gov-west-1.amazonaws.com",
        ),
        ("amazon-bedrock-mantle", {"AWS_REGION": "us-east-1"}, "https://bedrock-mantle.us-east-1.api.aws/v1"),
        ("google-vertex", {}, "https://aiplatform.googleapis.com/v1beta1"),
        (
            "google-vertex",
            {"GOOGLE_CLOUD_LOCATION": "europe-west1"},
            "https://europe-west1-aiplatform.googleapis.com/v1beta1",
        ),
        (
            "google-vertex",
            {"GOOGLE_CLOUD_LOCATION": "eu"},
            "https://aiplatform.eu.rep.googleapis.com/v1beta1",
        ),
        ("azure", {"AZURE_RESOURCE_NAME": "acme"}, "https://acme.openai.azure.com/openai/v1"),
        ("databricks", {"DATABRICKS_HOST": "https://adb-1.azuredatabricks.net/"}, "https://adb-1.azuredatabricks.net"),
        ("databricks", {"DATABRICKS_HOST": "adb-1.azuredatabricks.net"}, "https://adb-1.azuredatabricks.net"),
        ("snowflake-cortex", {"SNOWFLAKE_ACCOUNT": "org-acct"}, "https://org-acct.snowflakecomputing.com"),
    ],
)  # fmt: skip
def test_an_address_is_completed_for_its_place(
    provider: str, environ: dict[str, str], base_url: str
) -> None:
    assert connected(provider, environ).base_url == base_url


def test_a_region_cannot_lead_to_another_host() -> None:
    found = connected("amazon-bedrock", {"AWS_REGION": "x.evil.example/#"})
    assert found.base_url.endswith(".amazonaws.com")
    assert "/#" not in found.base_url


@pytest.mark.parametrize(("environ", "project"), [({}, None), ({"GOOGLE_CLOUD_PROJECT": "a"}, "a")])
def test_the_project_that_pays_is_named_where_it_is_known(
    environ: dict[str, str], project: str | None
) -> None:
    assert connected("google-vertex", environ).headers.get("x-goog-user-project") == project


def test_a_machines_metadata_is_asked_only_when_the_configuration_says_so() -> None:
    assert connected("amazon-bedrock", {}).secret is None
    asked = connected("amazon-bedrock", {}, instance_metadata=True)
    assert (asked.auth, asked.secret is not None) == (Auth.AWS, True)


def test_a_wish_for_metadata_that_is_no_yes_or_no_is_told() -> None:
    with pytest.raises(BadConfig, match="instance_metadata"):
        connected("amazon-bedrock", {}, instance_metadata="yes")


def test_another_key_is_another_connection() -> None:
    one, two = (connected("amazon-bedrock", AWS | {"AWS_SECRET_ACCESS_KEY": s}) for s in ("a", "b"))
    assert one.id != two.id


def test_a_key_of_ones_own_comes_before_the_chain() -> None:
    found = connected("amazon-bedrock", AWS | {"MINE": "k"}, api_key="env:MINE")
    assert (found.auth, found.secret_from) == (Auth.BEARER, "env:MINE")


def test_asking_others_loads_no_clouds_library() -> None:
    code = (
        "import sys, modeldex.transport.client, modeldex.service.refresh\n"
        "sys.exit(bool({'botocore', 'google', 'google.auth'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
