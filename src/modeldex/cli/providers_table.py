"""`modeldex providers`: who can be asked, with which key, and what the last try came to."""

import click

from ..domain.errors import UnknownProvider
from ..rules.spelling import closest
from . import cells, output
from .context import ProviderLine, Services
from .options import common
from .safety import safe
from .table import Column

_COLUMNS = (
    Column("PROVIDER"),
    Column("MODELS", 1, right=True),
    Column("KEY", 2),
    Column("OUTCOME", 3),
    Column("LIST IS", 4),
    Column("TIER", 5),
)
_PROMISED: tuple[str, ...] = (
    *("provider", "name", "tier", "key", "available", "models", "outcome", "checked_at"),
    *("key_url", "docs_url", "age_s", "message", "recommended"),
)


@click.command("providers")
@click.argument("name", required=False)
@common
@click.pass_obj
def command(services: Services, name: str | None, as_json: bool) -> int:
    """Show the providers: keys found (by the variable's name), models, last outcome."""
    lines = list(services.catalog().provider_lines())
    if name is not None:
        lines = [_named(name, lines)]
    if as_json:
        output.json_document([shape(line) for line in lines])
    elif name is not None:
        _one(lines[0])
    elif output.on_terminal():
        output.table(_COLUMNS, [_row(line) for line in lines])
        _way_to_keys(lines)
    else:
        output.tsv(_raw(line) for line in lines)
    return 0


def shape(line: ProviderLine) -> dict[str, object]:
    """A provider as the JSON that is promised outside."""
    return {field: getattr(line, field) for field in _PROMISED}


def _named(name: str, lines: list[ProviderLine]) -> ProviderLine:
    for line in lines:
        if line.provider == name:
            return line
    close = closest(name, [line.provider for line in lines])
    hint = f"did you mean {close}?" if close else "modeldex providers lists the known ones"
    raise UnknownProvider(f"there is no provider {name!r}", hint=hint)


def _one(line: ProviderLine) -> None:
    output.say(safe(line.name), output.BOLD)
    for label, text in (
        ("models", cells.count(line.models)),
        ("key", _key(line)),
        ("list", f"{line.tier}, {_age(line)}"),
        ("last try", f"{line.outcome.replace('_', ' ')} at {cells.moment(line.checked_at)}")
        if line.checked_at
        else ("last try", "never asked"),
        ("says", line.message),
        ("start with", line.recommended),
        ("get a key", line.key_url),
        ("documentation", line.docs_url),
    ):
        if text:
            output.say(f"  {label:16}{safe(text)}")


def _row(line: ProviderLine) -> list[str]:
    return [
        safe(line.provider),
        cells.count(line.models),
        safe(_key(line)),
        line.outcome.replace("_", " "),
        _age(line),
        line.tier,
    ]


def _raw(line: ProviderLine) -> tuple[object, ...]:
    asked = line.checked_at.isoformat() if line.checked_at else None
    available = "yes" if line.available else "no"
    return line.provider, line.models, line.key, available, line.outcome, asked, line.tier


def _key(line: ProviderLine) -> str:
    if line.key:
        return line.key
    return "none needed" if line.available else "none"


def _age(line: ProviderLine) -> str:
    return "packaged" if line.age_s is None else f"{cells.age(line.age_s)} old"


def _way_to_keys(lines: list[ProviderLine]) -> None:
    keyless = [line for line in lines if not line.available and line.key_url]
    if keyless:
        output.note(
            f"{len(keyless)} providers open with a key: modeldex providers {keyless[0].provider}"
            " says where to get it",
            output.DIM,
        )
