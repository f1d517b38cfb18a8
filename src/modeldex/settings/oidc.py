"""What the configuration says of an identity provider; only a service for many reads it."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..domain.errors import BadConfig
from .strictness import only_known

CALLBACK = "/api/v1/oidc/callback"
"""Where the provider sends people back to."""
ANYBODY = "*"
_REFERENCES = ("env", "file", "keyring")
_TEXTS = ("issuer", "client_id", "client_secret", "groups_claim", "admin_group", "redirect_uri")
_LISTS = ("scopes", "allowed_domains", "allowed_groups")


class OidcConfig(NamedTuple):
    """`[oidc]`: the OpenID provider with which people sign in to `modeldex serve --multi-user`."""

    issuer: str
    """The provider's issuer, letter by letter as it writes it, such as `https://id.example.com`:
    https, or this machine."""
    client_id: str
    """What the provider calls this installation."""
    client_secret: str = ""
    """Where the secret is that it gave: `env:NAME`, `file:PATH` or `keyring:NAME`; empty for a
    public client."""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    """What is asked for; `openid` is always among it."""
    allowed_domains: tuple[str, ...] = ()
    """Who has a verified e-mail address at one of these may sign in, subdomains not included; `*`
    lets in everybody whom the provider knows."""
    allowed_groups: tuple[str, ...] = ()
    """Who is in one of these may sign in. Where domains are given too, both have to hold."""
    groups_claim: str = "groups"
    """The claim of the ID token that lists a person's groups."""
    admin_group: str = ""
    """Who is in it is an administrator, and who is not is none, as of each sign-in; empty: the
    administrators here say who is one."""
    redirect_uri: str = ""
    """The address of this service as the provider knows it, which ends in `/api/v1/oidc/callback`;
    empty: the address under which people asked. Needed where a proxy does not pass on that it was
    asked over https."""
    passwords: bool = True
    """Whether people may sign in with a password too. `false` needs `admin_group`."""


def oidc(said: object, file: str) -> OidcConfig | None:
    """What the table `[oidc]` says; `None` where there is none. Raises `BadConfig`."""
    place = f"{file}, [oidc]"
    if said is None:
        return None
    if not isinstance(said, Mapping):
        raise BadConfig(f"{file}: [oidc] is to be a table")
    only_known(said, OidcConfig._fields, place)
    config = _read(said, place)
    _vet_addresses(config, place)
    _vet_terms(config, place)
    return config


def _read(said: Mapping[str, Any], place: str) -> OidcConfig:
    for key in _TEXTS:
        if key in said and (not isinstance(said[key], str) or not said[key].isprintable()):
            raise BadConfig(f"{place}: {key} is to be text")
    for key in ("issuer", "client_id"):
        if not said.get(key):
            raise BadConfig(f"{place}: {key} is missing")
    for key in _LISTS:
        listed = said.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            raise BadConfig(f"{place}: {key} is to be a list of texts")
    if not isinstance(said.get("passwords", True), bool):
        raise BadConfig(f"{place}: passwords is to be true or false")
    lists = {key: tuple(said[key]) for key in _LISTS if key in said}
    return OidcConfig(**{**said, **lists})


def _vet_addresses(config: OidcConfig, place: str) -> None:
    if not _is_ours(config.issuer) or "?" in config.issuer:
        raise BadConfig(f"{place}: issuer is to be https://…, or http://127.0.0.1… on this machine")
    kind, _, name = config.client_secret.partition(":")
    if config.client_secret and not (kind in _REFERENCES and name):
        raise BadConfig(f"{place}: client_secret is to be env:NAME, file:PATH or keyring:NAME")
    back = config.redirect_uri
    if back and not (_is_ours(back) and urlsplit(back).path.endswith(CALLBACK) and "?" not in back):
        raise BadConfig(f"{place}: redirect_uri is to be https://…{CALLBACK}")


def _vet_terms(config: OidcConfig, place: str) -> None:
    if "openid" not in config.scopes or any(len(one.split()) != 1 for one in config.scopes):
        raise BadConfig(f"{place}: scopes is to be a list of words with openid among them")
    if not config.allowed_domains and not config.allowed_groups:
        raise BadConfig(
            f"{place}: say who may sign in: allowed_domains or allowed_groups;"
            ' allowed_domains = ["*"] lets in everybody whom the provider knows'
        )
    if any("@" in one for one in config.allowed_domains):
        raise BadConfig(f"{place}: allowed_domains are to be without @, such as example.com")
    if not config.passwords and not config.admin_group:
        raise BadConfig(f"{place}: passwords = false needs admin_group, or nobody administrates")


def _is_ours(url: str) -> bool:
    """Whether an address is https, or on this machine, and has nothing hidden in it."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or "#" in url or not url.isascii() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
