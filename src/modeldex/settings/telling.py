"""What the configuration says of the lives of models, of implausible lists, and of who is told."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..domain.change import ChangeKind
from ..domain.errors import BadConfig
from ..domain.hold import Plausibility
from ..domain.memory import Thresholds
from .strictness import only_known

_LONGEST_DAYS = 36_500
_LARGEST_PERCENT = 1_000_000
_REFERENCES = ("env", "file", "keyring")
WHATS = ("changes", "notices", "both")


class LifecycleConfig(NamedTuple):
    """`[lifecycle]`: after how many days, counted between complete lists, a model moves on."""

    deprecated_days: float = 14.0
    """Days after which a missing model, which is stale until then, is deprecated."""
    removed_days: float = 30.0
    """Days after which a missing model is removed, unless a program has bound it."""
    quiet_days: float = 14.0
    """Days within which a model that comes back counts as flapping, until it has stayed as long."""
    longest_step_days: float = 3.0
    """The most days that count between two complete lists, whatever lay between them."""
    notice_days: float = 180.0
    """A stated day of retirement is an announcement when it is no more days away than this."""


class HoldConfig(NamedTuple):
    """`[hold]`: how much a list may change at once before it is held. Shares are percent."""

    shrinks: int = 20
    """A list may be smaller by this share."""
    replaced: int = 50
    """This share of the models may be gone, whatever came in their place."""
    renamed: int = 80
    """Of the models that are gone, the share found under other ids that makes a mass rename."""
    few: int = 5
    """So many models may always go, and so many always change."""
    column_left: int = 10
    """A field is gone when less than this share of the models that had it has it still."""
    one_factor: int = 80
    """Share of the prices that move by one factor when a unit was mistaken."""
    tenfold: int = 30
    """Share of the prices that may move by more than ten times."""
    newest_gone: int = 3
    """So many models newer than anything in the list have to be missing for it to be an old one."""
    accepted_after_s: float = 3600.0
    """Seconds after which a list that is held for the same thing again is taken."""
    accepted_times: int = 2
    """So many such lists in a row it takes, the first one counted."""


class ChangesConfig(NamedTuple):
    """`[changes]`."""

    price_rise: float = 20.0
    """A price that rises by so many percent, or from nothing, is an event of its own, and a notice
    to the programs that have bound the model."""


class NoticesConfig(NamedTuple):
    """`[notices]`: how programs' people are told of the models that `modeldex bind` registered."""

    stderr: bool = True
    """Whether `modeldex refresh` and `modeldex watch` say them."""
    apprise: tuple[str, ...] = ()
    """Where the addresses are to which the library apprise sends them: `env:NAME`, `file:PATH` or
    `keyring:NAME` each, as such an address holds a credential. Needs `modeldex[notify]`."""


class WebhookConfig(NamedTuple):
    """`[[webhook]]`: one receiver of signed messages."""

    url: str
    """Where messages are posted, over https or to this machine."""
    secret: str
    """Where the secret is that signs them: `env:NAME`, `file:PATH` or `keyring:NAME`. The secret
    itself is `whsec_` and 24 to 64 random bytes in base64."""
    name: str = ""
    """What it is called in commands; without one, the host of its address."""
    what: str = "both"
    """`changes`, `notices` (of programs' models) or `both`."""
    kinds: tuple[str, ...] = ()
    """Only changes of these kinds; empty: of all."""
    providers: tuple[str, ...] = ()
    """Only of these providers' models; empty: of all."""


class Telling(NamedTuple):
    """All of this, as a refresh works with it."""

    thresholds: Thresholds = Thresholds()
    plausibility: Plausibility = Plausibility()
    notices: NoticesConfig = NoticesConfig()
    webhooks: tuple[WebhookConfig, ...] = ()


def telling(content: Mapping[str, Any], where: str) -> Telling:
    """What a configuration file says of it; raises `BadConfig` naming the place."""
    days = _numbers(content, "lifecycle", LifecycleConfig(), where, "days", _LONGEST_DAYS)
    rise = _numbers(content, "changes", ChangesConfig(), where, "percent", _LARGEST_PERCENT)
    return Telling(
        _thresholds(LifecycleConfig(**days), ChangesConfig(**rise), where),
        _plausibility(content, where),
        _notices(content, where),
        _webhooks(content, where),
    )


def _thresholds(life: LifecycleConfig, changes: ChangesConfig, where: str) -> Thresholds:
    if life.removed_days < life.deprecated_days:
        raise BadConfig(f"{where}, [lifecycle]: removed_days is to be no less than deprecated_days")
    return Thresholds(
        deprecated_after=timedelta(days=life.deprecated_days),
        removed_after=timedelta(days=life.removed_days),
        longest_step=timedelta(days=life.longest_step_days),
        quiet=timedelta(days=life.quiet_days),
        notice=timedelta(days=life.notice_days),
        price_rise=Decimal(str(changes.price_rise)) / 100,
    )


def _plausibility(content: Mapping[str, Any], where: str) -> Plausibility:
    said = _numbers(content, "hold", HoldConfig(), where, "", _LARGEST_PERCENT)
    for key, value in said.items():
        if key != "accepted_after_s" and not isinstance(value, int):
            raise BadConfig(f"{where}, [hold]: {key} is to be a whole number")
    hold = HoldConfig(**said)
    return Plausibility(
        accepted_after=timedelta(seconds=hold.accepted_after_s),
        **{key: value for key, value in hold._asdict().items() if key != "accepted_after_s"},
    )


def _numbers(
    content: Mapping[str, Any], name: str, default: Any, where: str, of: str, most: float
) -> dict[str, Any]:
    """A table of numbers above 0; a number of percent may be 0."""
    place = f"{where}, [{name}]"
    table = content.get(name, {})
    if not isinstance(table, Mapping):
        raise BadConfig(f"{where}: [{name}] is to be a table")
    only_known(table, default._fields, place)
    for key, value in table.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 <= value <= most:
            raise BadConfig(f"{place}: {key} is to be a number{f' of {of}' if of else ''}")
        if value == 0 and of == "days":
            raise BadConfig(f"{place}: {key} is to be a number of days above 0")
    return dict(table)


def _notices(content: Mapping[str, Any], where: str) -> NoticesConfig:
    place = f"{where}, [notices]"
    table = content.get("notices", {})
    if not isinstance(table, Mapping):
        raise BadConfig(f"{where}: [notices] is to be a table")
    only_known(table, NoticesConfig._fields, place)
    if not isinstance(table.get("stderr", True), bool):
        raise BadConfig(f"{place}: stderr is to be true or false")
    addresses = _names(table, "apprise", place)
    if not all(map(_is_reference, addresses)):
        raise BadConfig(f"{place}: apprise is to be a list of env:NAME, file:PATH or keyring:NAME")
    return NoticesConfig(table.get("stderr", True), tuple(dict.fromkeys(addresses)))


def _webhooks(content: Mapping[str, Any], where: str) -> tuple[WebhookConfig, ...]:
    rows = content.get("webhook", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadConfig(f"{where}: write [[webhook]], with two brackets, above each receiver")
    found: list[WebhookConfig] = []
    for number, row in enumerate(rows, 1):
        one = _webhook(row, f"{where}, [[webhook]] {number}")
        if one.name in {other.name for other in found}:
            raise BadConfig(
                f"{where}, [[webhook]] {number}: another one is called {one.name!r}; give it a name"
            )
        found.append(one)
    return tuple(found)


def _webhook(row: Mapping[str, Any], place: str) -> WebhookConfig:
    only_known(row, WebhookConfig._fields, place)
    for key in ("url", "secret"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise BadConfig(f"{place}: {key} is missing, or no text")
    for key in ("name", "what"):
        if not isinstance(row.get(key, ""), str):
            raise BadConfig(f"{place}: {key} is to be text")
    host = _host(row["url"])
    if host is None:
        raise BadConfig(f"{place}: url is to be https://…, or http://127.0.0.1… on this machine")
    if not _is_reference(row["secret"]):
        raise BadConfig(f"{place}: secret is to be env:NAME, file:PATH or keyring:NAME")
    what = row.get("what", "both")
    if what not in WHATS:
        raise BadConfig(f"{place}: what is to be one of {', '.join(WHATS)}")
    kinds = _names(row, "kinds", place)
    only_known(kinds, [kind.value for kind in ChangeKind], f"{place}, kinds")
    providers = _names(row, "providers", place)
    return WebhookConfig(row["url"], row["secret"], row.get("name") or host, what, kinds, providers)


def _is_reference(said: str) -> bool:
    kind, _, name = said.partition(":")
    return kind in _REFERENCES and bool(name)


def _host(url: str) -> str | None:
    """The host and port of an address that may be used, as far as can be seen here."""
    try:
        said = urlsplit(url)
        port = said.port
    except ValueError:
        return None
    if said.scheme not in ("https", "http") or not said.hostname or "@" in said.netloc:
        return None
    return f"{said.hostname}:{port}" if port else said.hostname


def _names(table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    names: Sequence[Any] = table.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadConfig(f"{place}: {key} is to be a list of texts")
    return tuple(names)
