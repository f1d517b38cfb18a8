"""From what each route of a connection came to, the one outcome of the connection."""

from collections.abc import Sequence
from typing import NamedTuple

from ..domain.listing import OPENING, Role
from ..domain.outcome import Outcome, Verdict

_MOST_LOST = 5


class RouteResult(NamedTuple):
    """What asking one route came to."""

    route: str
    role: Role
    models: int
    """Records read as models."""
    lost: int
    pages: int
    verdict: Verdict | None
    """Why it ended early; `None` when every page came."""
    cut_short: str | None = None
    """Why the pages that came are not all, in a few words."""

    @property
    def whole(self) -> bool:
        """Every page came, and with models in it."""
        return self.verdict is None and self.cut_short is None and self.models > 0

    @property
    def nothing(self) -> bool:
        """Every page came, and there was no record in any."""
        ended = self.verdict is None and self.cut_short is None
        return ended and self.pages > 0 and not self.models and not self.lost


class Conclusion(NamedTuple):
    """The word for a connection, what stands behind it, and how long to wait if told."""

    outcome: Outcome
    detail: str = ""
    retry_after_s: float | None = None


def answered(results: Sequence[RouteResult]) -> bool:
    """Whether some listing route gave models, so that no fallback is needed."""
    return any(result.models for result in results if result.role is Role.LISTS)


def emptied(results: Sequence[RouteResult]) -> bool:
    """Whether a list came, to its end, and no model is in it: an answer, and no failure."""
    lists = [result for result in results if result.role in OPENING]
    return bool(lists) and all(result.nothing for result in lists)


def conclude(results: Sequence[RouteResult]) -> Conclusion:
    """The connection's outcome; routes that only add facts never make it worse than `ok`.

    A key that is refused where it matters is the outcome, whatever a public list brought.
    """
    for result in results:
        if result.role is Role.CHECKS and result.verdict and result.verdict.outcome.about_key:
            return Conclusion(result.verdict.outcome, result.verdict.message)
    lists = [result for result in results if result.role is Role.LISTS]
    fallbacks = [result for result in results if result.role is Role.FALLBACK]
    if not answered(lists) and any(result.models for result in fallbacks):
        lists = fallbacks
    if any(result.models for result in lists):
        return _with_models(lists, results)
    verdicts = [result.verdict for result in (*lists, *fallbacks) if result.verdict]
    if verdicts:
        return Conclusion(verdicts[0].outcome, verdicts[0].message, verdicts[0].retry_after_s)
    if any(result.lost for result in lists):
        return Conclusion(Outcome.BAD_PAYLOAD, "not one record of its list could be read")
    if cut := next((result.cut_short for result in lists if result.cut_short), None):
        return Conclusion(Outcome.BAD_PAYLOAD, cut)
    return Conclusion(Outcome.EMPTY, "its list holds no model")


def _with_models(lists: Sequence[RouteResult], results: Sequence[RouteResult]) -> Conclusion:
    for result in lists:
        if result.verdict or result.cut_short:
            why = result.verdict.message if result.verdict else result.cut_short
            wait = result.verdict.retry_after_s if result.verdict else None
            after = f" after {result.pages} pages" if result.pages else ""
            return Conclusion(
                Outcome.PARTIAL, f"its route {result.route!r} broke off{after}: {why}", wait
            )
    lost = sum(result.lost for result in lists)
    if lost > max(_MOST_LOST, sum(result.models for result in lists) // 10):
        return Conclusion(Outcome.PARTIAL, f"{lost} records could not be read")
    missing = [r.route for r in results if r.role is Role.ADDS and not r.whole]
    if missing:
        return Conclusion(
            Outcome.OK, f"its route {missing[0]!r}, which only adds facts, did not answer"
        )
    return Conclusion(Outcome.OK)
