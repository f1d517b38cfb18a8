import json
import subprocess
import sys
from pathlib import Path

import pytest

from modeldex.credentials.clouds import Found, from_chain
from modeldex.domain.material import (
    DatabricksPrincipal,
    EntraApplication,
    GoogleServiceAccount,
    GoogleUser,
    InstanceMetadata,
    Material,
    unsealed,
)
from modeldex.domain.provider import Auth

CHAINS = [Auth.AWS, Auth.GOOGLE, Auth.ENTRA, Auth.DATABRICKS]
USER = {
    "type": "authorized_user",
    "client_id": "id",
    "client_secret": "canary-client",
    "refresh_token": "canary-refresh",
    "quota_project_id": "acme-quota",
    "account": "",
    "universe_domain": "googleapis.com",
}
SERVICE = {
    "type": "service_account",
    "project_id": "acme",
    "private_key_id": "k1",
    "private_key": "canary-private",
    "client_email": "bot@acme.example",
    "token_uri": "https://evil.example/token",
}
ENTRA = {"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c"}


def material(found: Found) -> Material:
    assert found.credential.secret is not None
    return unsealed(found.credential.secret.reveal())


def adc(tmp_path: Path, body: object) -> Found:
    path = tmp_path / "adc.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body))
    return from_chain(Auth.GOOGLE, {"GOOGLE_APPLICATION_CREDENTIALS": str(path)})


@pytest.mark.parametrize("chain", [*CHAINS, None, Auth.BEARER])
def test_an_empty_environment_holds_nothing(chain: Auth | None) -> None:
    found = from_chain(chain, {})
    assert (found.credential.secret, found.proof) == (None, None)


@pytest.mark.parametrize("chain", [Auth.AWS, Auth.GOOGLE, Auth.ENTRA])
def test_a_machines_metadata_is_named_only_when_asked(chain: Auth) -> None:
    assert from_chain(chain, {}).credential.secret is None
    found = from_chain(chain, {}, metadata=True)
    assert (material(found), found.proof) == (InstanceMetadata(), chain)


def test_what_is_kept_comes_before_a_machines_metadata() -> None:
    environ = {**ENTRA, "AZURE_CLIENT_SECRET": "s"}
    assert isinstance(material(from_chain(Auth.ENTRA, environ, metadata=True)), EntraApplication)


def test_the_file_of_a_google_user_is_read(tmp_path: Path) -> None:
    found = adc(tmp_path, USER)
    expected = GoogleUser(
        client_id="id", client_secret="canary-client", refresh_token="canary-refresh"
    )
    assert material(found) == expected
    assert found.variables == {"location": "global", "project": "acme-quota"}


def test_the_file_of_a_service_account_is_read_without_its_address(tmp_path: Path) -> None:
    found = adc(tmp_path, SERVICE)
    assert isinstance(material(found), GoogleServiceAccount)
    assert found.credential.secret is not None
    assert "evil.example" not in found.credential.secret.reveal()
    assert found.variables["project"] == "acme"


def test_googles_usual_place_is_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "gcloud"
    folder.mkdir(parents=True)
    (folder / "application_default_credentials.json").write_text(json.dumps(USER))
    assert from_chain(Auth.GOOGLE, {"HOME": str(tmp_path)}).proof is Auth.GOOGLE


@pytest.mark.parametrize(
    "body", [{"type": "external_account"}, {"type": "service_account"}, {}, "no json", "[]"]
)
def test_a_file_of_another_kind_says_what_to_use(tmp_path: Path, body: object) -> None:
    found = adc(tmp_path, body)
    assert found.credential.secret is None
    assert "use a service account's key file" in (found.credential.problem or "")


def test_an_entra_token_is_carried_as_it_is() -> None:
    found = from_chain(Auth.ENTRA, {"AZURE_AD_TOKEN": "ready"})
    assert (found.proof, found.credential.origin) == (Auth.BEARER, "env:AZURE_AD_TOKEN")


@pytest.mark.parametrize(
    "proof", [{"AZURE_CLIENT_SECRET": "s"}, {"AZURE_FEDERATED_TOKEN_FILE": "/token"}]
)
def test_an_entra_application_needs_a_secret_or_its_platforms_token(
    proof: dict[str, str],
) -> None:
    assert from_chain(Auth.ENTRA, ENTRA).proof is None
    assert from_chain(Auth.ENTRA, {**ENTRA, **proof}).proof is Auth.ENTRA


def test_a_databricks_principal_is_found() -> None:
    environ = {"DATABRICKS_CLIENT_ID": "c", "DATABRICKS_CLIENT_SECRET": "s"}
    found = material(from_chain(Auth.DATABRICKS, environ))
    assert found == DatabricksPrincipal(client_id="c", client_secret="s")


def test_nothing_that_was_found_shows_itself(tmp_path: Path) -> None:
    found = adc(tmp_path, USER)
    shown = [repr(found), str(found.credential), repr(material(found))]
    assert not any("canary" in text for text in shown)


def test_another_account_is_another_secret() -> None:
    one, two = (
        from_chain(Auth.DATABRICKS, {"DATABRICKS_CLIENT_ID": c, "DATABRICKS_CLIENT_SECRET": "s"})
        for c in ("one", "two")
    )
    assert one.credential.secret != two.credential.secret


def test_finding_loads_no_clouds_library() -> None:
    code = (
        "import sys, modeldex.credentials.clouds as c\n"
        "from modeldex.domain.provider import Auth\n"
        "[c.from_chain(a, {'AWS_ACCESS_KEY_ID': 'a', 'AWS_SECRET_ACCESS_KEY': 'b'}) for a in Auth]\n"
        "sys.exit(bool({'botocore', 'google', 'configparser', 'httpx2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
