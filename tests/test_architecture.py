"""The floors of the house: who may lean on whom, checked on every import in the package."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "modeldex"

FLOORS = {
    "_version": 0,
    "domain": 1,
    "dialects": 2,
    "rules": 2,
    "transport": 2,
    "storage": 2,
    "credentials": 2,
    "settings": 2,
    "providers": 3,
    "knowledge": 3,
    "service": 4,
    "wiring": 5,
    "exports": 5,
    "reporting": 5,
    "web": 6,
    "mcp": 6,
    "__init__": 6,
    "cli": 7,
    "__main__": 8,
}
"""Room → floor; a room leans only on lower floors, so siblings never see each other."""

OUTSIDERS = {
    "httpx2": {"transport"},
    "httpcore2": {"transport"},
    "socket": {"transport", "web"},
    "apsw": {"storage"},
    "apprise": {"transport"},
    "obstore": {"storage"},
    "click": {"cli"},
    "rich": {"cli"},
    "keyring": {"credentials"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "argon2": {"credentials"},
    "joserfc": {"credentials"},
    "fastapi": {"web"},
    "pydantic": {"web"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "limits": {"web"},
    "litellm": {"reporting"},
    "prometheus_client": {"web"},
    "zxcvbn": {"credentials"},
    "tomllib": {"settings", "providers", "knowledge", "service"},
}
"""Library → the only rooms that may know it."""

CLOCKLESS = {"domain", "dialects", "rules"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "handler", "data", "info", "common", "misc"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 50


class Import(NamedTuple):
    file: Path
    line: int
    room: str
    target: str
    """A room of the package, or a library."""
    own: bool

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(PACKAGE.parent)}:{self.line}"


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports() -> Iterator[Import]:
    for file in files():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                for name in node.names:
                    yield Import(file, node.lineno, room(file), name.name.split(".")[0], False)
            elif isinstance(node, ast.ImportFrom):
                yield from _from(file, node)


def _from(file: Path, node: ast.ImportFrom) -> Iterator[Import]:
    if node.level == 0:
        yield Import(file, node.lineno, room(file), (node.module or "").split(".")[0], False)
        return
    folder = file.relative_to(PACKAGE).parts[:-1]
    above = folder[: len(folder) - (node.level - 1)]
    path = (*above, *(node.module or "").split(".")) if node.module else above
    targets = [path[0]] if path else [name.name for name in node.names]
    for target in targets:
        yield Import(file, node.lineno, room(file), target, True)


def test_every_room_has_a_floor() -> None:
    strangers = {room(file) for file in files()} - FLOORS.keys()
    assert not strangers, f"give these rooms a floor in tests/test_architecture.py: {strangers}"


def test_a_room_leans_only_on_lower_floors() -> None:
    wrong = [
        f"{one.place}: {one.room} (floor {FLOORS[one.room]}) leans on {one.target}"
        f" (floor {FLOORS.get(one.target)}); move what is shared down, or pass it in"
        for one in imports()
        if one.own and one.target != one.room and FLOORS.get(one.target, 99) >= FLOORS[one.room]
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_library_is_known_only_to_its_room() -> None:
    wrong = [
        f"{one.place}: {one.target} may be imported only in {sorted(OUTSIDERS[one.target])}"
        for one in imports()
        if not one.own and one.target in OUTSIDERS and one.room not in OUTSIDERS[one.target]
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_only_wiring_looks_at_the_clock() -> None:
    wrong = [
        f"{file.relative_to(PACKAGE.parent)}:{node.lineno}: take the moment as an argument"
        for file in files()
        if room(file) != "wiring"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("pure", sorted(CLOCKLESS))
def test_pure_rooms_do_no_input_or_output(pure: str) -> None:
    doing = {"asyncio", "os", "pathlib", "socket", "sqlite3", "subprocess", "time", "logging"}
    wrong = [
        f"{one.place}: {one.target} in a pure room"
        for one in imports()
        if one.room == pure and not one.own and one.target in doing
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_only_transport_reveals_a_secret() -> None:
    wrong = [
        f"{file.relative_to(PACKAGE.parent)}: only transport may call reveal()"
        for file in files()
        if ".reveal(" in file.read_text("utf-8") and room(file) != "transport"
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_no_file_hides_behind_an_empty_name() -> None:
    wrong = [str(file) for file in files() if file.stem in FORBIDDEN_NAMES]
    assert not wrong, f"name these for what is in them: {wrong}"


def test_files_can_be_read_at_one_sitting() -> None:
    long = {
        str(file.relative_to(PACKAGE)): lines
        for file in files()
        if (lines := len(file.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long, f"which two things are they? {long}"


def test_functions_are_short() -> None:
    long = [
        f"{file.relative_to(PACKAGE)}:{node.lineno} {node.name}"
        for file in files()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno - _docstring_lines(node) > LONGEST_FUNCTION
    ]
    assert not long, f"functions over {LONGEST_FUNCTION} lines: {long}"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    text = ast.get_docstring(node, clean=False)
    return text.count("\n") + 1 if text else 0


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    silent = [
        str(file.relative_to(PACKAGE))
        for file in files()
        if not (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").strip(" .…")
    ]
    assert not silent, f"modules without a docstring: {silent}"
