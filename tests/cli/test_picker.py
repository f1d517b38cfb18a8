import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run
from tests.cli.shelf import Shelf


class Typed(io.StringIO):
    """A terminal at which these lines are typed."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def picking(modeldex: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    def pick(typed: str, *arguments: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", Typed(typed))
        return modeldex("pick", *arguments)

    return pick


Picking = Callable[..., Ran]


def test_a_number_takes_the_model_beside_it(picking: Picking) -> None:
    ran = picking("2\n")
    second = next(line.split()[1] for line in ran.err.splitlines() if line.startswith("  2  "))
    assert (ran.code, ran.out) == (0, f"{second}\n")


def test_nothing_typed_takes_the_first(picking: Picking) -> None:
    assert picking("\n").out == "acme/sonnet-5\n"


def test_words_and_operators_narrow_the_list(picking: Picking) -> None:
    assert picking("provider:globex sonnet\n1\n").out == "globex/sonnet-5\n"


def test_an_order_that_is_typed_holds(picking: Picking) -> None:
    assert picking("sort:price\n1\n", "--all").out == "globex/sonnet-5\n"
    assert picking("sort:-price\n1\n", "--all").out == "acme/sonnet-5\n"


def test_only_what_can_be_called_may_be_typed(modeldex: Run, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdin", Typed("is:mine\n1\n"))
    folder = tmp_path / "mine"
    folder.mkdir()
    mine = Shelf(folder, keys={"globex": "env:GLOBEX_API_KEY"})
    ran = modeldex("pick", "--all", "sort:-context", services=mine)
    assert ran.out.startswith("globex/")


def test_options_narrow_it_from_the_beginning(picking: Picking) -> None:
    assert picking("1\n", "--provider", "globex", "--free").out == "globex/sonnet-5\n"


def test_an_id_is_taken_though_it_is_not_shown(picking: Picking) -> None:
    assert picking("acme/embed-1\n").out == "acme/embed-1\n"


def test_any_other_name_is_taken_as_it_is(picking: Picking) -> None:
    assert picking("= my/own-model\n").out == "my/own-model\n"


def test_what_means_nothing_is_told_and_asked_again(picking: Picking) -> None:
    ran = picking("contxt:5\n1\n")
    assert ran.out == "acme/sonnet-5\n"
    assert "contxt" in ran.err


def test_an_end_of_input_is_an_interrupt(picking: Picking) -> None:
    ran = picking("")
    assert (ran.code, ran.out) == (130, "")


def test_a_script_is_told_what_to_say_instead(modeldex: Run, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    ran = modeldex("pick")
    assert ran.code == 2
    assert "modeldex list --limit 1 --fields id" in ran.err
