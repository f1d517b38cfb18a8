"""`modeldex` alone: what is here, and the next command to type."""

from ..domain.query import CHAT, Query
from . import cells, output
from .context import Catalog, Services
from .packaged import packaged_on
from .safety import safe

_NEXT = (
    ("modeldex list --tools --max-price 1", "cheap models that call tools"),
    ("modeldex show {model}", "one model, every fact"),
    ("modeldex providers", "who can be asked, and which keys are found"),
    ("modeldex refresh", "ask all of them now"),
)


def orient(services: Services) -> int:
    """Print the orientation; works without key, network and terminal."""
    catalog = services.catalog()
    lines = catalog.provider_lines()
    number = cells.count(catalog.stamp.models)
    output.say(
        f"modeldex knows {number} models from {len(lines)} providers."
        " No account or key is needed to look."
    )
    proposal = catalog.proposal()
    following = _next(safe(proposal.model.id) if proposal.model else _example(catalog))
    width = max(len(line) for line, _ in following)
    for line, meaning in following:
        output.say(f"  {line:{width}}  {meaning}")
    if day := packaged_on(services, lines):
        output.say(f"This is the packaged catalog of {day}: no provider's own list is in it yet.")
    else:
        age = (services.now() - catalog.stamp.published_at).total_seconds()
        at = cells.moment(catalog.stamp.published_at)
        output.say(f"The catalog of {at} is {cells.age(age)} old.")
    if found := _keys(catalog):
        output.say(f"Found keys: {safe(', '.join(found))}.")
        if not catalog.has_mine:
            output.say("modeldex refresh shows what they open.")
    else:
        output.say("No keys found: set one such as OPENAI_API_KEY, then modeldex refresh.")
    if proposal.model:
        output.say(f"Start with {safe(proposal.model.id)}: {proposal.reason}.")
    elif found:
        output.say(f"There is no model to start with: {proposal.reason}.")
    output.say("More: modeldex --help")
    return 0


def _next(model: str) -> list[tuple[str, str]]:
    return [
        (line.format(model=model), meaning) for line, meaning in _NEXT if model or "{" not in line
    ]


def _example(catalog: Catalog) -> str:
    first = next(catalog.rows(Query(conditions=(CHAT,), limit=1), ("id",)), ("",))
    return safe(str(first[0]))


def _keys(catalog: Catalog) -> list[str]:
    return sorted({line.key.removeprefix("env:") for line in catalog.provider_lines() if line.key})
