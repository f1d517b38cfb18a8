"""`modeldex providers`: who can be asked, with which key, and what the last try came to."""

import click

from ..domain.catalog import HeldListing
from ..domain.errors import BadConfig, UnknownProvider
from ..domain.hold import Hold
from ..rules.spelling import closest
from ..service import shapes
from . import cells, output
from .adding import command as adding
from .context import Catalog, ProviderLine, Services
from .options import Early, common
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
_SHOWN = 20


class _Named(Early):
    """A group whose first word may also be the name of a provider."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = [word for word in args if not word.startswith("-")]
        helpless = not {"-h", "--help"} & set(args)
        if (words and words[0] not in self.commands) or (not words and helpless):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group("providers", cls=_Named, subcommand_metavar="[NAME | add URL]")
def command() -> None:
    """Show the providers, or one by its NAME; add one of your own."""


command.add_command(adding)


@command.command("show")
@click.argument("name", required=False)
@common
@click.pass_obj
def show(services: Services, name: str | None, as_json: bool) -> int:
    """Show the providers: keys found (by the variable's name), models, last outcome."""
    catalog = services.catalog()
    lines = list(catalog.provider_lines())
    if name is not None:
        lines = [_named(name, lines)]
    if as_json:
        held = catalog.held()
        output.json_document(
            [{**shapes.provider(one), "held": shapes.held(held.get(one.provider))} for one in lines]
        )
    elif name is not None:
        _one(lines[0], catalog, services)
    elif output.on_terminal():
        output.table(_COLUMNS, [_row(line) for line in lines])
        _way_to_keys(lines)
    else:
        output.tsv(_raw(line) for line in lines)
    return 0


def _named(name: str, lines: list[ProviderLine]) -> ProviderLine:
    for line in lines:
        if line.provider == name:
            return line
    close = closest(name, [line.provider for line in lines])
    hint = f"did you mean {close}?" if close else "modeldex providers lists the known ones"
    raise UnknownProvider(f"there is no provider {name!r}", hint=hint)


def _one(line: ProviderLine, catalog: Catalog, services: Services) -> None:
    output.say(safe(line.name), output.BOLD)
    for label, text in (
        ("models", cells.count(line.models)),
        ("key", _key(line)),
        ("list", f"{line.tier}, {_age(line)}"),
        ("last try", f"{line.outcome} at {cells.moment(line.checked_at)}")
        if line.checked_at
        else ("last try", "never asked"),
        ("says", line.message),
        ("start with", line.recommended),
    ):
        if text:
            output.say(f"  {label:16}{safe(text)}")
    _described(line.provider, catalog, services)
    if (aside := catalog.held().get(line.provider)) is not None:
        _held(aside)


def _described(provider: str, catalog: Catalog, services: Services) -> None:
    """How it is asked here; as the catalog's row has it where nobody asks it."""
    from ..service.describing import described

    connection = None
    try:
        every = (one.connection for one in services.configured())
        connection = next((one for one in every if one.provider.id == provider), None)
        if connection is None:
            output.say(f"  {'asked':16}no: switched off here, or its row is gone")
    except BadConfig as error:
        output.note(f"how it is asked here cannot be told: {error}", output.YELLOW)
    row = connection.provider if connection else catalog.row(provider)
    if row is None:
        return
    gave = catalog.gave(provider, connection.id) if connection else None
    for label, text in described(row, connection, gave):
        output.say(f"  {label:16}{safe(text)}")


def _held(aside: HeldListing) -> None:
    """The list that is set aside: why, and what it would change."""
    output.say()
    output.say("Held", output.BOLD)
    output.say(f"  {'since':16}{cells.moment(aside.held.since)}, {aside.held.times} times")
    output.say(f"  {'because':16}{safe(aside.held.hold.sentence)}")
    for label, names in (("would go", aside.gone), ("would come", aside.came)):
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            output.say(f"  {label:16}{safe(', '.join(names[:_SHOWN]))}{more}")
    for old, new in list(aside.held.hold.renames.items())[:_SHOWN]:
        output.say(f"  {'renamed':16}{safe(old)} → {safe(new)}")
    _examples(aside.held.hold)
    output.say(f"  {'to take it':16}modeldex refresh {safe(aside.provider)} --accept")


def _examples(hold: Hold) -> None:
    """Some of the values that would change, old and new."""
    for one in hold.examples:
        new = "no longer stated" if one.new is None else one.new
        said = f"{one.field} of {one.model}: {one.old} → {new}"
        output.say(f"  {'would change':16}{safe(said)}")
    if (more := hold.changing - len(hold.examples)) > 0:
        output.say(f"  {'':16}and {cells.count(more)} more")


def _row(line: ProviderLine) -> list[str]:
    return [
        safe(line.provider),
        cells.count(line.models),
        safe(_key(line)),
        line.outcome,
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
