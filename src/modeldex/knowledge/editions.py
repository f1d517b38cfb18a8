"""Which edition of which public dataset the knowledge is compiled from, and whom to believe."""

from collections.abc import Mapping
from datetime import date

import msgspec

from ..domain.claims import JUDGED
from ..domain.errors import BadReferenceData
from .rows import packaged_text, table

EDITIONS_FILE = "editions.toml"
PRECEDENCE_FILE = "precedence.toml"


class Edition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One published state of a dataset."""

    name: str
    file: str
    version: str
    published: date
    licence: str
    holder: str
    link: str
    """A page about it."""
    origin: str
    """Datasets of one origin copy each other and count as one voice."""
    url: str | None = None
    """Where newer editions are fetched; `None` when there is no single file to fetch."""

    @property
    def label(self) -> str:
        """What evidence says: the dataset, its version and its day."""
        return label(self.name, self.version, self.published)

    def of(self, day: date) -> "Edition":
        """The edition of another day."""
        return msgspec.structs.replace(self, version=day.isoformat(), published=day)


def label(name: str, version: str, published: date) -> str:
    """A dataset, its version and its day, in the words of evidence."""
    day = published.isoformat()
    return f"{name} {version}" if version == day else f"{name} {version} ({day})"


class Precedence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to believe about some fields when no two origins agree, and why."""

    fields: tuple[str, ...]
    order: tuple[str, ...]
    reason: str


def packaged_editions() -> dict[str, Edition]:
    """The packaged editions by dataset; raises `BadReferenceData` naming the row."""
    return table(EDITIONS_FILE, packaged_text(EDITIONS_FILE), Edition)


def packaged_precedence() -> dict[str, tuple[str, ...]]:
    """Datasets by field, the most believed first."""
    return precedence(packaged_text(PRECEDENCE_FILE))


def precedence(text: str) -> dict[str, tuple[str, ...]]:
    """The same from any text; raises `BadReferenceData` for a field that is none or stands twice."""
    orders: dict[str, tuple[str, ...]] = {}
    for name, rule in table(PRECEDENCE_FILE, text, Precedence).items():
        for field in rule.fields:
            _check(name, field, orders)
            orders[field] = rule.order
    return orders


def _check(row: str, field: str, orders: Mapping[str, object]) -> None:
    if field not in JUDGED:
        raise BadReferenceData(f"{PRECEDENCE_FILE}, row {row}: there is no field {field!r}")
    if field in orders:
        raise BadReferenceData(f"{PRECEDENCE_FILE}, row {row}: {field!r} stands twice")
