"""`modeldex bind`: which programs use which models, so that they hear of their end."""

from collections.abc import Iterable

import click

from ..domain.binding import Binding
from ..domain.catalog import How
from ..domain.notice import Notice
from . import output
from .context import Services
from .options import common
from .safety import safe
from .table import Column

_COLUMNS = (Column("PROGRAM"), Column("SAYS", 1), Column("MODEL", 2), Column("TOLD", 3))


@click.command("bind")
@click.argument("program", required=False)
@click.argument("model", nargs=-1)
@click.option("--list", "listing", is_flag=True, help="Show what is bound, of PROGRAM or of all.")
@common
@click.pass_obj
def command(
    services: Services,
    program: str | None,
    model: tuple[str, ...],
    listing: bool,
    as_json: bool,
) -> int:
    """Register that PROGRAM uses each MODEL: an id, an alias, or any name it calls it by.

    A bound model is never removed from the catalog. When its end is announced, its provider
    lists it no more, or its price rises above the threshold (`price_rise` under [changes]),
    there is one notice, by `modeldex refresh` or by what the configuration names.
    """
    if listing:
        if model:
            raise click.UsageError("--list takes a program and no models")
        _list(services, program, as_json)
        return 0
    if program is None or not model:
        raise click.UsageError("name the program and the models that it uses, or say --list")
    bound = services.bind(program, model)
    show(bound, (), as_json)
    for one in bound:
        if warning := _warning(one):
            output.note(warning, output.YELLOW)
    return 0


def _list(services: Services, program: str | None, as_json: bool) -> None:
    desk = services.desk()
    every = desk.bindings.all()
    bound = [one for one in every if program in (None, one.program)]
    show(bound, desk.outbox.notices(), as_json)
    for problem in desk.damaged():
        output.note(problem, output.RED)
    if program is not None and not bound:
        others = sorted({one.program for one in every})
        known = f"known are {', '.join(others)}" if others else "modeldex bind PROGRAM MODEL"
        output.note(f"no program is called {program}: {known}")
    elif not bound:
        output.note("nothing is bound: modeldex bind PROGRAM MODEL")


def _warning(one: Binding) -> str | None:
    if not one.known:
        return f"no model is known as {one.said}: it is bound as it stands"
    if one.how in (How.REDIRECT, How.STAND_IN):
        return f"{one.said} is gone: {one.id} is bound, which takes its place"
    return None


def _shape(one: Binding, notices: Iterable[Notice]) -> dict[str, object]:
    return {
        "program": one.program,
        "said": one.said,
        "id": one.id,
        "how": one.how,
        "known": one.known,
        "since": one.since,
        "notices": _of(one, notices),
    }


def show(bound: Iterable[Binding], notices: Iterable[Notice], as_json: bool) -> None:
    """Bindings, each with the notices that were given of it."""
    if as_json:
        output.json_document([_shape(one, notices) for one in bound])
    elif output.on_terminal():
        if rows := [_row(one, notices) for one in bound]:
            output.table(_COLUMNS, rows)
    else:
        output.tsv((one.program, one.said, one.id, one.how) for one in bound)


def _row(one: Binding, notices: Iterable[Notice]) -> list[str]:
    told = ", ".join(f"{notice.kind} ({notice.at:%Y-%m-%d})" for notice in _of(one, notices))
    return [safe(one.program), safe(one.said), safe(one.id), told]


def _of(one: Binding, notices: Iterable[Notice]) -> list[Notice]:
    return [said for said in notices if (said.program, said.model) == (one.program, one.id)]
