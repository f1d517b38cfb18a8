"""`modeldex changes`: what changed, field by field, or as a feed for other programs."""

import click

from ..domain.change import Change, ChangeKind
from ..rules.spans import moment
from ..rules.telling import document, told
from . import output
from .choosing import say_unknown
from .context import Catalog, Services
from .options import common
from .safety import safe
from .table import Column

_COLUMNS = (Column("WHEN"), Column("WHAT", 2), Column("CHANGE", 1), Column("SAYS", 3))


@click.command("changes")
@click.option("--since", default="7d", show_default=True, help="12h, 7d, 4w, or a day.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in ChangeKind]),
    metavar="KIND",
    help=f"Only these: {', '.join(kind.value for kind in ChangeKind)}.",
)
@click.option("--provider", help="Only of this provider.")
@click.option("--model", "id", help="Only of this model's id.")
@click.option("--limit", type=click.IntRange(1), help="At most so many, the newest.")
@click.option("--feed", type=click.Choice(["atom", "json"]), help="Print a feed instead.")
@common
@click.pass_obj
def command(
    services: Services,
    since: str,
    kinds: tuple[str, ...],
    provider: str | None,
    id: str | None,
    limit: int | None,
    feed: str | None,
    as_json: bool,
) -> int:
    """Show what changed: models that came and went, prices, limits, abilities; newest first."""
    if feed == "atom" and as_json:
        raise click.UsageError(
            "--json and --feed atom exclude each other: --feed json is a feed too"
        )
    catalog = services.catalog()
    found = list(
        catalog.changes(
            since=moment(since, services.now()), kinds=kinds, provider=provider, id=id, limit=limit
        )
    )
    told = not found and _say_unknown(catalog, provider, id)
    if feed == "atom":
        from ..exports.atom import atom

        output.text(atom(found, catalog.stamp.published_at))
    elif feed == "json":
        from ..exports.json_feed import json_feed

        output.text(json_feed(found))
    elif as_json:
        output.json_document([document(change) for change in found])
    elif not told:
        _print(found, since)
    return 0


def _say_unknown(catalog: Catalog, provider: str | None, id: str | None) -> bool:
    """Say that nobody knows what was asked for, so that there can be nothing of it."""
    told = provider is not None and say_unknown(catalog, [provider])
    if id is None or catalog.get(id) is not None or catalog.life(id) is not None:
        return told
    close = catalog.suggest(id)
    hint = f"closest: {', '.join(close)}" if close else "give its id, as modeldex list shows it"
    output.note(f"no model is or was known as {id}; {hint}", output.YELLOW)
    return True


def _print(found: list[Change], since: str) -> None:
    if not found:
        output.note(f"nothing is recorded since {safe(since)}; --since 90d looks further back")
    elif output.on_terminal():
        output.table(_COLUMNS, [_row(change) for change in found])
    else:
        output.tsv(
            (
                change.at.isoformat(),
                change.id,
                change.kind,
                change.field,
                output.json_text(change.old),
                output.json_text(change.new),
                change.source,
            )
            for change in found
        )


def _row(change: Change) -> list[str]:
    source = change.source or "unknown"
    return [f"{change.at:%Y-%m-%d %H:%M}", change.kind, safe(told(change)), source]
