"""What the clouds' own tools keep in the environment and in files: found by reading, asking nobody.

Only the presence of a credential is decided here, so that it costs a list or a table nothing; what
has to be asked for (a role, a token) is asked for when its provider is. The address at which
virtual machines find credentials is named only when the configuration says so.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from ..domain.material import (
    DatabricksPrincipal,
    EntraApplication,
    GoogleServiceAccount,
    GoogleUser,
    InstanceMetadata,
    Material,
    sealed,
)
from ..domain.provider import Auth
from ..domain.secret import Secret
from . import aws_files
from .finding import Credential

_LONGEST_FILE = 64 * 1024
_METADATA = "the metadata of this machine's cloud"


class Found(NamedTuple):
    """A credential, how it proves who asks, and what its place says of the rest of the address."""

    credential: Credential = Credential()
    proof: Auth | None = None
    """`None` when nothing was found."""
    variables: Mapping[str, str] = {}
    """Values for gaps that the environment left open, such as a profile's region."""


def from_chain(chain: Auth | None, environ: Mapping[str, str], *, metadata: bool = False) -> Found:
    """What a cloud's usual chain gives here; nothing for a provider without one.

    `metadata` lets the machine's own address be asked when nothing else is found.
    """
    look = _CHAINS.get(chain) if chain else None
    if look is None or chain is None:
        return Found()
    found = look(environ)
    if found.proof is None and metadata:
        host = environ.get(_METADATA_HOSTS.get(chain, ""))
        secret = sealed(InstanceMetadata(host=host or None))
        return found._replace(credential=Credential(secret, _METADATA), proof=chain)
    return found


def _aws(environ: Mapping[str, str]) -> Found:
    profile = aws_files.profile(environ)
    region = {"region": profile.region} if profile.region else {}
    material, origin = aws_files.from_environment(environ) or (profile.material, profile.origin)
    if material is None:
        return Found(Credential(problem=profile.problem), variables=region)
    return Found(Credential(sealed(material), origin), Auth.AWS, region)


class _Adc(msgspec.Struct):
    """Google's file of application default credentials, as far as it is read here."""

    type: str | None = None
    project_id: str | None = None
    quota_project_id: str | None = None


def _google(environ: Mapping[str, str]) -> Found:
    path = _adc_path(environ)
    location = {"location": "global"}
    if path is None or (body := _small_file(path)) is None:
        return Found(variables=location)
    material, project = _adc(body)
    places = {**location, **({"project": project} if project else {})}
    if material is None:
        said = f"{path} is of a kind that is not read here: use a service account's key file"
        return Found(Credential(problem=said), variables=places)
    return Found(Credential(sealed(material), f"file:{path}"), Auth.GOOGLE, places)


def _adc_path(environ: Mapping[str, str]) -> Path | None:
    """Source: https://cloud.google.com/docs/authentication/application-default-credentials"""
    if named := environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
        return Path(named)
    if folder := environ.get("CLOUDSDK_CONFIG"):
        return Path(folder) / "application_default_credentials.json"
    if roaming := environ.get("APPDATA"):
        return Path(roaming) / "gcloud" / "application_default_credentials.json"
    home = environ.get("HOME")
    return Path(home, ".config/gcloud/application_default_credentials.json") if home else None


def _adc(body: bytes) -> tuple[Material | None, str | None]:
    try:
        said = msgspec.json.decode(body, type=_Adc)
        project = said.quota_project_id or said.project_id
        if said.type == "service_account":
            return msgspec.json.decode(_untagged(body), type=GoogleServiceAccount), project
        if said.type == "authorized_user":
            return msgspec.json.decode(_untagged(body), type=GoogleUser), project
    except (msgspec.MsgspecError, RecursionError):
        return None, None
    return None, project


def _untagged(body: bytes) -> bytes:
    """The object without the kind that Google gives it."""
    fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({name: raw for name, raw in fields.items() if name != "type"})


def _entra(environ: Mapping[str, str]) -> Found:
    """Source: https://learn.microsoft.com/en-us/python/api/overview/azure/identity-readme"""
    for name in ("AZURE_OPENAI_AD_TOKEN", "AZURE_AD_TOKEN"):
        if token := environ.get(name, "").strip():
            return Found(Credential(Secret(token), f"env:{name}"), Auth.BEARER)
    tenant, client = environ.get("AZURE_TENANT_ID"), environ.get("AZURE_CLIENT_ID")
    secret = environ.get("AZURE_CLIENT_SECRET") or None
    token_file = environ.get("AZURE_FEDERATED_TOKEN_FILE") or None
    if not tenant or not client or not (secret or token_file):
        return Found()
    material = EntraApplication(
        tenant=tenant,
        client_id=client,
        client_secret=secret,
        token_file=None if secret else token_file,
        authority=environ.get("AZURE_AUTHORITY_HOST") or None,
    )
    origin = "env:AZURE_CLIENT_SECRET" if secret else "env:AZURE_FEDERATED_TOKEN_FILE"
    return Found(Credential(sealed(material), origin), Auth.ENTRA)


def _databricks(environ: Mapping[str, str]) -> Found:
    client = environ.get("DATABRICKS_CLIENT_ID")
    secret = environ.get("DATABRICKS_CLIENT_SECRET")
    if not client or not secret:
        return Found()
    material = DatabricksPrincipal(client_id=client, client_secret=secret)
    return Found(Credential(sealed(material), "env:DATABRICKS_CLIENT_SECRET"), Auth.DATABRICKS)


_CHAINS: Mapping[Auth, Callable[[Mapping[str, str]], Found]] = {
    Auth.AWS: _aws,
    Auth.GOOGLE: _google,
    Auth.ENTRA: _entra,
    Auth.DATABRICKS: _databricks,
}
_METADATA_HOSTS: Mapping[Auth, str] = {
    Auth.AWS: "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    Auth.GOOGLE: "GCE_METADATA_HOST",
    Auth.ENTRA: "AZURE_POD_IDENTITY_AUTHORITY_HOST",
}


def _small_file(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_FILE)
    except OSError:
        return None
