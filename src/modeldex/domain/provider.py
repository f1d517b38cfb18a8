"""Who answers API calls for models under one account and address: a row of data."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class KeyNeed(StrEnum):
    """For what a provider wants a key."""

    LISTING = "listing"
    """Both its list and its models."""
    CALLING = "calling"
    """Its models; the list is public."""
    NEVER = "never"
    """Neither: a server on this machine, say."""


class Auth(StrEnum):
    """The header that carries the key."""

    BEARER = "bearer"
    X_API_KEY = "x-api-key"
    X_GOOG_API_KEY = "x-goog-api-key"
    NONE = "none"


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider row. `providers/*.toml` and a user's own rows have these keys and no others."""

    id: str
    """The file's name; never repeated inside the file."""
    name: str
    base_url: str
    dialect: str
    key: KeyNeed = KeyNeed.LISTING
    auth: Auth = Auth.BEARER
    key_env: tuple[str, ...] = ()
    """Environment variables that may hold the key; the first one set is taken."""
    base_url_env: tuple[str, ...] = ()
    """Environment variables that move the base URL."""
    variables: Mapping[str, str] = {}
    """Placeholders of the dialect's paths and the environment variable that fills each."""
    key_url: str | None = None
    """Where a person gets a key."""
    docs_url: str | None = None
    checked: str | None = None
    """The day on which the row's facts were last checked, `YYYY-MM-DD`."""
    evidence: str | None = None
    """What the row rests on: `docs`, `sdk`, `live` or `unverified`."""
    local: bool = False
    """A server on the user's own machine: not being there is no failure."""
