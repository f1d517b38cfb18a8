"""`modeldex providers add`: make a provider of one's own from its address."""

from typing import TYPE_CHECKING

import click

from ..domain.errors import UserMistake
from ..domain.price import PriceUnit, exact
from . import output
from .context import Services
from .options import common
from .safety import safe

if TYPE_CHECKING:
    from ..service.adding import Understood

_EMPTY = "none: its list is empty now, and what it says of a model is not known yet"


class Unanswered(UserMistake):
    """A question was put and the input ended."""


@click.command("add")
@click.argument("url")
@click.option("--name", help="The provider's id; made of the host otherwise.")
@click.option("--key-env", help="The variable that holds its key, if it wants one.")
@click.option(
    "--price-unit",
    type=click.Choice([unit.value for unit in PriceUnit]),
    help="What its prices are; without it they stay unknown.",
)
@click.option("--replace", is_flag=True, help="Write over a row of that name.")
@click.option("--yes", is_flag=True, help="Write the row without asking.")
@common
@click.pass_obj
def command(
    services: Services,
    url: str,
    name: str | None,
    key_env: str | None,
    price_unit: str | None,
    replace: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Ask URL for its models, say what was understood, and write a provider row for it."""
    unit = PriceUnit(price_unit) if price_unit else None
    found = services.understand(url, name=name, key_env=key_env, unit=unit)
    if not as_json:
        _print(found)
    if not (yes or as_json or _wanted()):
        return 1
    path = services.add_row(found.row, replace=replace)
    if as_json:
        output.json_document(_shape(found, str(path)))
        return 0
    output.note(f"written to {safe(str(path))}")
    output.note(f"modeldex refresh {safe(found.row.id)} asks it")
    return 0


def _wanted() -> bool:
    try:
        return click.confirm("Write the row?", default=True, err=True)
    except click.Abort:
        raise Unanswered(
            "nobody answered, and no row was written", hint="--yes writes it without asking"
        ) from None


def _print(found: "Understood") -> None:
    row = found.row
    output.say(safe(row.id), output.BOLD)
    for label, text in (
        ("base URL", row.base_url),
        ("speaks like", found.kind),
        ("models", str(found.models) if found.models else _EMPTY),
        ("key", "wanted for its list" if found.needs_key else "not wanted for its list"),
        ("reads", ", ".join(f"{field} as {what}" for field, what in found.reads.items())),
        ("does not know", ", ".join(sorted(found.unknown))),
    ):
        if text:
            output.say(f"  {label:16}{safe(text)}")
    if found.price is not None:
        _uncertain(found)


def _uncertain(found: "Understood") -> None:
    example = found.price
    assert example is not None
    output.say()
    output.say("  Its prices state no unit, and stay unknown until you say which it is:")
    output.say(f"  {safe(example.model)}: {safe(example.field)} = {safe(example.raw)}")
    for unit, usd in example.meanings.items():
        output.say(f"    --price-unit {unit:24}{exact(usd)} USD per million tokens")


def _shape(found: "Understood", path: str) -> dict[str, object]:
    example = found.price
    return {
        "provider": found.row.id,
        "base_url": found.row.base_url,
        "dialect": found.row.dialect,
        "kind": found.kind,
        "models": found.models,
        "needs_key": found.needs_key,
        "reads": found.reads,
        "unknown": found.unknown,
        "price": example and {"model": example.model, "field": example.field, "raw": example.raw},
        "written": path,
    }
