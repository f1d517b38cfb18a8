import json
from decimal import Decimal
from pathlib import Path

import pytest

from modeldex.domain.capability import Access
from modeldex.domain.price import Price
from tests.cli.conftest import SGR, Run
from tests.cli.shelf import HOSTILE, Shelf, model, price


def test_a_piped_list_is_tab_separated_with_raw_numbers(modeldex: Run) -> None:
    assert modeldex("list", "sonnet").rows == [
        [
            "acme/sonnet-5",
            "1000000",
            "128000",
            "3",
            "15",
            "tools,vision,reason",
            "2026-11-15",
            "new",
        ],
        [
            *("acme/sonnet-4", "200000", "64000", "0.15", "0.6", "tools", "2026-03-01"),
            "retires 2026-12-01",
        ],
        ["globex/sonnet-5", "131072", "", "0", "0", "", "", ""],
    ]


def test_a_piped_list_says_nothing_else(modeldex: Run) -> None:
    assert modeldex("list").err == ""


def ids(rows: list[list[str]]) -> set[str]:
    return {row[0].partition("/")[2] for row in rows}


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], {"sonnet-5", "sonnet-4", "mystery", "router"}),
        (["--kind", "all"], {"sonnet-5", "sonnet-4", "mystery", "router", "embed-1"}),
        (["--all-kinds"], {"sonnet-5", "sonnet-4", "mystery", "router", "embed-1"}),
        (["--kind", "embedding"], {"embed-1"}),
        (["kind:embedding"], {"embed-1"}),
        (["-kind:embedding"], {"sonnet-5", "sonnet-4", "router"}),
        (["-is:deprecated"], {"sonnet-5", "mystery", "router"}),
        (["--tools"], {"sonnet-5", "sonnet-4"}),
        (["--tools", "--vision"], {"sonnet-5"}),
        (["--reasoning"], {"sonnet-5"}),
        (["--min-context", "200k"], {"sonnet-5", "sonnet-4"}),
        (["--max-price", "0.15"], {"sonnet-5", "sonnet-4"}),
        (["--free"], {"sonnet-5"}),
        (["--provider", "globex"], {"sonnet-5", "router"}),
        (["--provider", "globex,acme", "price:<1"], {"sonnet-5", "sonnet-4"}),
        (["sonnet", "released:>2026-06"], {"sonnet-5"}),
        (["modality:image"], {"sonnet-5"}),
    ],
)
def test_filters_choose_models(modeldex: Run, arguments: list[str], found: set[str]) -> None:
    ran = modeldex("list", *arguments)
    assert (ran.code, ids(ran.rows)) == (0, found)


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        ([], "acme/sonnet-5"),
        (["--sort", "price"], "globex/sonnet-5"),
        (["--sort", "-price"], "acme/sonnet-5"),
        (["--sort", "context"], "globex/sonnet-5"),
        (["sort:newest", "--sort", "id"], "acme/mystery"),
    ],
)
def test_a_list_has_an_order(modeldex: Run, arguments: list[str], first: str) -> None:
    assert modeldex("list", *arguments).rows[0][0] == first


def test_options_may_stand_anywhere(modeldex: Run) -> None:
    assert modeldex("list", "--json", "sonnet") == modeldex("--json", "list", "sonnet")


def test_with_a_key_only_what_it_opens_is_listed(modeldex: Run, tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    mine = Shelf(tmp_path / "mine", keys={"globex": "env:GLOBEX_API_KEY"})
    assert ids(modeldex("list", services=mine).rows) == {"sonnet-5", "router"}
    assert len(modeldex("list", "--all", services=mine).rows) == 5


def test_json_is_one_array_of_whole_models(modeldex: Run) -> None:
    models = json.loads(modeldex("list", "--json").out)
    assert len(models) == 5
    assert models[0]["price"]["input"] == "3"
    assert models[0]["available"] is False


def test_json_without_a_match_is_an_empty_array(modeldex: Run) -> None:
    assert json.loads(modeldex("list", "nothing-like-it", "--json").out) == []


def test_a_limit_holds_for_json_too(modeldex: Run) -> None:
    assert len(json.loads(modeldex("list", "--json", "--limit", "2").out)) == 2


def test_chosen_fields_make_json_objects(modeldex: Run) -> None:
    ran = modeldex("list", "--json", "--fields", "id,price.input,tools", "--limit", "1")
    assert json.loads(ran.out) == [{"id": "acme/sonnet-5", "price.input": "3", "tools": True}]


def test_chosen_fields_make_tab_separated_cells(modeldex: Run) -> None:
    ran = modeldex("list", "sonnet-5", "--fields", "provider,tools,input_modalities,lab")
    assert ran.rows == [["acme", "true", "text,image", "Acme"], ["globex", "false", "", ""]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fields", "id,contxt_window"], "Did you mean context_window?"),
        (["--tols"], "Did you mean '--tools'?"),
        (["--sort", "pric"], "did you mean price?"),
        (["--max-price", "cheap"], "USD per million tokens"),
        (["--min-context", "1.5"], "whole number"),
        (["--kind", "chatt"], "did you mean kind:chat?"),
        (["--all", "--mine"], "exclude each other"),
        (["--limit", "-1"], "--limit"),
        (["provder:acme"], "did you mean provider:acme?"),
    ],
)
def test_a_mistake_exits_2_with_a_way_out(modeldex: Run, arguments: list[str], said: str) -> None:
    ran = modeldex("list", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: ")
    assert said in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["embed"], "1 of other kinds: add --kind all"),
        (["mystery", "--tools"], "of 1 what was asked is unknown"),
        (["sonet-5"], "closest: acme/sonnet-5"),
        (["size:70b"], "size: is no operator, and was looked for as a word"),
    ],
)
def test_no_match_names_a_way_out(modeldex: Run, arguments: list[str], said: str) -> None:
    ran = modeldex("list", *arguments)
    assert (ran.code, ran.out) == (0, "")
    assert f"no model matches · {said}" in ran.err


def test_a_terminal_shows_a_table_and_a_footer(terminal: Run) -> None:
    lines = SGR.sub("", terminal("list").out).splitlines()
    assert lines[0].split() == [
        *("MODEL", "CONTEXT", "OUT", "$/M", "IN", "/", "OUT", "CAN", "RELEASED", "STATUS")
    ]
    assert lines[1].split()[:6] == ["acme/sonnet-5", "1M", "128K", "$3.00", "/", "$15.00"]
    assert lines[-1] == "5 of 6 models · catalog 2026-11-20 11:48 UTC (12 min old)"


def test_prices_in_a_table_are_never_guessed(terminal: Run) -> None:
    out = SGR.sub("", terminal("list", "--fields", "id", "--kind", "all").out)
    table = SGR.sub("", terminal("list", "--sort", "id").out).splitlines()
    assert "acme/embed-1" in out
    assert [line.split()[2 if "mystery" in line else 1] for line in table[1:2]] == ["—"]
    assert "varies" in next(line for line in table if "router" in line)
    assert "free" in next(line for line in table if "globex/sonnet-5" in line)


def test_a_limited_table_says_how_to_see_the_rest(terminal: Run) -> None:
    assert "2 of 5 models · --limit 0 shows all" in terminal("list", "--limit", "2").out


def test_the_footer_counts_what_is_unknown(terminal: Run) -> None:
    out = terminal("list", "--tools").out
    assert "2 left out because what was asked is unknown of them" in out


def test_the_footer_names_stale_providers(terminal: Run, tmp_path) -> None:
    from modeldex.domain.outcome import Outcome

    (tmp_path / "sick").mkdir()
    sick = Shelf(tmp_path / "sick", outcome=Outcome.TIMEOUT)
    assert "Acme stale 2 h (timeout)" in terminal("list", services=sick).out


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_table_fits_the_terminal(terminal: Run, columns: int) -> None:
    lines = SGR.sub("", terminal("list", columns=columns).out).splitlines()[:-1]
    assert max(map(len, lines)) <= columns
    assert lines[1].startswith("acme/sonnet-5")


@pytest.mark.parametrize("name", ["NO_COLOR", "--no-color", "TERM"])
def test_colour_can_be_refused(terminal: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert SGR.search(terminal("list").out)
    if not name.startswith("--"):
        monkeypatch.setenv(name, "dumb")
    assert not SGR.search(terminal("list", *([name] if name.startswith("--") else [])).out)


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["show", HOSTILE]])
def test_hostile_names_reach_no_terminal(terminal: Run, tmp_path, arguments: list[str]) -> None:
    (tmp_path / "bad").mkdir()
    services = Shelf(tmp_path / "bad", [model(HOSTILE, name=HOSTILE, lab=HOSTILE)])
    ran = terminal(*arguments, services=services, columns=200)
    bare = SGR.sub("", ran.out)
    assert ran.code == 0
    assert all(char.isprintable() or char == "\n" for char in bare)
    assert "[bold]:smile:" in bare


def test_hostile_names_keep_a_piped_list_in_lines(modeldex: Run, tmp_path) -> None:
    (tmp_path / "bad").mkdir()
    services = Shelf(tmp_path / "bad", [model("acme/a\tb\nc\x1b[2J", name="x")])
    assert modeldex("list", services=services).rows[0][0] == r"acme/a\x09b\x0ac\x1b[2J"


@pytest.mark.parametrize("asked", ["--free", "is:free", "price-tier:free"])
def test_free_is_only_what_charges_for_nothing_at_all(
    modeldex: Run, tmp_path: Path, asked: str
) -> None:
    (tmp_path / "priced").mkdir()
    offers = {
        "acme/free": price("0", "0"),
        "acme/pictures": price("0", "0", image=Decimal("0.04")),
        "acme/answers": price("0", "1"),
        "acme/routed": Price(input=Decimal(0), varies=True),
        "acme/seconds": Price(second=Decimal("0.1")),
        "acme/unknown": Price(output=Decimal(0)),
    }
    priced = Shelf(
        tmp_path / "priced", models=[model(name, price=one) for name, one in offers.items()]
    )
    assert ids(modeldex("list", asked, services=priced).rows) == {"free"}


def closed(tmp_path: Path, count: int) -> Shelf:
    (tmp_path / "closed").mkdir()
    facts = {"access": Access.NOT_CALLABLE, "access_note": "ask first"}
    return Shelf(tmp_path / "closed", [model(f"acme/{n}", **facts) for n in range(count)])


def test_a_model_that_cannot_be_called_says_why(terminal: Run, tmp_path: Path) -> None:
    out = terminal("list", "--all", services=closed(tmp_path, 1), columns=120).out
    assert "not-callable" in out
    assert "acme/0 cannot be called: ask first" in out


def test_of_many_that_cannot_be_called_a_few_say_why(terminal: Run, tmp_path: Path) -> None:
    out = terminal("list", "--all", services=closed(tmp_path, 9), columns=120).out
    assert out.count("cannot be called: ask first") == 3
    assert "nor can 6 more" in out


def test_a_program_reads_that_a_model_cannot_be_called(modeldex: Run, tmp_path: Path) -> None:
    ran = modeldex("list", "--all", services=closed(tmp_path, 1))
    assert ran.out.rstrip("\n").split("\t")[-1] == "not-callable"


@pytest.mark.parametrize(("asked", "count"), [("not-callable", 2), ("callable", 0)])
def test_a_query_finds_what_cannot_be_called(
    modeldex: Run, tmp_path: Path, asked: str, count: int
) -> None:
    ran = modeldex("list", f"access:{asked}", "--all", services=closed(tmp_path, 2))
    assert len(ran.out.splitlines()) == count


def test_a_limit_beyond_all_numbers_that_are_kept_is_only_large(modeldex: Run) -> None:
    assert modeldex("list", "--limit", "9" * 23).rows == modeldex("list").rows


@pytest.mark.parametrize("asked", [["--provider", "acmee"], ["provider:acmee"]])
@pytest.mark.parametrize("shape", [[], ["--json"]])
def test_a_provider_that_nobody_knows_is_told_beside_the_empty_list(
    modeldex: Run, asked: list[str], shape: list[str]
) -> None:
    ran = modeldex("list", *asked, *shape)
    assert ran.code == 0
    assert "there is no provider 'acmee'; did you mean acme?" in ran.err


def test_a_provider_that_is_known_is_not_remarked_on(modeldex: Run) -> None:
    assert modeldex("list", "--provider", "ACME").err == ""


@pytest.mark.parametrize("columns", [60, 80])
def test_a_footer_takes_as_many_lines_as_the_terminal_is_narrow(
    terminal: Run, columns: int
) -> None:
    lines = SGR.sub("", terminal("list", "--tools", columns=columns).out).splitlines()
    assert max(map(len, lines)) <= columns + len(" because what was asked is unknown of them")
    assert lines[-1] == "catalog 2026-11-20 11:48 UTC (12 min old)"
