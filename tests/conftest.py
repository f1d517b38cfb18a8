"""What every test can lean on: a clean environment, a fixed moment, the recordings."""

import gzip
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from tests import offline
from tests.postgres import postgres as postgres

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHARED = Path(__file__).parent.parent.parent / "shared" / "recordings"
SMALL = Path(__file__).parent / "recordings"
if not os.environ.get("CI"):
    # How long an example takes says something of the machine; Hypothesis' own profile for CI agrees.
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")
_TOKEN = re.compile(r"md[a-z]_.")
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "PYTHONDONTWRITEBYTECODE", "CI")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by their kind alone, tokens by their prefix: a compressed body carries the
    moment it was made, a token is random, and workers must still agree on every name."""
    if isinstance(val, str) and _TOKEN.match(val):
        return val[:3]
    return "bytes" if isinstance(val, bytes) else None


def pytest_configure() -> None:
    """Watch from the beginning: fixtures of a whole session ask nobody either."""
    offline.guard()


@pytest.fixture(autouse=True)
def _on_this_machine() -> Iterator[None]:
    """No test asks anybody beyond this machine, whatever becomes of it."""
    yield
    hosts, offline.tried[:] = sorted(set(offline.tried)), ()
    assert not hosts, f"asked for hosts beyond this machine: {', '.join(hosts)}"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key and no setting of the machine reaches a test; each has a home of its own."""
    for name in list(os.environ):
        if name not in _KEPT and not name.startswith(("PYTEST", "HYPOTHESIS")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MODELDEX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MODELDEX_LOCAL", "off")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "CLOUDSDK_CONFIG"):
        monkeypatch.setenv(name, str(tmp_path / "no-cloud"))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def recordings() -> Callable[[str], bytes]:
    """Full recorded bodies by their path in the recordings' index, without `.json.gz`."""
    if not SHARED.is_dir():
        pytest.skip(f"the recordings are not beside the project ({SHARED.name} is missing)")

    def read(path: str) -> bytes:
        return gzip.decompress((SHARED / f"{path}.json.gz").read_bytes())

    return read


@pytest.fixture(scope="session")
def small() -> Callable[[str], bytes]:
    """Small bodies of `tests/recordings`, by path without `.json`."""

    def read(path: str) -> bytes:
        return (SMALL / f"{path}.json").read_bytes()

    return read
