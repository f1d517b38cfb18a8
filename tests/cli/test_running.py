import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from modeldex._version import __version__
from modeldex.cli import main
from modeldex.domain.errors import ModeldexError
from tests.cli.conftest import Run
from tests.cli.shelf import Shelf, model


def test_the_version_is_told(modeldex: Run) -> None:
    assert modeldex("--version").out == f"modeldex {__version__}\n"


def test_help_names_every_command(modeldex: Run) -> None:
    out = modeldex("--help").out
    assert all(f"\n  {name} " in out for name in ("list", "show", "refresh", "providers"))
    assert all(f"\n  {name} " in out for name in ("resolve", "doctor"))
    assert "5 partial" in out


def test_a_misspelt_command_is_told_the_closest(modeldex: Run) -> None:
    ran = modeldex("lst")
    assert (ran.code, ran.out) == (2, "")
    assert "Did you mean 'list'?" in ran.err


def test_a_usage_mistake_is_one_json_object_in_json_mode(modeldex: Run) -> None:
    ran = modeldex("list", "--json", "--tols")
    assert json.loads(ran.err)["error"]["code"] == "usage"
    assert ran.out == ""


def test_an_interrupt_exits_130(modeldex: Run, shelf: Shelf) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    shelf.catalog = interrupted  # type: ignore[assignment]
    assert modeldex("list").code == 130


@pytest.mark.parametrize("error", ModeldexError.__subclasses__())
def test_an_error_exits_with_its_code(
    modeldex: Run, shelf: Shelf, error: type[ModeldexError]
) -> None:
    def failing() -> None:
        raise error("it is\nso", hint="do that\nor this")

    shelf.catalog = failing  # type: ignore[assignment]
    ran = modeldex("list")
    assert (ran.code, ran.err) == (error.exit_code, "error: it is so\n  do that\n  or this\n")


READING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from modeldex.cli.context import Services
from modeldex.cli.running import run

class Reading(Services):
    def catalog(self):
        from modeldex.service.reading import Catalog
        from modeldex.storage.catalog_file import CatalogFile
        return Catalog(CatalogFile(Path(sys.argv[1])), {}, datetime.now(UTC))

code = run(sys.argv[2:], Reading())
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


def test_a_reader_that_stops_early_is_no_failure(tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    services = Shelf(many, [model(f"acme/model-{number:05}") for number in range(3000)])
    command = [sys.executable, "-c", READING, str(services.path), "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith(b"acme/model-00000")
        running.stdout.close()
        said = running.communicate()[1].decode()
    assert running.returncode == 0
    assert "Traceback" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
@pytest.mark.parametrize("arguments", [["list"], ["show", "acme/sonnet-5"]])
def test_a_full_disk_is_told_in_a_line(shelf: Shelf, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-c", READING, str(shelf.path), *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: the output cannot be written: No space left on device\n")


SERVER = (
    *("alembic", "argon2", "cryptography", "fastapi", "joserfc", "limits", "prometheus_client"),
    *("psycopg", "pydantic", "sqlalchemy", "starlette", "uvicorn", "uvloop"),
)
"""What only the service needs: the libraries of the extra `server`, and what they bring."""
HEAVY = ("asyncio", "httpx", "httpx2", "rich", "socket", *SERVER)


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["list", "tools:yes"]])
def test_reading_loads_nothing_heavy(shelf: Shelf, arguments: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", READING, str(shelf.path), *arguments],
        capture_output=True,
        check=True,
        text=True,
    )
    assert "acme/sonnet-5" in ran.stdout
    assert heavy(ran.stderr) == set()


def heavy(modules: str) -> set[str]:
    return {name.partition(".")[0] for name in modules.split()} & set(HEAVY)


MAIN = """
import sys
from modeldex.cli import main
code = main()
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


def test_once_a_catalog_is_published_listing_it_loads_nothing_heavy() -> None:
    command = [sys.executable, "-c", MAIN, "list", "--limit", "3"]
    first, second = (
        subprocess.run(command, capture_output=True, check=True, text=True) for _ in range(2)
    )
    assert first.stdout.count("\n") == 3
    assert second.stdout == first.stdout
    assert heavy(second.stderr) == set()


@pytest.mark.parametrize("command", ["show", "resolve", "list"])
def test_bytes_that_are_no_text_are_written_out_in_json(modeldex: Run, command: str) -> None:
    ran = modeldex(command, "caf\udce9", "--json")
    assert "Traceback" not in ran.err
    json.loads(ran.out or ran.err)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_stream_that_the_caller_closed_is_no_failure(shelf: Shelf, closed: str) -> None:
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", READING]
    ran = subprocess.run(
        [*command, str(shelf.path), "list", "zzzz"], capture_output=True, check=False
    )
    assert ran.returncode == 0
    assert b"Traceback" not in ran.stderr


def test_a_question_that_nobody_answers_is_told_in_a_line(modeldex: Run, shelf: Shelf) -> None:
    def asking() -> None:
        raise click.Abort

    shelf.catalog = asking  # type: ignore[assignment]
    ran = modeldex("list")
    assert (ran.code, ran.err) == (130, "nobody answered, and nothing was done\n")


WORDS = """
import sys
from modeldex.cli.context import Services
from modeldex.cli.output import note
from modeldex.cli.running import run

class Talking(Services):
    def catalog(self):
        for number in range(20_000):
            note(f"word {number}")
        raise KeyboardInterrupt

sys.exit(run(["list"], Talking()))
"""


def test_words_that_nobody_reads_any_more_stop_nothing() -> None:
    command = [sys.executable, "-c", WORDS]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        assert running.stderr.readline() == b"word 0\n"
        running.stderr.close()
    assert running.returncode == 130


def test_data_and_words_in_one_pipe_that_is_not_read_any_more_are_no_failure(
    tmp_path: Path,
) -> None:
    many = tmp_path / "many"
    many.mkdir()
    services = Shelf(many, [model(f"acme/model-{number:05}") for number in range(3000)])
    reading = READING.replace("print(*sys.modules, file=sys.stderr)\n", "")
    command = [sys.executable, "-c", reading, str(services.path), "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.stdout.close()
    assert running.returncode == 0


def test_an_interrupt_before_anything_has_begun_exits_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("modeldex.cli.running.run", interrupted)
    monkeypatch.setattr("gc.set_threshold", lambda _number: None)
    assert main() == 130
