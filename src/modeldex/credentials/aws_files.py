"""AWS's variables and shared files, read as far as to know whether a credential is there.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..domain.material import AwsChain, AwsKey, Material

_MAKES_A_KEY = frozenset(
    {
        *("role_arn", "sso_session", "sso_start_url", "credential_process", "login_session"),
        *("web_identity_token_file", "aws_access_key_id"),
    }
)
"""Settings of a profile of which AWS's own library makes a key."""


class Profile(NamedTuple):
    """What the shared files say of the profile in force."""

    material: Material | None = None
    origin: str | None = None
    region: str | None = None
    problem: str | None = None


def from_environment(environ: Mapping[str, str]) -> tuple[Material, str] | None:
    """The key or the role that variables name."""
    key, secret = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if key and secret:
        token = environ.get("AWS_SESSION_TOKEN") or None
        material = AwsKey(access_key_id=key, secret_access_key=secret, session_token=token)
        return material, "env:AWS_ACCESS_KEY_ID"
    role, token_file = environ.get("AWS_ROLE_ARN"), environ.get("AWS_WEB_IDENTITY_TOKEN_FILE")
    if role and token_file:
        return AwsChain(said=(role, token_file)), "env:AWS_WEB_IDENTITY_TOKEN_FILE"
    return None


def profile(environ: Mapping[str, str]) -> Profile:
    """The profile that is in force, `default` unless a variable names another."""
    named = environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE")
    name = named or "default"
    keys = _path(environ, "AWS_SHARED_CREDENTIALS_FILE", "credentials")
    config = _path(environ, "AWS_CONFIG_FILE", "config")
    if not any(path and path.is_file() for path in (keys, config)):
        return Profile(problem=_missing(name) if named else None)
    kept = _section(keys, name)
    said = _section(config, name if name == "default" else f"profile {name}")
    region = kept.get("region") or said.get("region")
    origin = f"aws profile {name}"
    if _plain(kept) and "role_arn" not in said:
        return Profile(_key(kept), origin, region)
    both = {**said, **kept}
    if _MAKES_A_KEY.isdisjoint(both):
        return Profile(region=region, problem=_missing(name) if named and not both else None)
    material = AwsChain(
        profile=name,
        credentials_file=str(keys) if keys else None,
        config_file=str(config) if config else None,
        said=tuple(f"{setting}={value}" for setting, value in sorted(both.items())),
    )
    return Profile(material, origin, region)


def _missing(name: str) -> str:
    return f"the AWS profile {name!r} is in none of the shared files: check AWS_PROFILE"


def _plain(kept: Mapping[str, str]) -> bool:
    return {"aws_access_key_id", "aws_secret_access_key"} <= kept.keys() and "role_arn" not in kept


def _key(kept: Mapping[str, str]) -> AwsKey:
    return AwsKey(
        access_key_id=kept["aws_access_key_id"],
        secret_access_key=kept["aws_secret_access_key"],
        session_token=kept.get("aws_session_token"),
    )


def _path(environ: Mapping[str, str], variable: str, name: str) -> Path | None:
    if moved := environ.get(variable):
        return Path(moved).expanduser()
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return Path(home, ".aws", name) if home else None


def _section(path: Path | None, name: str) -> dict[str, str]:
    """One section of a file; nothing when the file is missing or is no such file."""
    if path is None or not path.is_file():
        return {}
    import configparser

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    return dict(parser.items(name)) if parser.has_section(name) else {}
