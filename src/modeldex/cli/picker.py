"""`modeldex pick`: a person chooses a model, and its id is printed."""

import sys
from typing import Any

import click
from msgspec.structs import replace

from ..domain.errors import BadQuery
from ..domain.model import Model
from ..domain.query import Query
from ..rules.query import parse
from . import cells, output
from .choosing import SETTINGS, choosing, chosen
from .context import Catalog, Services
from .options import no_color
from .safety import safe

_SHOWN = 20
_TAKEN_AS_IT_IS = "="
_ASKED = "Number, words to narrow, or =NAME for any other"


@click.command("pick", context_settings=SETTINGS)
@choosing
@no_color
@click.pass_obj
def command(services: Services, /, query: tuple[str, ...], **options: Any) -> int:
    """Choose a model from a numbered list; its id is all that goes to stdout.

    QUERY and the options narrow the list as those of `modeldex list` do. Any name can be taken as
    it is: the catalog never blocks one. MODEL=$(modeldex pick --tools) keeps the id.
    """
    if not sys.stdin.isatty():
        raise click.UsageError(
            "pick asks a person; in a script say: modeldex list --limit 1 --fields id"
        )
    catalog, asked = chosen(services, query, {**options, "limit": None})
    narrowed = asked
    while True:
        shown = _shown(catalog, narrowed)
        said = click.prompt(_ASKED, default="1" if shown else None, err=True, type=str).strip()
        if said.startswith(_TAKEN_AS_IT_IS) and said[1:].strip():
            return _take(said[1:].strip())
        if said.isdecimal() and 1 <= int(said) <= len(shown):
            return _take(shown[int(said) - 1].id)
        if catalog.get(said) is not None:
            return _take(said)
        narrowed = _narrowed(asked, said, services)


def _narrowed(asked: Query, said: str, services: Services) -> Query:
    """What was asked for and what is said now; what means nothing narrows nothing."""
    try:
        more = parse(said, services.now().date())
    except BadQuery as error:
        output.note(str(error), output.YELLOW)
        return asked
    return replace(
        asked,
        words=asked.words + more.words,
        conditions=asked.conditions + more.conditions,
        sort=more.sort or asked.sort,
        mine=more.mine or asked.mine,
    )


def _shown(catalog: Catalog, asked: Query) -> list[Model]:
    """The first models that are meant, numbered on stderr."""
    found = catalog.find(catalog.repaired(replace(asked, limit=_SHOWN)))
    for number, model in enumerate(found, 1):
        about = f"{cells.tokens(model.context_window)}, $/M {cells.offer(model.price)}"
        output.note(f"{number:3}  {model.id}  ({about})")
    count = catalog.count(asked)
    if count > len(found):
        output.note(f"     and {cells.count(count - len(found))} more", output.DIM)
    elif not found:
        output.note("no model is meant by that; other words, or nothing but = and a name")
    return found


def _take(name: str) -> int:
    output.say(safe(name))
    return 0
