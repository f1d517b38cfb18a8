"""`modeldex refresh`: ask the providers and publish what they say."""

from contextlib import AbstractContextManager

import click

from ..domain.outcome import Outcome
from ..domain.report import KnowledgeReport, ProviderReport, Report
from . import cells, output
from .context import Progress, Services
from .options import common
from .progress import live, plain
from .safety import safe
from .table import Column
from .telling import tell

_COLUMNS = (
    Column("PROVIDER"),
    Column("OUTCOME", 1),
    Column("MODELS", 2, right=True),
    Column("CHANGED", 4),
    Column("TIME", 5, right=True),
    Column("LIST IS", 3),
)


@click.command("refresh")
@click.argument("provider", nargs=-1)
@click.option("--force", is_flag=True, help="Ask also those whose list is fresh or paused.")
@click.option("--offline", is_flag=True, help="Ask nobody; publish what is stored and packaged.")
@click.option("--due", is_flag=True, help="Ask only whom the schedule has fall due: for cron.")
@click.option("--accept", is_flag=True, help="Take the lists of PROVIDER although they look wrong.")
@click.option("--no-local", is_flag=True, help="Look for no servers on this machine.")
@common
@click.pass_obj
def command(
    services: Services,
    provider: tuple[str, ...],
    force: bool,
    offline: bool,
    due: bool,
    accept: bool,
    no_local: bool,
    as_json: bool,
) -> int:
    """Ask every provider at once which models you can use, and publish the next catalog.

    PROVIDER names the ones to ask; without any, all are asked that can be.
    """
    if accept and not provider:
        raise click.UsageError("--accept takes lists that look wrong: name the providers")
    with _watched() as progress:
        report = services.refresh(
            provider,
            force=force,
            offline=offline,
            due=due,
            local=not no_local,
            accept=provider if accept else (),
            on_progress=progress,
        )
    if report.message:
        output.note(report.message, output.RED)
    _say_held(report)
    _say_guarded(report)
    if as_json:
        output.json_document(shape(report))
    else:
        _print(report)
    _say_bad_keys(services, report)
    tell(services, report)
    return exit_code(report, bool(provider))


def exit_code(report: Report, named: bool) -> int:
    """0 done, 1 nothing could be shown, 4 only keys are missing for what was named, 5 partial: a
    list is missing or old, or something of the user's was left out."""
    lines = report.providers
    if named and lines and all(line.outcome.about_key for line in lines):
        return 4
    if report.catalog is None:
        return 1
    failed = [line for line in lines if line.failed]
    if failed and report.catalog.models == 0:
        return 1
    lacking = named and any(line.outcome.about_key for line in lines)
    return 5 if failed or lacking or report.warnings else 0


def shape(report: Report) -> dict[str, object]:
    """The report as the JSON that is promised outside."""
    catalog = report.catalog
    return {
        "duration_ms": report.duration_ms,
        "catalog": catalog,
        "providers": report.providers,
        "message": report.message,
        "knowledge": report.knowledge,
        "notices": report.notices,
        "undelivered": report.undelivered,
        "warnings": report.warnings,
    }


def sentence(line: ProviderReport) -> str:
    """One provider's line of the progress."""
    lost = _lost(line)
    if line.outcome is Outcome.OK:
        models = f"{cells.count(line.models)} models" + (f", {lost}" if lost else "")
        return f"{line.provider}  {models}  {line.duration_ms / 1000:.1f} s"
    told = not lost or lost in line.message
    return f"{line.provider}  {_met(line)}" + ("" if told else f"; {lost}")


def _met(line: ProviderReport) -> str:
    return f"{line.outcome}: {line.message}"


def _lost(line: ProviderReport) -> str:
    """How many records could not be read; nothing where all could."""
    if not line.lost:
        return ""
    return f"{cells.count(line.lost)} record{'' if line.lost == 1 else 's'} could not be read"


def _say_held(report: Report) -> None:
    """Why lists were set aside, and what to do: that is known only after all were compared."""
    for line in report.providers:
        if line.outcome is Outcome.HELD and not line.skipped:
            output.note(f"{line.provider}  {_met(line)}", output.YELLOW)


def _say_guarded(report: Report) -> None:
    """Servers of this machine that want a key: others without one are counted, these are here."""
    for line in report.providers:
        if line.guarded and not line.failed:
            output.note(f"{line.provider}  {_met(line)}", output.YELLOW)


def knowledge_lines(report: KnowledgeReport) -> list[str]:
    """What there is to tell of the public datasets; nothing while nothing happened."""
    newer = [
        f"{line.dataset} of {line.published}"
        for line in report.editions
        if line.outcome is Outcome.OK
    ]
    told = [f"newer knowledge: {', '.join(newer)}"] if newer else []
    told += [
        f"{line.dataset}  {line.outcome}: {line.message}"
        for line in report.editions
        if not line.outcome.fresh
    ]
    return [*told, report.message] if report.message else told


def _watched() -> AbstractContextManager[Progress]:
    return live(sentence) if output.watched() else plain(sentence)


def _print(report: Report) -> None:
    rows = [line for line in report.providers if line.outcome is not Outcome.NO_KEY]
    if output.on_terminal():
        if rows:
            output.table(_COLUMNS, [_row(line) for line in rows])
    else:
        output.tsv(
            (line.provider, line.outcome, line.models, line.added, line.removed, line.changed)
            for line in report.providers
        )
    if report.knowledge is not None:
        for told in knowledge_lines(report.knowledge):
            output.note(told)
    output.note(summary(report))


def _say_bad_keys(services: Services, report: Report) -> None:
    """What is wrong with keys' places: why one was not found, or why it should not stand there."""
    told = {line.provider for line in report.providers}
    for one in services.configured() if told else ():
        if one.problem and one.connection.provider.id in told:
            output.note(f"{one.connection.provider.id}: {one.problem}", output.YELLOW)


def _row(line: ProviderReport) -> list[str]:
    changes = ((line.added, "+"), (line.removed, "−"), (line.changed, "~"))
    return [
        safe(line.provider),
        line.outcome,
        cells.count(line.models),
        " ".join(f"{sign}{number}" for number, sign in changes if number),
        f"{line.duration_ms / 1000:.1f} s" if line.duration_ms else "",
        "packaged" if line.age_s is None else f"{cells.age(line.age_s)} old",
    ]


def summary(report: Report) -> str:
    """The last line: how many are fresh, failed, held, were not asked or lack a key, and what the catalog holds."""
    lines = report.providers
    fresh = sum(line.outcome.fresh and not line.skipped for line in lines)
    held = sum(line.failed and line.outcome is Outcome.HELD for line in lines)
    failed = sum(line.failed for line in lines) - held
    keyless = sum(line.outcome is Outcome.NO_KEY for line in lines)
    parts = [f"{fresh} fresh"]
    if failed:
        parts.append(f"{failed} failed")
    if held:
        parts.append(f"{held} held")
    if unasked := sum(line.skipped for line in lines):
        parts.append(f"{unasked} not asked")
    if keyless:
        parts.append(f"{keyless} without a key (modeldex providers)")
    if report.catalog:
        parts.append(f"catalog of {cells.count(report.catalog.models)} models")
    return " · ".join([*parts, f"{report.duration_ms / 1000:.1f} s"])
