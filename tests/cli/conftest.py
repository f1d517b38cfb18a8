"""Runs command lines in this process and through a terminal."""

import os
import pty
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from modeldex.cli.running import run
from tests.cli.shelf import Shelf

SGR = re.compile(r"\x1b\[\d{1,2}m")


class Ran(NamedTuple):
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[list[str]]:
        """The cells of a piped list."""
        return [line.split("\t") for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def modeldex(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> Run:
    """A piped run: `modeldex("list", "--json")`."""

    def piped(*arguments: str, services: Shelf | None = None) -> Ran:
        code = run(arguments, services or shelf)
        return Ran(code, *capsys.readouterr())

    return piped


@pytest.fixture
def terminal(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run with stdout and stderr on one pseudo-terminal; all of it is in `out`."""

    def shown(*arguments: str, services: Shelf | None = None, columns: int = 100) -> Ran:
        inner, outer = pty.openpty()
        monkeypatch.setenv("COLUMNS", str(columns))
        with open(outer, "w", encoding="utf-8") as screen, monkeypatch.context() as swapped:  # noqa: PTH123
            swapped.setattr(sys, "stdout", screen)
            swapped.setattr(sys, "stderr", screen)
            code = run(arguments, services or shelf)
            screen.flush()
            os.set_blocking(inner, False)
            said = b""
            while chunk := _chunk(inner):
                said += chunk
        os.close(inner)
        return Ran(code, said.decode().replace("\r\n", "\n"), "")

    return shown


def _chunk(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""
