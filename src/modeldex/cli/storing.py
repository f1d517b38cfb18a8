"""`modeldex store`: the catalogs that were published for others too."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from ..domain.errors import BadConfig
from . import cells, output
from .context import Services
from .options import Early, common
from .safety import safe
from .table import Column

if TYPE_CHECKING:
    from ..storage.snapshots import Logged

_COLUMNS = (
    Column("NUMBER", right=True),
    Column("IN FORCE SINCE", 1),
    Column("CATALOG", 2),
    Column("IS", 3),
)
_SHOWN = 12
"""Digits of a hash that a person is shown; any number of them names a catalog."""


@click.group("store", cls=Early)
def command() -> None:
    """The store that MODELDEX_STORE names: a folder, s3://, gs:// or az://."""


@command.command("list")
@common
@click.pass_obj
def list_versions(services: Services, as_json: bool) -> int:
    """Show which catalog was in force since when, newest first."""
    versions = services.store().versions()
    if as_json:
        output.json_document([_shape(one, one == versions[0]) for one in versions])
    elif output.on_terminal():
        output.table(_COLUMNS, [_row(one, one == versions[0]) for one in versions])
    else:
        output.tsv((one.sequence, one.at.isoformat(), one.hash) for one in versions)
    return 0


@command.command("pull")
@common
@click.pass_obj
def pull(services: Services, as_json: bool) -> int:
    """Take over the catalog that is in force in the store; asks no provider.

    For machines that only read. What was published here and is not in the store is left behind.
    """
    store = services.store()
    newest = store.versions()[0]
    store.pull(always=True)
    if as_json:
        output.json_document(_shape(newest, True))
    else:
        output.say(f"{newest.hash[:_SHOWN]}  in force since {cells.moment(newest.at)}")
    return 0


@command.command("verify")
@common
@click.pass_obj
def verify(services: Services, as_json: bool) -> int:
    """Compare every catalog, raw answer and list in the store with its hash.

    Exit code 1: something is damaged or missing.
    """
    store = services.store()
    found = store.verify()
    if as_json:
        output.json_document(
            {
                "store": store.address,
                "objects": found.objects,
                "damaged": [one._asdict() for one in found.damaged],
            }
        )
    else:
        output.tsv((one.object, one.problem) for one in found.damaged)
        said = f"{len(found.damaged)} damaged" if found.damaged else "all whole"
        output.note(f"{cells.count(found.objects)} objects looked at, {said}")
    return 1 if found.damaged else 0


@command.command("rollback")
@click.argument("target", required=False, metavar="[HASH|DATE]")
@common
@click.pass_obj
def rollback(services: Services, target: str | None, as_json: bool) -> int:
    """Put an earlier catalog in force again, for all who share the store.

    HASH is the beginning of a catalog's hash, DATE a day (its last catalog) or a moment in UTC;
    without either it is the catalog before the present one. Nothing is lost: this is a version
    of its own, and the next refresh builds on the catalog that is in force then.
    """
    version = services.store().roll_back(_target(target))
    if as_json:
        output.json_document(version)
    else:
        output.say(
            f"{version.hash[:_SHOWN]} of {cells.moment(version.published_at)} is in force"
            f" again, as number {version.sequence}"
        )
    return 0


@command.command("prune")
@common
@click.pass_obj
def prune(services: Services, as_json: bool) -> int:
    """Remove what is older than `[store]` of the configuration says; a refresh does so daily."""
    removed = services.store().prune()
    if as_json:
        output.json_document({"removed": removed})
    else:
        output.tsv(sorted(removed.items()))
    return 0


def _target(said: str | None) -> str | datetime | None:
    """A day stands for its last moment, as the catalog of a day is the last one."""
    if said is None or re.fullmatch("[0-9a-f]{4,64}", said):
        return said
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise BadConfig(
            f"{safe(said)!r} is no catalog and no day: say four or more digits of a hash, or"
            " a day such as 2026-11-20"
        ) from None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", said):
        moment += timedelta(days=1, microseconds=-1)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shape(version: "Logged", in_force: bool) -> dict[str, object]:
    return {
        "sequence": version.sequence,
        "at": version.at,
        "hash": version.hash,
        "current": in_force,
    }


def _row(version: "Logged", in_force: bool) -> list[str]:
    return [
        str(version.sequence),
        f"{version.at:%Y-%m-%d %H:%M}",
        version.hash[:_SHOWN],
        "in force" if in_force else "",
    ]
