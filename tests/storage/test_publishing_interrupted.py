import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modeldex.domain.query import Query
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current, publish, verify
from tests.storage.builders import numbered, published

pytestmark = pytest.mark.once
STEPS = ("write", "name", "point", "prune")


class _Crash(Exception):
    """Stands for whatever ends a publication half-way."""


@pytest.mark.parametrize("step", STEPS)
def test_a_publication_that_fails_leaves_the_old_or_the_new(tmp_path: Path, step: str) -> None:
    def crash(at: str) -> None:
        if at == step:
            raise _Crash

    before = published(tmp_path, 1)
    with pytest.raises(_Crash):
        publish(tmp_path, numbered(2), crash)
    found = current(tmp_path, thorough=True)
    assert found is not None
    assert (found == before) == (step != "prune")
    assert not list(tmp_path.glob(".*.tmp"))


PUBLISHER = """
import os, signal, sys
from pathlib import Path
from tests.storage.builders import numbered
from modeldex.storage.publishing import publish
folder, number, deadly = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def at_step(step):
    if step == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
print("ready", flush=True)
while True:
    publish(folder, numbered(number, 40), at_step)
    number += 1
"""


def _publisher(folder: Path, number: int, deadly: str = "never") -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, str(folder), str(number), deadly],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout
    process.stdout.readline()
    return process


needs_kill = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


@needs_kill
@pytest.mark.parametrize("step", STEPS)
def test_a_publication_killed_at_a_step_leaves_the_old_or_the_new(
    tmp_path: Path, step: str
) -> None:
    before = published(tmp_path, 1)
    with _publisher(tmp_path, 2, step) as process:
        assert process.wait(30) == -signal.SIGKILL
    found = current(tmp_path)
    assert found is not None
    assert verify(found)
    assert (found == before) == (step != "prune")


@needs_kill
@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_publications_killed_at_any_moment_leave_a_whole_catalog(
    tmp_path: Path, kills: int
) -> None:
    published(tmp_path, 1)
    chance = random.Random(11)
    for turn in range(kills):
        with _publisher(tmp_path, 1000 * turn + 2) as process:
            time.sleep(chance.uniform(0, 0.05))
            process.kill()
        found = current(tmp_path)
        assert found is not None
        assert verify(found)
        assert CatalogFile(found).count(Query()) in (1, 40)


@needs_kill
def test_two_publishers_at_once_disturb_no_reader(tmp_path: Path) -> None:
    published(tmp_path, 1)
    with _publisher(tmp_path, 2) as one, _publisher(tmp_path, 100_000) as other:
        for _ in range(100):
            found = current(tmp_path)
            assert found is not None
            assert verify(found) or not found.exists()
        one.kill()
        other.kill()
    assert current(tmp_path, thorough=True) is not None


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from tests.storage.builders import numbered
from modeldex.domain.errors import StorageError
from modeldex.storage.publishing import publish
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    publish(Path(sys.argv[1]), numbered(2, 500))
except StorageError as error:
    print(error)
"""


@needs_kill
@pytest.mark.parametrize("bytes_left", [0, 5_000, 100_000])
def test_a_full_disk_leaves_the_old_catalog_and_no_litter(tmp_path: Path, bytes_left: int) -> None:
    before = published(tmp_path, 1)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), str(bytes_left)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert "free some space" in done.stdout
    assert current(tmp_path) == before
    assert not list(tmp_path.glob(".*.tmp"))
