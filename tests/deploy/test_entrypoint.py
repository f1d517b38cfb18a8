"""The image's first program: secrets from files, and modeldex in its place."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from .material import DEPLOY

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]
FAKE = '#!/bin/sh\necho "$*|${PGPASSWORD-unset}|${PGPASSWORD_FILE-unset}|${secret-unset}"\nexit 7\n'


@pytest.fixture
def run(tmp_path: Path) -> Run:
    program = tmp_path / "bin" / "modeldex"
    program.parent.mkdir()
    program.write_text(FAKE)
    program.chmod(0o755)

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        path = f"{program.parent}:{os.environ['PATH']}"
        return subprocess.run(
            ["/bin/sh", DEPLOY / "entrypoint.sh", *arguments],
            env={"PATH": path, **environ},
            capture_output=True,
            text=True,
        )

    return run


def test_arguments_and_the_exit_code_go_through(run: Run) -> None:
    done = run("serve", "--host", "a b")
    assert (done.stdout, done.returncode) == ("serve --host a b|unset|unset|unset\n", 7)


def test_a_secret_is_taken_from_its_file_without_the_last_newline(run: Run, tmp_path: Path) -> None:
    (tmp_path / "password").write_text('it\'s $HOME `id` \\ "x"\n')
    done = run("x", PGPASSWORD_FILE=str(tmp_path / "password"))
    assert done.stdout.split("|")[1] == 'it\'s $HOME `id` \\ "x"'


def test_the_secret_stays_in_its_own_variable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a-password")
    done = run("x", PGPASSWORD_FILE=str(tmp_path / "password"))
    assert done.stdout.rstrip().endswith("|unset")


def test_a_file_that_cannot_be_read_stops_the_start(run: Run, tmp_path: Path) -> None:
    done = run("x", PGPASSWORD_FILE=str(tmp_path / "missing"))
    assert (done.stdout, done.returncode) == ("", 1)
    assert "PGPASSWORD_FILE" in done.stderr
