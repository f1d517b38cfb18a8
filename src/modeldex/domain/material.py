"""What a cloud's own tools keep on a machine, and of which requests or short-lived tokens are made."""

from typing import TypeAlias

import msgspec

from .secret import Secret


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """Shows nothing of itself, for most of what is in it is secret."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class AwsKey(_Sealed, frozen=True, kw_only=True, tag="aws-key"):
    """An access key, with which requests are signed."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None
    """Goes with temporary keys; `None` for lasting ones."""


class AwsChain(_Sealed, frozen=True, kw_only=True, tag="aws-chain"):
    """A profile or a role from which AWS's own library makes a key."""

    profile: str | None = None
    """`None` for what the environment says."""
    credentials_file: str | None = None
    config_file: str | None = None
    said: tuple[str, ...] = ()
    """What the profile says, so that another account is another connection."""


class GoogleUser(_Sealed, frozen=True, kw_only=True, tag="google-user"):
    """What `gcloud auth application-default login` leaves."""

    client_id: str
    client_secret: str
    refresh_token: str


class GoogleServiceAccount(_Sealed, frozen=True, kw_only=True, tag="google-service-account"):
    """A service account's key file."""

    client_email: str
    private_key: str
    private_key_id: str | None = None


class EntraApplication(_Sealed, frozen=True, kw_only=True, tag="entra-application"):
    """An application registered with Microsoft Entra, with a secret or a token of its platform."""

    tenant: str
    client_id: str
    client_secret: str | None = None
    token_file: str | None = None
    """Where a platform such as Kubernetes puts the token that stands in for a secret."""
    authority: str | None = None
    """The address of another cloud's sign-in; `None` is the public one."""


class DatabricksPrincipal(_Sealed, frozen=True, kw_only=True, tag="databricks-principal"):
    """A service principal's OAuth secret."""

    client_id: str
    client_secret: str


class InstanceMetadata(_Sealed, frozen=True, kw_only=True, tag="instance-metadata"):
    """Nothing is kept: the machine's own address for such things is asked."""

    host: str | None = None
    """Where it is, when not at the cloud's usual address."""


Material: TypeAlias = (
    AwsKey
    | AwsChain
    | GoogleUser
    | GoogleServiceAccount
    | EntraApplication
    | DatabricksPrincipal
    | InstanceMetadata
)


def sealed(material: Material) -> Secret:
    """The material as one secret, which differs whenever the material does."""
    name = getattr(material, "access_key_id", None) or getattr(material, "client_id", "")
    return Secret(msgspec.json.encode(material).decode(), name)


def unsealed(revealed: str) -> Material:
    """The material of a revealed secret; raises `ValueError` for any other secret."""
    return msgspec.json.decode(revealed, type=Material)  # type: ignore[no-any-return]
