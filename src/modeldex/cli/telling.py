"""What a refresh has to say beside its report: notices of bound models, and what did not leave."""

from ..domain.report import Report
from . import output
from .context import Services


def tell(services: Services, report: Report, said: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Say on stderr what was gone on without, every notice that no terminal has shown, and what was
    not delivered.

    `said` are the problems of the last look, which are not said again; gives those of this one.
    """
    for warning in report.warnings:
        if warning not in said:
            output.note(warning, output.YELLOW)
    for notice in services.notices():
        output.note(notice.sentence, output.YELLOW)
    for problem in report.undelivered:
        if problem not in said:
            output.note(problem, output.RED)
    return (*report.warnings, *report.undelivered)
