import json

import pytest
from msgspec.structs import replace

from modeldex.domain.outcome import Outcome
from modeldex.domain.report import Report
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf, line, report


class Watched(Shelf):
    """Reports, one per look, until they end; then somebody interrupts."""

    def looks(self, *reports: Report) -> None:
        self.reports = list(reports)
        self.slept: list[float] = []
        self.due: list[object] = []

    def refresh(self, only, **wish):  # type: ignore[no-untyped-def]
        self.due.append(wish["due"])
        return self.reports.pop(0)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.reports:
            raise KeyboardInterrupt


@pytest.fixture
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return Watched(tmp_path_factory.mktemp("watched"))


QUIET = report()
BUSY = report(line("acme", Outcome.OK, added=2), line("bolt", Outcome.TIMEOUT))


def test_it_asks_for_what_is_due_until_it_is_interrupted(modeldex: Run, watched: Watched) -> None:
    watched.looks(QUIET, BUSY, QUIET)
    assert modeldex("watch", services=watched).code == 130
    assert watched.due == [True, True, True]


def test_it_waits_about_as_long_as_it_is_told(modeldex: Run, watched: Watched) -> None:
    watched.looks(*[QUIET] * 20)
    modeldex("watch", "--look-every", "10", services=watched)
    assert all(9 <= one <= 11 for one in watched.slept)
    assert len(set(watched.slept)) > 1


def test_a_look_at_which_nothing_is_due_says_nothing(modeldex: Run, watched: Watched) -> None:
    watched.looks(QUIET, QUIET)
    said = modeldex("watch", services=watched)
    assert (said.out, said.err) == ("", "")


def test_what_changed_and_what_failed_is_said(modeldex: Run, watched: Watched) -> None:
    watched.looks(BUSY)
    said = modeldex("watch", services=watched).out
    assert "acme" in said
    assert "bolt" in said


def test_each_refresh_is_one_json_document(modeldex: Run, watched: Watched) -> None:
    watched.looks(BUSY, QUIET, BUSY)
    lines = modeldex("watch", "--json", services=watched).out.splitlines()
    assert [len(json.loads(one)["providers"]) for one in lines] == [2, 2]


def test_the_same_trouble_at_two_looks_is_said_once(modeldex: Run, watched: Watched) -> None:
    troubled = replace(QUIET, undelivered=("ops: it answered 500",))
    watched.looks(troubled, troubled, QUIET, troubled)
    assert modeldex("watch", services=watched).err.count("it answered 500") == 2


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e30", "-5", "soon"])
def test_a_pause_that_cannot_be_waited_is_a_usage_mistake(
    modeldex: Run, watched: Watched, seconds: str
) -> None:
    watched.looks(QUIET)
    assert modeldex("watch", "--look-every", seconds, services=watched).code == 2
