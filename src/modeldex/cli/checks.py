"""What `modeldex doctor` looks at, one check after the other."""

import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .._version import __version__
from ..domain.errors import ModeldexError
from ..domain.outcome import Outcome
from . import cells
from .context import Catalog, ProviderLine, Services
from .footer import failing
from .packaged import packaged_on

_NETWORK = (Outcome.DNS, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.TLS)
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    ok: bool | None
    """`None` is a warning: something to know that stops nothing."""
    said: str
    hint: str = ""
    """What to do; empty when nothing is to be done."""


def checks(services: Services) -> Iterator[Check]:
    """Every check; what is wrong is an answer, never an exception."""
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield Check("modeldex", True, f"{__version__} on {system}")
    yield from _folders(services)
    yield from _keys(services)
    yield from _overrides(services)
    try:
        catalog = services.catalog()
    except ModeldexError as error:
        yield Check("catalog", False, str(error), error.hint or "modeldex refresh makes one")
        return
    lines = catalog.provider_lines()
    yield from _catalog(services, catalog, lines)
    yield from _strangers(services, catalog)
    yield from _told(services)
    for line in lines:
        if failing(line):
            yield Check(line.provider, None, line.outcome, line.message)
    yield _network(services, [line for line in lines if line.checked_at])


def _folders(services: Services) -> Iterator[Check]:
    try:
        places = services.home()
    except ModeldexError as error:
        yield Check("home", False, str(error), error.hint)
        return
    writable = _writable(places.data)
    hint = "" if writable else "mend its rights, or name another folder with MODELDEX_HOME"
    word = "" if writable else ", not writable"
    yield Check("home", writable, f"{places.data}{word}", hint)
    if places.config.exists():
        yield Check("configuration", True, str(places.config))
    elif not services.environ.get("MODELDEX_CONFIG"):
        yield Check("configuration", True, f"{places.config}, not there (that is fine)")


def _keys(services: Services) -> Iterator[Check]:
    try:
        configured = services.configured()
    except ModeldexError as error:
        yield Check("configuration", False, str(error), error.hint)
        return
    found = 0
    for one in configured:
        secret, origin = one.connection.secret, one.connection.secret_from
        if secret is not None:
            found += 1
            yield Check("key", True, f"{one.connection.provider.id}: {origin} ({secret.hint})")
        if one.problem:
            yield Check("key", None, f"{one.connection.provider.id}: {one.problem}")
    if not found:
        yield Check("key", None, "none found", "set one, such as OPENAI_API_KEY")


def _overrides(services: Services) -> Iterator[Check]:
    """What of the user's override files cannot be read."""
    try:
        problems = services.own_overrides().problems
    except ModeldexError:
        return  # that there is no home is told already
    for problem in problems:
        yield Check("overrides", False, problem, "mend it, then modeldex refresh")


def _strangers(services: Services, catalog: Catalog) -> Iterator[Check]:
    """Rows of the user's override files for models that nobody lists."""
    for (provider, native), witnesses in services.own_overrides().decided.items():
        name = f"{provider}/{native}"
        if catalog.get(name) is not None:
            continue
        close = ", ".join(catalog.suggest(name))
        hint = f"it may be a typo; closest: {close}" if close else "it may be a typo"
        for evidence, _ in witnesses:
            yield Check("overrides", None, f"{evidence.evidence}: nobody lists {name}", hint)


def _catalog(
    services: Services, catalog: Catalog, lines: Sequence[ProviderLine]
) -> Iterator[Check]:
    stamp = catalog.stamp
    day = packaged_on(services, lines)
    age = cells.age((services.now() - stamp.published_at).total_seconds())
    old = f"packaged, of {day}" if day else f"{age} old"
    yield Check("catalog", True, f"{catalog.path}: {cells.count(stamp.models)} models, {old}")
    earlier, aside = services.damaged(catalog.path)
    if earlier:
        said = "the one in force is damaged or gone, an earlier one is shown"
        yield Check("catalog", False, said, "modeldex refresh reads the kept lists again")
    for path in aside:
        said = f"{path} was damaged and set aside; what it alone remembered is lost"
        yield Check("catalog", None, said, "remove the file when a look at it is no longer wanted")
    intact = services.intact(catalog.path)
    said = f"content matches its hash {stamp.hash[:12]}" if intact else "content was changed"
    yield Check("catalog", intact, said, "" if intact else "modeldex refresh publishes a new one")


def _told(services: Services) -> Iterator[Check]:
    """What of the programs' bindings and of the messages to receivers was lost."""
    try:
        desk = services.desk()
        desk.bindings.all()
        desk.outbox.marks()
    except ModeldexError as error:
        yield Check("bindings", False, str(error), error.hint)
        return
    for problem in desk.damaged():
        yield Check("bindings", False, problem)


def _network(services: Services, asked: list[ProviderLine]) -> Check:
    proxies = [name for name in _PROXIES if services.environ.get(name)]
    through = f" through {', '.join(proxies)}" if proxies else ""
    if not asked:
        return Check("network", None, "no provider was asked yet", "modeldex refresh asks them")
    reached = [line for line in asked if Outcome(line.outcome) not in _NETWORK]
    if reached:
        return Check("network", True, f"{len(reached)} of {len(asked)} providers answered{through}")
    hint = "check the connection, the proxy and the firewall; the catalog works all the same"
    return Check("network", None, f"no provider could be reached{through}", hint)


def _writable(folder: Path) -> bool:
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
