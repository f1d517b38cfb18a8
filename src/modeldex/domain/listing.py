"""What to ask of a provider and what it answered: routes, asks, pages, listings."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import msgspec

from .claims import Claims
from .model import Tier


class Role(StrEnum):
    """What a route's answer is for."""

    LISTS = "lists"
    """Its ids are what this connection opens."""
    ADDS = "adds"
    """It adds facts, and models that exist but that this connection may not open."""
    FALLBACK = "fallback"
    """As `LISTS`, but asked only when no `LISTS` route answered."""
    DETAIL = "detail"
    """One model's details, asked because a listing lacked them."""
    CHECKS = "checks"
    """Its status says whether the key is good; what it answers is neither read nor kept."""


OPENING = (Role.LISTS, Role.FALLBACK)
"""The roles whose ids are what a connection opens."""


class When(StrEnum):
    """With which credential a route is asked."""

    ALWAYS = "always"
    WITH_KEY = "with-key"
    WITHOUT_KEY = "without-key"


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One address of a provider's list."""

    name: str
    path: str
    """Below the base URL; with a leading slash below the API's root, which is the base URL
    without the row's own path (`/v1`). `{name}` is filled from the connection's variables,
    and the route is left out when the variable is unknown."""
    params: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    role: Role = Role.LISTS
    when: When = When.ALWAYS
    sends_key: bool = True
    public: bool = False
    """Below the row's `public_url` and without the key; left out where the row has none."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request, before an address and a credential are put to it."""

    route: str
    path: str
    params: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    role: Role = Role.LISTS
    sends_key: bool = True
    public: bool = False
    """Asked below the connection's public address, without the key."""
    json: str | None = None
    """A JSON body makes the request a POST."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One whole answer of 200 to one ask."""

    ask: Ask
    body: bytes
    url: str = ""
    """The address that answered, without query and without credential."""
    fetched_at: datetime | None = None
    """When it arrived, aware UTC; `None` only in tests of dialects."""

    @property
    def hash(self) -> str:
        """SHA-256 of the body, hexadecimal: the name under which it is stored."""
        return sha256(self.body).hexdigest()


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """A record that could not be read, kept in the raw listing and named in the report."""

    position: int
    reason: str


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a dialect read in one page."""

    claims: tuple[Claims, ...] = ()
    follow: tuple[Ask, ...] = ()
    """What to ask next because of this page: the next page, details."""
    cut_short: bool = False
    """The answer says that there is more, and not where."""
    lost: tuple[Lost, ...] = ()
    unknown_fields: Mapping[str, int] = {}
    """Field names the dialect does not know, with the number of records that had each."""
    odd_fields: Mapping[str, int] = {}
    """Known fields whose value had a type that could not be read, with their number."""


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """A wire format: what to ask, and how to read. It does no I/O and knows no credential."""

    name: str
    routes: tuple[Route, ...]
    read: Callable[[Page], Reading]
    """Bytes in, claims out. Raises `Unreadable` when the page is no list of this dialect."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One connection's raw answer at one moment, named by its content."""

    connection: str
    tier: Tier
    fetched_at: datetime
    """When the newest page of its listing routes arrived, aware UTC."""
    pages: tuple[Page, ...]
    complete: bool
    """Whether every page of every listing route is here."""

    @property
    def hash(self) -> str:
        """SHA-256 over routes, paths and page hashes, hexadecimal."""
        said = sha256()
        for page in self.pages:
            said.update(f"{page.ask.route}\n{page.ask.path}\n{page.hash}\n".encode())
        return said.hexdigest()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back for one ask, whole and inside the caps, before anyone judged it."""

    status: int
    body: bytes
    content_type: str = ""
    """Lower case, without parameters; empty when not stated."""
    retry_after_s: float | None = None
    """Seconds the provider asked to wait; `None` when it did not say or said nonsense."""
    etag: str | None = None
    """The answer's `ETag`, to be sent when asking again; `None` when there is none."""
    last_modified: str | None = None
    """The answer's `Last-Modified` as it stands; `None` when there is none."""
