from pathlib import Path

import pytest

from modeldex.domain.catalog import How, Resolution
from modeldex.domain.errors import BadBinding, NotFound
from modeldex.service.binding import bind, unbind
from modeldex.storage.bindings import Bindings
from tests.conftest import NOW

LEADS = {"acme/a": ("acme/a", How.EXACT), "short": ("acme/a", How.ALIAS)}


class Names:
    """A catalog of one model and one alias."""

    def resolve(self, name: str) -> Resolution:
        found, how = LEADS.get(name, (name, How.PASSED_THROUGH))
        return Resolution(id=found, how=how)


@pytest.fixture
def kept(tmp_path: Path) -> Bindings:
    return Bindings(tmp_path)


def said(kept: Bindings) -> list[tuple[str, str, str]]:
    return [(one.program, one.said, one.id) for one in kept.all()]


def test_what_was_said_and_where_it_led_are_kept(kept: Bindings) -> None:
    found = bind(kept, Names(), "bot", ["short"], NOW)
    assert said(kept) == [("bot", "short", "acme/a")]
    assert (found, found[0].how, found[0].known) == (kept.all(), How.ALIAS, True)


def test_one_name_may_be_given_as_it_is(kept: Bindings) -> None:
    assert len(bind(kept, Names(), "bot", "acme/a", NOW)) == 1


def test_an_unknown_name_is_bound_as_it_is_said(kept: Bindings) -> None:
    (found,) = bind(kept, Names(), "bot", ["whatever"], NOW)
    assert (found.id, found.known) == ("whatever", False)


def test_binding_adds_to_what_is_bound(kept: Bindings) -> None:
    bind(kept, Names(), "bot", ["acme/a"], NOW)
    found = bind(kept, Names(), " bot ", ["short", "short"], NOW)
    assert [one.said for one in found] == ["short"]
    assert len(kept.all()) == 2


@pytest.mark.parametrize(
    ("program", "models"),
    [("", ["a"]), ("  ", ["a"]), ("bot", [""]), ("bot", []), ("a\nb", ["a"]), ("b" * 501, ["a"])],
)
def test_a_name_that_is_none_is_refused(kept: Bindings, program: str, models: list[str]) -> None:
    with pytest.raises(BadBinding):
        bind(kept, Names(), program, models, NOW)
    assert kept.all() == ()


@pytest.mark.parametrize("name", ["short", "acme/a"])
def test_a_model_is_let_go_by_any_of_its_names(kept: Bindings, name: str) -> None:
    bind(kept, Names(), "bot", ["short", "other"], NOW)
    assert [one.said for one in unbind(kept, Names, "bot", [name])] == ["short"]
    assert said(kept) == [("bot", "other", "other")]


def test_without_a_name_all_models_of_the_program_are_let_go(kept: Bindings) -> None:
    for program in ("bot", "site"):
        bind(kept, Names(), program, ["short", "other"], NOW)
    assert len(unbind(kept, Names, "bot", ())) == 2
    assert {one.program for one in kept.all()} == {"site"}


@pytest.mark.parametrize(("program", "models"), [("nobody", []), ("bot", ["short", "never"])])
def test_what_is_not_bound_is_not_found_and_nothing_is_let_go(
    kept: Bindings, program: str, models: list[str]
) -> None:
    bind(kept, Names(), "bot", ["short"], NOW)
    with pytest.raises(NotFound):
        unbind(kept, Names, program, models)
    assert len(kept.all()) == 1
