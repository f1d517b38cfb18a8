"""Who answers API calls for models under one account and address: a row of data."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from .price import PriceUnit


class KeyNeed(StrEnum):
    """For what a provider wants a key."""

    LISTING = "listing"
    """Both its list and its models."""
    CALLING = "calling"
    """Its models; the list is public."""
    NEVER = "never"
    """Neither: a server on this machine, say."""


class Auth(StrEnum):
    """How a request proves who asks: the header that carries the key, or what is made of the key."""

    BEARER = "bearer"
    X_API_KEY = "x-api-key"
    X_GOOG_API_KEY = "x-goog-api-key"
    API_KEY = "api-key"
    AWS = "aws"
    """Every request is signed for its region with an AWS key (Signature Version 4)."""
    GOOGLE = "google"
    """A short-lived token, asked for with a Google credentials file."""
    ENTRA = "entra"
    """A short-lived token, asked for as a Microsoft Entra application."""
    DATABRICKS = "databricks"
    """A short-lived token, asked for as a Databricks service principal."""
    GITHUB_COPILOT = "github-copilot"
    """A short-lived token, asked for with a GitHub token."""
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
    chain: Auth | None = None
    """How to prove who asks with what the cloud's own tools keep in the environment and in files,
    where no key is set; `None` where keys are all there is."""
    token_url: str | None = None
    """Where a short-lived token is asked for; a leading slash is below the base URL's host."""
    scope: str | None = None
    """For what a token is good, or the service for which requests are signed."""
    key_env: tuple[str, ...] = ()
    """Environment variables that may hold the key; the first one set is taken."""
    base_url_env: tuple[str, ...] = ()
    """Environment variables that move the base URL."""
    variables: Mapping[str, tuple[str, ...]] = {}
    """Placeholders of the base URL and of the dialect's paths, each with the environment variables
    that may fill it; the first one set is taken."""
    listed: bool = True
    """Whether it has a list to ask for; without one the packaged manifest is all there is."""
    list_path: str | None = None
    """Where its list is, when that is not where the dialect has it; as `Route.path`."""
    list_params: Mapping[str, str] = {}
    """What is asked beside the dialect's own parameters."""
    public_url: str | None = None
    """A second address, from which the dialect reads what anybody may; no key is ever sent there."""
    headers: Mapping[str, str] = {}
    """Headers that go with every request; never a key."""
    price_unit: PriceUnit | None = None
    """The unit of the list's prices, where the dialect does not fix it; `None` leaves them unknown."""
    key_check: str | None = None
    """A path that answers only to a good key, for a provider whose list answers without one."""
    key_prefix: tuple[str, ...] = ()
    """How its keys begin, where that tells them from others; empty when it does not."""
    other_keys: Mapping[str, str] = {}
    """How keys begin that look alike and do not open it, each with what such a key is."""
    key_url: str | None = None
    """Where a person gets a key."""
    docs_url: str | None = None
    checked: str | None = None
    """The day on which the row's facts were last checked, `YYYY-MM-DD`."""
    evidence: str | None = None
    """What the row rests on: `docs`, `sdk`, `live` or `unverified`."""
    local: bool = False
    """A server on the user's own machine: not being there is no failure."""
    ports: tuple[int, ...] = ()
    """Ports of this machine on which such a server is usually found."""
    retired: str | None = None
    """The day on which the provider closed this service, `YYYY-MM-DD`; it is not asked any more."""
    note: str | None = None
    """What its user has to know, in one sentence without a full stop."""
