import asyncio
import logging
import time
import traceback
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from modeldex.domain.connection import Connection
from modeldex.domain.listing import Answer
from modeldex.domain.material import (
    DatabricksPrincipal,
    EntraApplication,
    GoogleServiceAccount,
    GoogleUser,
    InstanceMetadata,
    Material,
    sealed,
)
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.domain.provider import Auth
from modeldex.domain.secret import Secret
from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from modeldex.transport.minting import ready
from modeldex.transport.token_asks import TokenAsk
from tests.transport.cloud import Cloud, cloud
from tests.transport.servers import ASK, connection

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CANARY = "canary-material-0123456789"
TOKEN = "canary-token-0123456789"
ONCE = Limits(attempts=1, attempt_s=5)
USER = GoogleUser(client_id="id", client_secret=CANARY, refresh_token=CANARY)
APPLICATION = EntraApplication(tenant="acme.example", client_id="id", client_secret=CANARY)
PRINCIPAL = DatabricksPrincipal(client_id="id", client_secret=CANARY)
CASES: Mapping[str, tuple[Auth, Material]] = {
    "google": (Auth.GOOGLE, USER),
    "entra": (Auth.ENTRA, APPLICATION),
    "databricks": (Auth.DATABRICKS, PRINCIPAL),
}
OF_CASES = pytest.mark.parametrize(("auth", "material"), CASES.values(), ids=CASES.keys())
ANSWERS = {"/token": {"access_token": TOKEN, "expires_in": 3599}, "/v1/models": {"data": []}}


@pytest.fixture(scope="module")
def account() -> GoogleServiceAccount:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return GoogleServiceAccount(
        client_email="bot@acme.example", private_key=pem.decode(), private_key_id="k1"
    )


def public_key(account: GoogleServiceAccount) -> bytes:
    key = serialization.load_pem_private_key(account.private_key.encode(), None)
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def at(server: Cloud, auth: Auth, material: Material, **row: Any) -> Connection:
    target = connection(f"{server.url}/v1", **({"token_url": f"{server.url}/token"} | row))
    return msgspec.structs.replace(target, secret=sealed(material), proof=auth)


async def asked(target: Connection, limits: Limits = ONCE) -> Answer:
    async with open_transport(limits, lambda: NOW) as transport:
        return await transport.fetch(target, ASK)


async def refused(
    answer: Any, auth: Auth = Auth.ENTRA, material: Material = APPLICATION
) -> Verdict:
    async with cloud({"/token": answer, "/v1/models": {}}) as server:
        with pytest.raises(Verdict) as met:
            await asked(at(server, auth, material))
        assert server.asked("/v1/models") == []
    return met.value


@pytest.mark.anyio
@OF_CASES
async def test_a_token_is_asked_for_and_carried(auth: Auth, material: Material) -> None:
    async with cloud(ANSWERS) as server:
        await asked(at(server, auth, material))
    (request,) = server.asked("/v1/models")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.anyio
@OF_CASES
async def test_what_is_kept_goes_to_the_token_address_alone(auth: Auth, material: Material) -> None:
    async with cloud(ANSWERS) as server:
        await asked(at(server, auth, material))
    assert CANARY not in str(server.asked("/v1/models"))
    (request,) = server.asked("/token")
    assert CANARY not in f"{request.path}?{request.query}"


@pytest.mark.anyio
async def test_a_google_user_is_asked_for_by_refresh_token() -> None:
    async with cloud(ANSWERS) as server:
        await asked(at(server, Auth.GOOGLE, USER))
    form = server.asked("/token")[0].form
    assert (form["grant_type"], form["refresh_token"]) == ("refresh_token", CANARY)


@pytest.mark.anyio
async def test_a_service_account_signs_what_it_asks(account: GoogleServiceAccount) -> None:
    async with cloud(ANSWERS) as server:
        await asked(at(server, Auth.GOOGLE, account))
    form = server.asked("/token")[0].form
    claims = jwt.decode(form["assertion"], certs=public_key(account), verify=False)
    header, _ = jwt.decode_header(form["assertion"]), None
    assert (header["alg"], header["kid"]) == ("RS256", "k1")
    assert (claims["iss"], claims["exp"] - claims["iat"]) == ("bot@acme.example", 3600)
    assert claims["iat"] == NOW.timestamp()
    assert claims["aud"] == "https://oauth2.googleapis.com/token"


@pytest.mark.anyio
async def test_a_private_key_that_is_none_is_refused_unsent() -> None:
    broken = GoogleServiceAccount(client_email="a@b", private_key=CANARY)
    met = await refused({"access_token": TOKEN}, Auth.GOOGLE, broken)
    assert met.outcome is Outcome.KEY_REJECTED
    assert "private key" in met.message


@pytest.mark.anyio
async def test_an_entra_application_asks_for_its_rows_scope() -> None:
    async with cloud(ANSWERS) as server:
        await asked(at(server, Auth.ENTRA, APPLICATION, scope="https://ai.azure.com/.default"))
    form = server.asked("/token")[0].form
    assert (form["scope"], form["client_secret"]) == ("https://ai.azure.com/.default", CANARY)


@pytest.mark.anyio
async def test_an_entra_application_is_asked_for_at_its_tenant() -> None:
    path = "/acme.example/oauth2/v2.0/token"
    async with cloud({**ANSWERS, path: ANSWERS["/token"]}) as server:
        own = msgspec.structs.replace(APPLICATION, authority=server.url)
        await asked(at(server, Auth.ENTRA, own, token_url=None))
    assert len(server.asked(path)) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("tenant", ["a/b", "a?b", "", "..", "a#b"])
async def test_a_tenant_that_is_none_is_never_asked(tenant: str) -> None:
    own = msgspec.structs.replace(APPLICATION, tenant=tenant)
    async with cloud(ANSWERS) as server:
        with pytest.raises(Verdict, match="no tenant"):
            await asked(at(server, Auth.ENTRA, own, token_url=None))


@pytest.mark.anyio
async def test_a_platforms_token_stands_in_for_a_secret(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{CANARY}\n")
    own = EntraApplication(tenant="t", client_id="id", token_file=str(tmp_path / "token"))
    async with cloud(ANSWERS) as server:
        await asked(at(server, Auth.ENTRA, own))
    assert server.asked("/token")[0].form["client_assertion"] == CANARY


@pytest.mark.anyio
async def test_a_databricks_principal_is_asked_for_at_its_workspace() -> None:
    answers = {**ANSWERS, "/oidc/v1/token": ANSWERS["/token"]}
    async with cloud(answers) as server:
        await asked(at(server, Auth.DATABRICKS, PRINCIPAL, token_url=None))
    (request,) = server.asked("/oidc/v1/token")
    pair = b64decode(request.headers["authorization"].removeprefix("Basic "))
    assert pair.decode() == f"id:{CANARY}"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("auth", "path", "header"),
    [
        (
            Auth.GOOGLE,
            "/computeMetadata/v1/instance/service-accounts/default/token",
            ("metadata-flavor", "Google"),
        ),
        (Auth.ENTRA, "/metadata/identity/oauth2/token", ("metadata", "true")),
    ],
)
async def test_a_machines_metadata_gives_a_token_when_it_is_asked(
    auth: Auth, path: str, header: tuple[str, str]
) -> None:
    async with cloud({**ANSWERS, path: ANSWERS["/token"]}) as server:
        host = server.url if auth is Auth.ENTRA else server.url.removeprefix("http://")
        await asked(at(server, auth, InstanceMetadata(host=host)))
    (request,) = server.asked(path)
    assert request.headers[header[0]] == header[1]
    assert len(server.asked("/v1/models")) == 1


@pytest.mark.anyio
async def test_one_token_serves_all_routes_of_a_connection() -> None:
    async with cloud(ANSWERS) as server, open_transport(ONCE, lambda: NOW) as transport:
        target = at(server, Auth.ENTRA, APPLICATION)
        await asyncio.gather(*(transport.fetch(target, ASK) for _ in range(5)))
    assert (len(server.asked("/token")), len(server.asked("/v1/models"))) == (1, 5)


@pytest.mark.anyio
async def test_a_refused_credential_is_tried_once() -> None:
    async with cloud({"/token": 401}) as server, open_transport(ONCE, lambda: NOW) as transport:
        target = at(server, Auth.ENTRA, APPLICATION)
        asks = [transport.fetch(target, ASK) for _ in range(3)]
        met = await asyncio.gather(*asks, return_exceptions=True)
    assert len(server.asked("/token")) == 1
    assert {type(one) for one in met} == {Verdict}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (400, Outcome.KEY_REJECTED),
        (401, Outcome.KEY_REJECTED),
        (403, Outcome.FORBIDDEN),
        (429, Outcome.RATE_LIMITED),
        (500, Outcome.UNREACHABLE),
        (302, Outcome.REDIRECTED),
        ({}, Outcome.BAD_PAYLOAD),
        ([], Outcome.BAD_PAYLOAD),
        (b"<html>", Outcome.BAD_PAYLOAD),
    ],
)
async def test_a_token_address_that_says_no_is_told(answer: Any, outcome: Outcome) -> None:
    met = await refused(answer)
    assert met.outcome is outcome
    assert met.message.startswith("its token address")


@pytest.mark.anyio
async def test_a_token_that_cannot_stand_in_a_header_is_not_sent() -> None:
    met = await refused({"access_token": "a\r\nx: y"})
    assert met.outcome is Outcome.KEY_REJECTED


@pytest.mark.anyio
async def test_a_token_address_that_hangs_costs_the_connections_own_deadline() -> None:
    began = time.monotonic()
    async with cloud({"/token": None}) as server:
        with pytest.raises(Verdict) as met:
            await asked(at(server, Auth.ENTRA, APPLICATION), Limits(attempts=1, attempt_s=0.3))
        assert met.value.outcome is Outcome.TIMEOUT
        assert time.monotonic() - began < 15


@pytest.mark.anyio
async def test_what_is_kept_is_never_sent_in_the_clear() -> None:
    async with cloud(ANSWERS) as server:
        away = at(server, Auth.ENTRA, APPLICATION, token_url="http://sign-in.example/token")
        with pytest.raises(Verdict) as met:
            await asked(away)
    assert met.value.outcome is Outcome.TLS
    assert server.requests == []


@pytest.mark.anyio
@OF_CASES
@pytest.mark.parametrize("answer", [401, 302, {"access_token": None}, b"{"], ids=str)
async def test_no_failure_shows_what_is_kept(
    auth: Auth, material: Material, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    met = await refused(answer, auth, material)
    trace = traceback.TracebackException.from_exception(met, capture_locals=True)
    assert CANARY not in "".join([*trace.format(), caplog.text, str(met), repr(vars(met))])


COPILOT = {"token": TOKEN, "expires_at": 1, "endpoints": {"api": "https://evil.example"}}


def copilot(server: Cloud, **row: Any) -> Connection:
    said = {"auth": Auth.GITHUB_COPILOT, "token_url": f"{server.url}/token"} | row
    return msgspec.structs.replace(
        connection(f"{server.url}/v1", key=CANARY, **said), headers={"editor-version": "m/1"}
    )


@pytest.mark.anyio
async def test_a_github_token_is_exchanged_and_goes_nowhere_else() -> None:
    async with cloud({**ANSWERS, "/token": COPILOT}) as server:
        await asked(copilot(server))
    assert server.asked("/token")[0].headers["authorization"] == f"token {CANARY}"
    (listed,) = server.asked("/v1/models")
    assert listed.headers["authorization"] == f"Bearer {TOKEN}"
    assert CANARY not in str(listed)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("moved", "followed"),
    [
        ("https://api.business.githubcopilot.com", True),
        ("https://copilot-api.acme.ghe.com/", True),
        ("https://evil.example", False),
        ("http://api.business.githubcopilot.com", False),
        ("https://x.githubcopilot.com@evil.example", False),
        ("https://evil.example/.githubcopilot.com", False),
        ("https://[", False),
    ],
)
async def test_a_token_follows_its_address_only_within_copilot(moved: str, followed: bool) -> None:
    async def exchange(ask: TokenAsk) -> Answer:
        said = {"token": TOKEN, "endpoints": {"api": moved}}
        return Answer(status=200, body=msgspec.json.encode(said))

    own = "https://api.githubcopilot.com"
    target = connection(own, key=CANARY, auth=Auth.GITHUB_COPILOT)
    row = msgspec.structs.replace(target.provider, base_url=own)
    made = await ready(msgspec.structs.replace(target, provider=row), exchange, NOW)
    assert made.base_url == (moved.rstrip("/") if followed else own)
    assert made.secret == Secret(TOKEN)
