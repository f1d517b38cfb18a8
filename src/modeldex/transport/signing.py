"""Requests signed with an AWS key, by AWS's own library, which is loaded for nothing else."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..domain.connection import Connection
from ..domain.listing import Ask
from ..domain.material import AwsChain, AwsKey, InstanceMetadata, Material, unsealed
from ..domain.outcome import Outcome, Verdict
from . import quiet
from .threads import in_daemon_thread

if TYPE_CHECKING:
    from botocore.session import Session

SERVICE = "bedrock"
"""For which service requests are signed, unless the provider's row says otherwise."""

_REGION = re.compile(r"(?<=\.)[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}(?=\.)")
_METADATA_TRIES = 1
_METADATA_WAIT_S = 2


async def usable_key(material: Material) -> AwsKey:
    """The key with which to sign, made of a profile or a role where there is none yet.

    Raises `Verdict` when the library is missing or makes no key of what it finds.
    """
    library = await in_daemon_thread(_library, (ImportError,)) if _installed() else None
    if library is None:
        raise Verdict(Outcome.NO_KEY, "AWS keys sign requests: pip install 'modeldex[aws]'")
    if isinstance(material, AwsKey):
        return material
    expected = (library.BotoCoreError, library.ClientError, OSError, ValueError)
    try:
        with quiet.quietly():
            return await in_daemon_thread(lambda: _made(material), expected)
    except (*expected, RuntimeError) as error:
        kind = type(error).__name__
    raise Verdict(Outcome.KEY_REJECTED, f"AWS's own chain made no key of it ({kind})")


def signature(connection: Connection, ask: Ask, url: str, key: AwsKey) -> dict[str, str]:
    """The headers that prove who asks for `url`; raises `Verdict` when no region is known."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    request = AWSRequest(method="GET" if ask.json is None else "POST", url=url, data=ask.json or "")
    holder = Credentials(key.access_key_id, key.secret_access_key, key.session_token)
    service = connection.provider.scope or SERVICE
    where = region(connection.variables, url)
    with quiet.quietly():
        SigV4Auth(holder, service, where).add_auth(request)
    return {name.lower(): str(value) for name, value in request.headers.items()}


def region(variables: Mapping[str, str], url: str) -> str:
    """The region for which a request is signed: the address's own, else the one that was set.

    >>> region({}, "https://bedrock.cn-north-1.amazonaws.com.cn/inference-profiles")
    'cn-north-1'
    """
    host = url.partition("://")[2].partition("/")[0]
    met = _REGION.search(host)
    found = met[0] if met else variables.get("region")
    if not found:
        raise Verdict(Outcome.NO_KEY, "requests are signed for a region: set AWS_REGION")
    return found


def _installed() -> bool:
    from importlib.util import find_spec

    return find_spec("botocore") is not None


def _library() -> Any:
    """Load what signs, which takes a while; the errors it may raise."""
    import botocore.auth
    import botocore.exceptions
    import botocore.session

    return botocore.exceptions


def _made(material: Material) -> AwsKey:
    session = _session(material)
    found = session.get_component("credential_provider").load_credentials()
    if found is None:
        raise ValueError("nothing found")
    frozen = found.get_frozen_credentials()
    return AwsKey(
        access_key_id=frozen.access_key,
        secret_access_key=frozen.secret_key,
        session_token=frozen.token,
    )


def _session(material: Material) -> "Session":
    """AWS's chain; without `InstanceMetadata` it never asks the machine's own address."""
    from botocore.session import Session

    session = Session()
    asks_machine = isinstance(material, InstanceMetadata)
    session.set_config_variable("metadata_service_timeout", _METADATA_WAIT_S)
    session.set_config_variable(
        "metadata_service_num_attempts", _METADATA_TRIES if asks_machine else 0
    )
    if isinstance(material, AwsChain):
        session.set_config_variable("profile", material.profile)
        for name in ("credentials_file", "config_file"):
            if path := getattr(material, name):
                session.set_config_variable(name, path)
    if isinstance(material, InstanceMetadata) and material.host:
        session.set_config_variable("ec2_metadata_service_endpoint", material.host)
    if not asks_machine:
        chain = session.get_component("credential_provider")
        for provider in ("iam-role", "container-role"):
            chain.remove(provider)
    return session


def key_of(revealed: str) -> AwsKey:
    """The key of a connection that is ready to ask; raises `ValueError` for any other."""
    found = unsealed(revealed)
    if not isinstance(found, AwsKey):
        raise ValueError("it holds no AWS key")
    return found
