"""What stands below a list, on stderr: how much was left out, why, and how old it is."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from ..domain.outcome import Outcome
from ..domain.query import Query
from ..rules.query import no_operators
from . import cells, output
from .context import Catalog, ProviderLine, Services
from .packaged import packaged_on

_NAMED = 3


def footer(catalog: Catalog, asked: Query, shown: int, services: Services) -> None:
    """One line about the list just printed."""
    matching = catalog.count(asked)
    if shown < matching:
        parts = [f"{shown} of {cells.count(matching)} models", "--limit 0 shows all"]
    else:
        parts = [f"{cells.count(shown)} of {cells.count(catalog.stamp.models)} models"]
    if undecided := _undecided(catalog, asked) - matching:
        parts.append(f"{cells.count(undecided)} left out because what was asked is unknown of them")
    lines = catalog.provider_lines()
    parts.append(_catalog_age(catalog, lines, services))
    parts += stale(lines)
    output.note_parts(parts, output.DIM)


def no_match(catalog: Catalog, asked: Query) -> None:
    """A line that says that nothing was found, and the nearest way out."""
    output.note(f"no model matches · {_way_out(catalog, asked)}")


def failing(line: ProviderLine) -> bool:
    """Whether a provider's last try failed; a server that is not running on this machine, and of
    which no list was ever seen, has not failed."""
    outcome = Outcome(line.outcome)
    absent = outcome is Outcome.UNREACHABLE and line.age_s is None and line.key is None
    return not outcome.fresh and outcome is not Outcome.NO_KEY and not absent


def stale(lines: Iterable[ProviderLine]) -> list[str]:
    """Which providers' lists are old because asking failed, a few of them by name."""
    sick = [line for line in lines if failing(line)]
    named = [f"{line.name} {_sickness(line)}" for line in sick[:_NAMED]]
    if len(sick) > _NAMED:
        named.append(f"{len(sick) - _NAMED} more: modeldex providers")
    return named


def _sickness(line: ProviderLine) -> str:
    word = line.outcome
    return f"stale {cells.age(line.age_s)} ({word})" if line.age_s is not None else word


def _catalog_age(catalog: Catalog, lines: Sequence[ProviderLine], services: Services) -> str:
    if day := packaged_on(services, lines):
        return f"packaged catalog of {day} (no provider's own list is in it yet: modeldex refresh)"
    at = catalog.stamp.published_at
    age = cells.age((services.now() - at).total_seconds())
    return f"catalog {cells.moment(at)} ({age} old)"


def _way_out(catalog: Catalog, asked: Query) -> str:
    others = tuple(one for one in asked.conditions if not (one.field == "kind" and one.or_unknown))
    wider = replace(asked, conditions=others)
    if others != asked.conditions and (number := catalog.count(wider)):
        return f"{cells.count(number)} of other kinds: add --kind all"
    if asked.mine and (number := catalog.count(replace(wider, mine=False))):
        return f"{cells.count(number)} that your keys do not open: add --all"
    if undecided := _undecided(catalog, asked):
        return f"of {cells.count(undecided)} what was asked is unknown; ask less"
    close = catalog.suggest(" ".join(asked.words)) if asked.words else ()
    ways = [f"closest: {', '.join(close)}"] if close else []
    if strange := no_operators(asked.words):
        ways.append(f"{strange[0]}: is no operator, and was looked for as a word")
    return " · ".join(ways) or "modeldex list --all --kind all shows every model"


def _undecided(catalog: Catalog, asked: Query) -> int:
    """How many would match if unknown counted as yes."""
    generous = tuple(replace(one, or_unknown=True) for one in asked.conditions)
    return catalog.count(replace(asked, conditions=generous))
