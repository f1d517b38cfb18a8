"""What each cloud wants to be asked for a short-lived token: address, form and headers."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from ..domain.connection import Connection
from ..domain.material import (
    DatabricksPrincipal,
    EntraApplication,
    GoogleServiceAccount,
    GoogleUser,
    InstanceMetadata,
    Material,
)
from ..domain.outcome import Outcome, Verdict
from ..domain.provider import Auth
from .guard import origin

_GOOGLE = "https://oauth2.googleapis.com/token"
_GOOGLE_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_GOOGLE_METADATA = "metadata.google.internal"
_ENTRA = "https://login.microsoftonline.com"
_ENTRA_SCOPE = "https://cognitiveservices.azure.com/.default"
_AZURE_METADATA = "http://169.254.169.254"
_DATABRICKS_PATH = "/oidc/v1/token"
_ASSERTION_S = 3600
_LONGEST_TOKEN_FILE = 64 * 1024


class TokenAsk(msgspec.Struct, frozen=True, kw_only=True):
    """One request for a token; shows nothing of itself, for there is a secret in it."""

    url: str
    form: Mapping[str, str] | None = None
    """The fields of a POST; `None` makes it a GET."""
    headers: Mapping[str, str] = {}
    in_the_clear: bool = False
    """The machine's own address: no secret goes to it, and it speaks plain HTTP."""

    def __repr__(self) -> str:
        return "TokenAsk(…)"


def token_ask(connection: Connection, material: Material, now: datetime | None) -> TokenAsk:
    """The request for a connection's token; raises `Verdict` when none can be put together.

    `now` is aware UTC; `None` where there is no clock.
    """
    row = connection.provider
    if isinstance(material, GoogleUser | GoogleServiceAccount):
        url = row.token_url or _GOOGLE
        return TokenAsk(url=url, form=_google_form(material, row.scope or _GOOGLE_SCOPE, now))
    if isinstance(material, EntraApplication):
        authority = (material.authority or _ENTRA).rstrip("/")
        url = row.token_url or f"{authority}/{_tenant(material)}/oauth2/v2.0/token"
        return TokenAsk(url=url, form=_entra_form(material, row.scope or _ENTRA_SCOPE))
    if isinstance(material, DatabricksPrincipal):
        return _databricks_ask(connection, material)
    if isinstance(material, InstanceMetadata):
        return _metadata_ask(connection.auth, row.scope or _ENTRA_SCOPE, material.host)
    raise Verdict(Outcome.KEY_REJECTED, "it is a credential of another cloud")


def _google_form(
    material: GoogleUser | GoogleServiceAccount, scope: str, now: datetime | None
) -> dict[str, str]:
    """Source: https://developers.google.com/identity/protocols/oauth2/service-account"""
    if isinstance(material, GoogleUser):
        return {
            "grant_type": "refresh_token",
            "client_id": material.client_id,
            "client_secret": material.client_secret,
            "refresh_token": material.refresh_token,
        }
    return {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": _assertion(material, scope, now),
    }


def _assertion(material: GoogleServiceAccount, scope: str, now: datetime | None) -> str:
    if now is None:
        raise Verdict(Outcome.NO_KEY, "what is signed carries the time, and no clock was given")
    issued = int(now.timestamp())
    said = {
        "iss": material.client_email,
        "scope": scope,
        "aud": _GOOGLE,
        "iat": issued,
        "exp": issued + _ASSERTION_S,
    }
    return _signed(material, said)


def _signed(material: GoogleServiceAccount, said: Mapping[str, object]) -> str:
    """A token signed with the service account's key, by Google's own library."""
    try:
        google: Any = import_module("google.auth.crypt")
        jwt: Any = import_module("google.auth.jwt")
    except ImportError:
        google = None
    if google is None:
        raise Verdict(
            Outcome.NO_KEY, "service accounts sign requests: pip install 'modeldex[google]'"
        )
    try:
        signer = google.RSASigner.from_string(material.private_key, material.private_key_id)
    except ValueError:
        signer = None
    if signer is None:
        raise Verdict(Outcome.KEY_REJECTED, "the private key in its file cannot be read")
    signed: bytes = jwt.encode(signer, said)
    return signed.decode()


def _tenant(material: EntraApplication) -> str:
    if material.tenant.replace("-", "").replace(".", "").isalnum():
        return material.tenant
    raise Verdict(Outcome.KEY_REJECTED, "AZURE_TENANT_ID is no tenant's id or domain")


def _entra_form(material: EntraApplication, scope: str) -> dict[str, str]:
    """Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow"""
    form = {
        "grant_type": "client_credentials",
        "client_id": material.client_id,
        "scope": scope,
    }
    if material.client_secret:
        return {**form, "client_secret": material.client_secret}
    return {
        **form,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": _token_file(Path(material.token_file or "")),
    }


def _token_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_TOKEN_FILE).decode().strip()
    except (OSError, UnicodeDecodeError):
        pass
    raise Verdict(Outcome.NO_KEY, "the token file of AZURE_FEDERATED_TOKEN_FILE cannot be read")


def _databricks_ask(connection: Connection, material: DatabricksPrincipal) -> TokenAsk:
    """Source: https://docs.databricks.com/en/dev-tools/auth/oauth-m2m.html"""
    at = origin(connection.base_url).written
    url = connection.provider.token_url or f"{at}{_DATABRICKS_PATH}"
    pair = f"{material.client_id}:{material.client_secret}".encode()
    return TokenAsk(
        url=url,
        form={"grant_type": "client_credentials", "scope": "all-apis"},
        headers={"authorization": f"Basic {b64encode(pair).decode()}"},
    )


def _metadata_ask(auth: Auth, scope: str, host: str | None) -> TokenAsk:
    """Source: https://cloud.google.com/compute/docs/access/authenticate-workloads and
    https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token"""
    if auth is Auth.GOOGLE:
        path = "computeMetadata/v1/instance/service-accounts/default/token"
        url = f"http://{host or _GOOGLE_METADATA}/{path}"
        return TokenAsk(url=url, headers={"metadata-flavor": "Google"}, in_the_clear=True)
    params = {"api-version": "2018-02-01", "resource": scope.removesuffix("/.default")}
    url = f"{(host or _AZURE_METADATA).rstrip('/')}/metadata/identity/oauth2/token"
    return TokenAsk(
        url=f"{url}?{urlencode(params)}", headers={"metadata": "true"}, in_the_clear=True
    )
