"""`modeldex lock`: hold a program's names to their models, and see what an update would change."""

from collections.abc import Collection
from pathlib import Path

import click

from ..domain.errors import NotFound
from ..domain.lock import LockMove
from ..rules.telling import told
from . import output
from .context import Services
from .options import Early, common
from .safety import safe

_FILE = click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("models.lock"),
    show_default=True,
    help="The lock file.",
)


@click.group("lock", cls=Early)
def command() -> None:
    """Hold names to models in a file that is kept and reviewed with the code."""


@command.command("add")
@click.argument("names", nargs=-1, required=True)
@_FILE
@common
@click.pass_obj
def add(services: Services, names: tuple[str, ...], file: Path, as_json: bool) -> int:
    """Lock each of NAMES (an alias, an id, any name) to the model that it leads to now."""
    from ..service import locking

    entries = locking.read(file)
    made = locking.locked(services.catalog(), names)
    locking.write(file, entries | {entry.name: entry for entry in made})
    if as_json:
        output.json_document([{"name": one.name, "model": one.model} for one in made])
    else:
        output.tsv((safe(one.name), safe(one.model)) for one in made)
    return 0


@command.command("remove")
@click.argument("names", nargs=-1, required=True)
@_FILE
def remove(names: tuple[str, ...], file: Path) -> int:
    """Let go of NAMES."""
    from ..service import locking

    entries = locking.kept(file)
    _known(names, entries, file)
    locking.write(file, {name: one for name, one in entries.items() if name not in names})
    return 0


@command.command("check")
@_FILE
@common
@click.pass_obj
def check(services: Services, file: Path, as_json: bool) -> int:
    """Say which locked models are gone or going. Exit code 1: some are."""
    from ..service import locking

    found = locking.ending(services.catalog(), locking.kept(file))
    if as_json:
        output.json_document(found)
    else:
        output.tsv((safe(name), safe(said)) for name, said in found.items())
    return 1 if found else 0


@command.command("update")
@click.argument("names", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@_FILE
@common
@click.pass_obj
def update(
    services: Services, names: tuple[str, ...], dry_run: bool, file: Path, as_json: bool
) -> int:
    """Let the locked names lead where they lead now, and show each difference with its reasons.

    NAMES narrow it to some. What changed about a model that stays is shown as well.
    """
    from ..service import locking

    entries = locking.kept(file)
    _known(names, entries, file)
    moves = locking.updates(services.catalog(), entries, names)
    if moves and not dry_run:
        locking.write(file, entries | {move.new.name: move.new for move in moves})
    if as_json:
        output.json_document([_shape(move) for move in moves])
        return 0
    for move in moves:
        _print(move)
    if not moves:
        output.note("every locked name leads where it led, and nothing about its model has changed")
    elif dry_run:
        output.note("nothing was written; without --dry-run it is")
    return 0


def _known(names: tuple[str, ...], entries: Collection[str], file: Path) -> None:
    for name in names:
        if name not in entries:
            raise NotFound(f"{file} locks no {name!r}", hint=f"modeldex lock add {name}")


def _shape(move: LockMove) -> dict[str, object]:
    return {
        "name": move.new.name,
        "old": move.old.model,
        "new": move.new.model,
        "reasons": move.reasons,
        "changes": [told(change) for change in move.changes],
    }


def _print(move: LockMove) -> None:
    if move.moves:
        output.say(safe(f"{move.new.name}"), output.BOLD)
        output.say(safe(f"- {move.old.model}"))
        output.say(safe(f"+ {move.new.model}"))
    else:
        output.say(safe(f"{move.new.name}: {move.new.model} stays"), output.BOLD)
    for line in (*move.reasons, *map(told, move.changes)):
        output.say(safe(f"    {line}"), output.DIM)
