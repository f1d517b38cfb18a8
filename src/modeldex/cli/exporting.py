"""`modeldex export`: models in a format of others, on stdout or in a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..domain.errors import StorageError
from . import cells, output
from .choosing import SETTINGS, choosing, chosen
from .context import Services
from .options import common
from .safety import safe, safe_json

if TYPE_CHECKING:
    from ..exports.material import Export

FORMATS = ("csv", "jsonl", "md", "litellm")
"""The names of the table of formats, which is loaded when one of them is asked for."""
_JSONL = "jsonl"


@click.command("export", context_settings=SETTINGS)
@choosing
@click.option("--limit", type=click.IntRange(min=0), help="0, the default, is no limit.")
@click.option(
    "--format",
    "format",
    type=click.Choice(FORMATS),
    required=True,
    help="csv and jsonl for programs, md for people, litellm for its proxy.",
)
@click.option(
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write this file, whole or not at all.",
)
@common
@click.pass_obj
def command(
    services: Services,
    /,
    query: tuple[str, ...],
    format: str,
    file: Path | None,
    as_json: bool,
    **options: Any,
) -> int:
    """Write models in another format: those that `modeldex list` shows for the same words.

    litellm has only models that can be called now; --all has the others too. No key is ever
    written, only the names of variables.
    """
    from ..exports.table import export

    if as_json and file is None:
        raise click.UsageError("--json tells what --output wrote; --format jsonl prints models")
    catalog, asked = chosen(services, query, options)
    only = False if options["everything"] else None
    made = export(format, catalog, asked, only)
    if file is None:
        output.text(_printable(made.text, format) if output.on_terminal() else made.text)
    else:
        _save(file, made.text)
    if as_json:
        said = {"file": str(file), "format": format, "models": made.models}
        output.json_document({**said, "left_out": made.left_out})
    else:
        _tell(made, file)
    return 0


def _tell(made: "Export", file: Path | None) -> None:
    if file is not None:
        output.note(f"{cells.count(made.models)} models in {file}")
    elif not made.models:
        output.note("no model is in it")
    for why, count in made.left_out.items():
        output.note(f"{cells.count(count)} left out: {why}")


def _save(file: Path, text: str) -> None:
    from ..storage.durable import put_for_others

    try:
        put_for_others(file, text.encode())
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror or error}") from error


def _printable(text: str, format: str) -> str:
    """The text as a terminal may have it."""
    if format == _JSONL:
        return safe_json(text)
    return "".join(f"{safe(line.removesuffix(chr(13)))}\n" for line in text.split("\n")[:-1])
