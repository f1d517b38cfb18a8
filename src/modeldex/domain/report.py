"""What a refresh did: one line per connection and the catalog it published."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from .notice import Notice
from .outcome import Outcome


class ProviderReport(msgspec.Struct, frozen=True, kw_only=True):
    """What asking one connection came to."""

    provider: str
    outcome: Outcome
    models: int
    """Models of the list that is now shown for the provider, whatever its age."""
    added: int = 0
    removed: int = 0
    changed: int = 0
    duration_ms: int = 0
    age_s: int | None = None
    """Age of the list shown, seconds; `None` when it is no live list."""
    message: str = ""
    """One sentence: what happened, and what to do about it."""
    skipped: bool = False
    """Whether it was not asked though its list may be old or missing: there is none to ask for,
    offline was wanted, or others were named."""
    unknown_fields: Mapping[str, int] = {}
    odd_fields: Mapping[str, int] = {}
    lost: int = 0
    """Records that could not be read."""
    duplicates: int = 0
    """Records that repeated an id."""
    guarded: bool = False
    """Whether what answers on this machine wants a key, which goes to no address that was merely
    found: `message` names the setting that says whose address it is."""
    failed: bool = False
    """Whether a list that should be here is missing or old: a connection that was asked and
    failed. A provider without a key and a local server that is not running have not failed."""


class CatalogStamp(msgspec.Struct, frozen=True, kw_only=True):
    """Which catalog: its content hash, its size, its time."""

    hash: str
    """SHA-256 of the file, hexadecimal."""
    models: int
    published_at: datetime


class EditionReport(msgspec.Struct, frozen=True, kw_only=True):
    """One public dataset: the edition in force now, and what asking for a newer one came to."""

    dataset: str
    outcome: Outcome
    """`ok`: a newer edition was taken; `cached`: not asked, or asked and unchanged; `held`: an
    edition came that is not to be trusted; else why none came."""
    version: str | None = None
    """`None` when no edition is in force."""
    published: date | None = None
    """The day of the edition; the day it was fetched where the publisher names none."""
    records: int = 0
    """Records of it that were read."""
    lost: int = 0
    """Records of it that could not be read."""
    message: str = ""
    """One sentence: what happened, and which edition stays."""


class KnowledgeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What renewing the public datasets came to. It never makes a refresh fail."""

    outcome: Outcome
    """`ok`: newer knowledge is in force; `cached`: nothing newer; `partial`: some datasets came
    and others did not; else the outcome of those that did not come."""
    editions: tuple[EditionReport, ...] = ()
    message: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a refresh; failures are lines in it, never exceptions."""

    duration_ms: int
    catalog: CatalogStamp | None
    """`None` when no catalog could be written; `message` says why."""
    providers: tuple[ProviderReport, ...]
    message: str = ""
    knowledge: KnowledgeReport | None = None
    """`None` when this refresh was not about the public datasets."""
    notices: tuple[Notice, ...] = ()
    """What programs are to be told of the models that they have bound, each notice once ever."""
    undelivered: tuple[str, ...] = ()
    """Why notices or webhooks did not leave now, a sentence each; they are sent again later."""
    warnings: tuple[str, ...] = ()
    """What was wrong here and was gone on without, a sentence each: rows of the user's override
    files that cannot be read, catalogs that were damaged."""

    @property
    def partial(self) -> bool:
        """Whether some connection that should have answered has no fresh list."""
        return any(line.failed for line in self.providers)
