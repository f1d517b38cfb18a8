import json

import pytest

from modeldex.cli import output


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (("a", 1, None, ""), "a\t1\t\t\n"),
        (("a\tb", "c"), "a\\x09b\tc\n"),
        (("a\n", None), "a\\x0a\t\n"),
        (("é\u202e", 5), "é\\u202e\t5\n"),
    ],
)
def test_a_cell_cannot_break_its_line(
    capsys: pytest.CaptureFixture[str], row: tuple[object, ...], line: str
) -> None:
    assert output.tsv([row]) == 1
    assert capsys.readouterr().out == line


@pytest.mark.parametrize("number", [0, 1, 2, 250])
def test_an_array_holds_all_its_documents(capsys: pytest.CaptureFixture[str], number: int) -> None:
    output.json_array(f'{{"n":{at}}}' for at in range(number))
    assert json.loads(capsys.readouterr().out) == [{"n": at} for at in range(number)]


@pytest.mark.parametrize(("columns", "width"), [("132", 132), ("", 80), ("0", 80), ("wide", 80)])
def test_the_width_comes_from_the_environment_first(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert output.terminal_width() == width
