"""What to tell of the public datasets: which editions are in force, and what asking for newer came to."""

from collections.abc import Collection, Mapping

from ..domain.outcome import Outcome
from ..domain.report import EditionReport, KnowledgeReport
from ..knowledge.compiling import packed_edition
from ..knowledge.packfile import PackedEdition
from .weighing import Came


def report(
    held: Mapping[str, PackedEdition], came: Mapping[str, Came], problem: str = ""
) -> KnowledgeReport:
    """The report on editions `held` before, and what `came`, by dataset."""
    editions = dict(held)
    editions |= {name: packed_edition(one.said) for name, one in came.items() if one.said}
    lines = {
        name: _line(name, edition, came.get(name, Came(Outcome.CACHED)))
        for name, edition in sorted(editions.items())
    }
    outcomes = [one.outcome for one in came.values()]
    return KnowledgeReport(
        outcome=_together(outcomes), editions=tuple(lines.values()), message=problem
    )


def _line(name: str, edition: PackedEdition, came: Came) -> EditionReport:
    stays = "" if came.said else f"; the edition of {edition.published} stays"
    return EditionReport(
        dataset=name,
        outcome=came.outcome,
        version=edition.version,
        published=edition.published,
        records=edition.records,
        lost=edition.lost,
        message=f"{came.message}{stays}" if came.message else "",
    )


def _together(outcomes: Collection[Outcome]) -> Outcome:
    failed = [outcome for outcome in outcomes if not outcome.fresh]
    if failed:
        return failed[0] if len(failed) == len(outcomes) else Outcome.PARTIAL
    return Outcome.OK if Outcome.OK in outcomes else Outcome.CACHED
