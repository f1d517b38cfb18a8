"""`modeldex knowledge`: what is known without asking, from which datasets, and how to renew it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..domain.errors import UnknownProvider
from ..domain.outcome import Outcome
from ..domain.report import EditionReport, KnowledgeReport
from ..rules.spelling import closest
from . import cells, output
from .conflicts import show_conflicts
from .context import Services
from .options import Early, common
from .safety import safe
from .table import Column

if TYPE_CHECKING:
    from ..knowledge.pack import Pack, Size
    from ..service.holding import DatasetLine, Holding

_DATASETS = (
    Column("DATASET"),
    Column("EDITION", 1),
    Column("RECORDS", 2, right=True),
    Column("LICENCE", 4),
    Column("NEWER ONES", 3),
    Column("LINK", 5),
)
_BUILT = (
    Column("DATASET"),
    Column("OUTCOME", 1),
    Column("EDITION", 2),
    Column("RECORDS", 3, right=True),
    Column("SAYS", 4),
)


@click.group("knowledge", cls=Early)
def command() -> None:
    """What is known of models without asking their providers: public datasets, compiled."""


@command.command("build")
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read the datasets that lie in FOLDER instead of asking for them.",
    metavar="FOLDER",
)
@click.option("--force", is_flag=True, help="Take also editions that are older or much smaller.")
@common
@click.pass_obj
def build(services: Services, folder: Path | None, force: bool, as_json: bool) -> int:
    """Fetch the public datasets, compile them and put the result in force.

    A dataset that does not come keeps the edition in hand. The next refresh uses the new
    knowledge; one with an older or a much smaller edition is not trusted unless forced.
    """
    report = services.build_knowledge(folder, trusting=force)
    if as_json:
        output.json_document(report)
    elif output.on_terminal():
        output.table(_BUILT, [_built(line) for line in report.editions])
    else:
        output.tsv(
            (line.dataset, line.outcome, line.version, line.published, line.records, line.message)
            for line in report.editions
        )
    if report.message:
        output.note(report.message, output.YELLOW)
    if report.outcome is Outcome.OK and not as_json:
        output.note("`modeldex refresh` makes the next catalog with it")
    return exit_code(report)


def exit_code(report: KnowledgeReport) -> int:
    """0 done, also when there was nothing newer; 1 when no dataset came, 5 when some did not."""
    if report.outcome.fresh:
        return 0
    return 5 if report.outcome is Outcome.PARTIAL else 1


@command.command("info")
@click.option("--conflicts", is_flag=True, help="List every value on which the datasets differ.")
@click.option("--provider", metavar="PROVIDER", help="Only the models of this provider.")
@common
@click.pass_obj
def told(services: Services, conflicts: bool, provider: str | None, as_json: bool) -> int:
    """Say which knowledge is in force, from which datasets, and where these differ."""
    holding = services.knowledge()
    pack = holding.in_force.pack
    _known(provider, pack)
    if holding.in_force.problem:
        output.note(holding.in_force.problem, output.YELLOW)
    if conflicts:
        show_conflicts(pack, provider, as_json)
    elif as_json:
        output.json_document(shape(holding, provider))
    elif output.on_terminal():
        _summary(holding, provider)
    else:
        output.tsv(
            (line.dataset, line.version, line.published, line.records, line.licence, line.link)
            for line in holding.datasets
        )
    return 0


def shape(holding: "Holding", provider: str | None = None) -> dict[str, object]:
    """What is in force, as the JSON that is promised outside."""
    now = holding.in_force
    sizes = [now.pack.size(one) for one in _chosen(now.pack, provider)]
    return {
        "pack": "refreshed" if now.refreshed else "packaged",
        "hash": now.hash,
        "bytes": now.bytes,
        "published": now.pack.date,
        "providers": len(sizes),
        "models": sum(size.models for size in sizes),
        "claims": sum(size.claims for size in sizes),
        "conflicts": sum(size.conflicts for size in sizes),
        "datasets": [line._asdict() for line in holding.datasets],
        "message": now.problem,
    }


def _known(provider: str | None, pack: "Pack") -> None:
    if provider is not None and provider not in pack.providers():
        close = closest(provider, pack.providers())
        hint = f"did you mean {close}?" if close else "modeldex providers lists the providers"
        raise UnknownProvider(f"no dataset knows the provider {provider!r}", hint=hint)


def _chosen(pack: "Pack", provider: str | None) -> tuple[str, ...]:
    return pack.providers() if provider is None else (provider,)


def _summary(holding: "Holding", provider: str | None) -> None:
    now = holding.in_force
    whence = "refreshed here" if now.refreshed else "came with modeldex"
    sizes = [now.pack.size(one) for one in _chosen(now.pack, provider)]
    output.say(f"Knowledge of {now.pack.date}, {whence}", output.BOLD)
    for label, text in _numbers(now.bytes, sizes):
        output.say(f"  {label:12}{text}")
    output.say()
    output.table(_DATASETS, [_dataset(line) for line in holding.datasets])
    output.note("modeldex knowledge info --conflicts lists where they differ", output.DIM)


def _numbers(size: int, sizes: "Iterable[Size]") -> Iterator[tuple[str, str]]:
    sizes = list(sizes)
    yield "size", f"{cells.count(round(size / 1000))} kB"
    yield "providers", cells.count(len(sizes))
    yield "models", cells.count(sum(one.models for one in sizes))
    yield "claims", cells.count(sum(one.claims for one in sizes))
    yield "conflicts", cells.count(sum(one.conflicts for one in sizes))


def _dataset(line: "DatasetLine") -> list[str]:
    if line.url is None:
        newer = "come with modeldex"
    elif line.checked_at is None or line.outcome is None:
        newer = "never asked for"
    else:
        newer = f"{line.outcome} at {cells.moment(line.checked_at)}"
    return [
        safe(line.name),
        _edition(line.version, f"{line.published}"),
        _records(line.records, line.lost),
        safe(line.licence),
        newer,
        safe(line.link),
    ]


def _built(line: EditionReport) -> list[str]:
    return [
        safe(line.dataset),
        line.outcome,
        _edition(line.version or "", f"{line.published or ''}"),
        _records(line.records, line.lost),
        safe(line.message),
    ]


def _edition(version: str, day: str) -> str:
    return day if version == day else f"{safe(version)} ({day})"


def _records(read: int, lost: int) -> str:
    return f"{cells.count(read)}, {cells.count(lost)} unreadable" if lost else cells.count(read)
