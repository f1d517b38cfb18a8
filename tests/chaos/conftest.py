"""What replicas lean on, in pieces that a test can take away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from modeldex.providers import packaged
from tests.loopback import LoopbackProviders, running
from tests.postgres import Postgres, binaries

NAMES = ("groq", "openrouter")


@pytest.fixture
def loopback() -> Iterator[LoopbackProviders]:
    with running([packaged()[name] for name in NAMES]) as providers:
        yield providers


@pytest.fixture
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server of this test alone, which may be stopped."""
    found = binaries()
    if found is None:
        pytest.skip("PostgreSQL's programs (initdb, postgres) are not on this machine")
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="modeldex-pg-"))
    server = Postgres(found, folder)
    try:
        yield server
    finally:
        server.stop()
