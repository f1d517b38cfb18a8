"""What `import modeldex` promises: a short list of names, nothing opened, nothing heavy loaded."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import modeldex

WATCH = """
import json, sys
events = []
sys.addaudithook(lambda name, args: events.append([name, str(args[0]) if args else ""]))
{work}
print("\\n" + json.dumps([events, sorted(sys.modules)]))
"""
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.__new__")
HEAVY = ("httpx2", "httpcore2", "asyncio", "rich", "fastapi", "sqlalchemy", "cryptography")


def watched(work: str) -> tuple[list[list[str]], list[str]]:
    """The audit events and the modules of a fresh process that does `work`."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH.format(work=work)], capture_output=True, text=True, check=True
    )
    events, modules = json.loads(done.stdout.rpartition("\n\n")[2] or done.stdout.splitlines()[-1])
    return events, modules


@pytest.fixture
def first_catalog() -> None:
    modeldex.open_catalog()


def test_the_face_is_sorted_and_every_name_is_there() -> None:
    assert modeldex.__all__ == sorted(modeldex.__all__)
    assert all(
        getattr(modeldex, name).__doc__ for name in modeldex.__all__ if name != "__version__"
    )


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nosuch"):
        modeldex.nosuch  # noqa: B018


def test_the_package_is_typed() -> None:
    assert (Path(modeldex.__file__).parent / "py.typed").exists()


def test_importing_opens_no_socket_and_reads_no_file_but_modules() -> None:
    events, modules = watched("import modeldex")
    assert not [event for event in events if event[0] in NETWORK]
    opened = [
        path for name, path in events if name == "open" and not path.endswith((".py", ".pyc"))
    ]
    assert not [path for path in opened if "modeldex" in path]
    assert "msgspec" not in modules


@pytest.mark.usefixtures("first_catalog")
@pytest.mark.parametrize(
    "work",
    [
        "import modeldex; modeldex.list_models(limit=3)",
        "import modeldex; modeldex.resolve('gpt-5')",
        "from modeldex.cli.running import run; run(['list', '--limit', '3'])",
        "from modeldex.cli.running import run; run(['show', 'openai/gpt-5-mini'])",
        "from modeldex.cli.running import run; run(['export', '--format', 'csv', '--limit', '3'])",
        "from modeldex.cli.running import run; run(['export', '--format', 'litellm', '--all'])",
    ],
)
def test_reading_opens_no_socket_and_loads_nothing_heavy(work: str) -> None:
    events, modules = watched(work)
    assert not [event for event in events if event[0] in NETWORK]
    assert not [name for name in HEAVY if name in modules]


def test_reading_works_inside_a_running_event_loop() -> None:
    work = "import asyncio, modeldex\nasync def go(): assert modeldex.list_models(limit=1)\nasyncio.run(go())"
    _, modules = watched(work)
    assert "modeldex.service.reading" in modules


def test_refreshing_works_inside_a_running_event_loop() -> None:
    work = (
        "import asyncio, modeldex\n"
        "async def go(): assert modeldex.refresh(offline=True).catalog\n"
        "asyncio.run(go())"
    )
    _, modules = watched(work)
    assert "modeldex.service.refresh" in modules


def test_without_a_folder_that_can_be_written_the_packaged_catalog_is_read(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder belongs")
    work = (
        f"import os; os.environ['MODELDEX_HOME'] = {str(blocked)!r}\n"
        "import modeldex; assert modeldex.list_models(limit=3)"
    )
    _, modules = watched(work)
    assert "modeldex.service.reading" in modules


def test_a_filter_that_means_nothing_is_told() -> None:
    with pytest.raises(modeldex.ModeldexError, match="nosuch"):
        modeldex.list_models(nosuch=True)


@pytest.mark.parametrize("name", [None, 5, b"gpt-5", ["gpt-5"]])
@pytest.mark.parametrize("ask", [modeldex.get, modeldex.resolve])
def test_a_name_that_is_no_text_is_told(ask: Callable[[Any], object], name: object) -> None:
    with pytest.raises(modeldex.ModeldexError, match="is to be text, not"):
        ask(name)


def test_a_limit_may_be_as_large_as_one_likes() -> None:
    assert modeldex.list_models("gpt-5", limit=10**30) == modeldex.list_models("gpt-5")


def test_a_name_that_nobody_knows_is_bound_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="no model is known as zzz"):
        modeldex.bind("bot", ["zzz"])


def test_the_names_that_the_documentation_binds_and_locks_lead_to_models() -> None:
    root = Path(__file__).parent.parent
    text = (root / "README.md").read_text("utf-8")
    text += (root / "docs" / "how-to" / "be-told.md").read_text("utf-8")
    said = re.findall(r"modeldex (?:lock add|bind [a-z][\w-]+) ([^#\n]+)", text)
    said += [
        names
        for line in re.findall(r"modeldex\.bind\([^\n]+", text)
        for names in re.findall(r'"([^"]+)"', line)[1:]
    ]
    names = " ".join(said).split()
    assert len(names) > 5
    assert not [name for name in names if modeldex.resolve(name).how == "passed-through"]


def test_a_provider_that_nobody_knows_has_no_models_and_there_is_a_warning() -> None:
    with pytest.warns(UserWarning, match="there is no provider 'grok'; did you mean groq"):
        assert modeldex.list_models(provider="grok") == []
