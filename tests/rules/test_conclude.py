import pytest

from modeldex.domain.listing import Role
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.rules.conclude import RouteResult, answered, conclude, emptied

SICK = Verdict(Outcome.TIMEOUT, "no answer")


def result(
    role: Role = Role.LISTS,
    models: int = 10,
    lost: int = 0,
    verdict: Verdict | None = None,
    cut_short: str | None = None,
) -> RouteResult:
    return RouteResult(role.value, role, models, lost, 1, verdict, cut_short)


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        ([result()], Outcome.OK),
        ([result(models=0)], Outcome.EMPTY),
        ([result(models=0, verdict=SICK)], Outcome.TIMEOUT),
        ([result(verdict=SICK)], Outcome.PARTIAL),
        ([result(cut_short="pages loop")], Outcome.PARTIAL),
        ([result(), result(models=0, verdict=SICK)], Outcome.PARTIAL),
        ([result(), result(Role.ADDS, 0, verdict=SICK)], Outcome.OK),
        ([result(models=0, verdict=SICK), result(Role.ADDS)], Outcome.TIMEOUT),
        ([result(models=0, verdict=SICK), result(Role.FALLBACK)], Outcome.OK),
        ([result(models=0, lost=3)], Outcome.BAD_PAYLOAD),
        ([result(models=100, lost=5)], Outcome.OK),
        ([result(models=100, lost=11)], Outcome.PARTIAL),
        ([result(models=0, cut_short="no cursor")], Outcome.BAD_PAYLOAD),
    ],
)
def test_the_listing_routes_decide_the_outcome(
    results: list[RouteResult], outcome: Outcome
) -> None:
    assert conclude(results).outcome is outcome


def test_a_wait_that_was_asked_for_is_passed_on() -> None:
    limited = Verdict(Outcome.RATE_LIMITED, "slow down", retry_after_s=30)
    assert conclude([result(models=0, verdict=limited)]).retry_after_s == 30


def test_a_facts_route_that_failed_is_mentioned() -> None:
    said = conclude([result(), result(Role.ADDS, 0, verdict=SICK)]).detail
    assert "'adds'" in said


@pytest.mark.parametrize(
    ("results", "enough"),
    [
        ([result()], True),
        ([result(models=0)], False),
        ([result(Role.ADDS)], False),
    ],
)
def test_a_fallback_is_asked_only_without_models(results: list[RouteResult], enough: bool) -> None:
    assert answered(results) is enough


@pytest.mark.parametrize(
    ("results", "empty"),
    [
        ([result(models=0)], True),
        ([result(models=0), result(Role.FALLBACK, 0)], True),
        ([result(models=0), result(Role.ADDS)], True),
        ([result(models=0), result(Role.ADDS, 0, verdict=SICK)], True),
        ([result()], False),
        ([result(models=0), result(Role.FALLBACK)], False),
        ([result(models=0, verdict=Verdict(Outcome.EMPTY, "HTTP 204 without a body"))], False),
        ([result(models=0, cut_short="no cursor")], False),
        ([result(models=0, lost=1)], False),
        ([result(models=0), result(models=0, verdict=SICK)], False),
        ([], False),
    ],
)
def test_a_list_is_empty_only_when_it_came_to_its_end(
    results: list[RouteResult], empty: bool
) -> None:
    assert emptied(results) is empty
