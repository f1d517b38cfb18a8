import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from modeldex.domain.errors import StorageError
from modeldex.domain.outcome import Outcome
from modeldex.storage.state import Attempt, State
from tests.conftest import NOW

FAILED = Attempt(
    connection="acme:1",
    provider="acme",
    at=NOW,
    outcome=Outcome.TIMEOUT,
    message="no answer",
    failures=3,
    open_until=NOW + timedelta(minutes=2),
    retry_after_s=1.5,
)
FINE = Attempt(connection="acme:2", provider="acme", at=NOW, outcome=Outcome.OK)


def test_nothing_is_remembered_at_first(tmp_path: Path) -> None:
    assert State(tmp_path / "new").attempts() == {}
    assert not (tmp_path / "new").exists()


def test_attempts_are_remembered_by_connection(tmp_path: Path) -> None:
    State(tmp_path).record(FAILED)
    State(tmp_path).record(FINE)
    assert State(tmp_path).attempts() == {"acme:1": FAILED, "acme:2": FINE}


def test_a_later_attempt_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    state = State(tmp_path)
    later = Attempt(connection="acme:1", provider="acme", at=NOW, outcome=Outcome.OK)
    for attempt in (FAILED, later):
        state.record(attempt)
    assert state.attempts() == {"acme:1": later}


def test_threads_record_side_by_side(tmp_path: Path) -> None:
    def record(number: int) -> None:
        name = f"acme:{number}"
        State(tmp_path).record(
            Attempt(connection=name, provider="acme", at=NOW, outcome=Outcome.OK)
        )

    threads = [threading.Thread(target=record, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(State(tmp_path).attempts()) == 12


@pytest.mark.parametrize("body", [b"", b"no database", bytes(5000), b"SQLite format 3\x00" * 90])
def test_a_damaged_memory_is_begun_anew(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "attempts.db").write_bytes(body)
    state = State(tmp_path)
    assert state.attempts() == {}
    state.record(FINE)
    assert state.attempts() == {"acme:2": FINE}


def test_a_damaged_memory_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "attempts.db").write_bytes(b"no database")
    State(tmp_path).attempts()
    assert (tmp_path / "attempts.db.corrupt").read_bytes() == b"no database"


def test_a_memory_of_another_format_is_begun_anew(tmp_path: Path) -> None:
    db = apsw.Connection(str(tmp_path / "attempts.db"))
    db.execute("PRAGMA user_version = 99")
    db.close()
    assert State(tmp_path).attempts() == {}


def test_a_header_that_forbids_writing_is_taken_for_damage(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.record(FAILED)
    body = bytearray(state.path.read_bytes())
    body[18] = 9
    state.path.write_bytes(body)
    state.record(FINE)
    assert state.attempts() == {"acme:2": FINE}


@pytest.mark.parametrize("rounds", [100, pytest.param(1500, marks=pytest.mark.slow)])
def test_no_flipped_byte_breaks_the_memory(tmp_path: Path, rounds: int) -> None:
    state, chance = State(tmp_path), random.Random(5)
    state.record(FAILED)
    whole = state.path.read_bytes()
    for _ in range(rounds):
        body = bytearray(whole)
        body[chance.randrange(len(body))] ^= chance.randrange(1, 256)
        state.path.write_bytes(body)
        assert len(state.attempts()) <= 1
        state.record(FAILED)
        assert FAILED in state.attempts().values()


def test_a_memory_that_cannot_be_written_is_named_with_advice(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    with pytest.raises(StorageError, match=r"state.*MODELDEX_HOME"):
        State(tmp_path / "state").record(FINE)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from tests.storage.test_state import FINE
from modeldex.domain.errors import StorageError
from modeldex.storage.state import State
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    State(Path(sys.argv[1])).record(FINE)
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes")
def test_a_full_disk_is_named_with_advice(tmp_path: Path) -> None:
    assert "attempts.db cannot be written" in _run(FULL_DISK, tmp_path).communicate()[0]


def _run(code: str, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


HOLDER = """
import sys, time
from pathlib import Path
from modeldex.storage.state import State
with State(Path(sys.argv[1])).only_one_refresh(30) as had:
    print(had, flush=True)
    time.sleep(60)
"""


@contextmanager
def _holder(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    with _run(HOLDER, folder) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


def test_the_first_to_come_refreshes(tmp_path: Path) -> None:
    with State(tmp_path / "new").only_one_refresh(0) as had:
        assert had


def test_a_second_process_waits_no_longer_than_it_said(tmp_path: Path) -> None:
    with _holder(tmp_path):
        began = time.monotonic()
        with State(tmp_path).only_one_refresh(0.3) as had:
            assert not had
        assert 0.2 < time.monotonic() - began < 30


def test_a_second_thread_does_not_get_in(tmp_path: Path) -> None:
    with State(tmp_path).only_one_refresh(0), State(tmp_path).only_one_refresh(0) as had:
        assert not had


def test_the_lock_is_free_after_use(tmp_path: Path) -> None:
    for _ in range(2):
        with State(tmp_path).only_one_refresh(0) as had:
            assert had


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), State(tmp_path).only_one_refresh(0):
        raise KeyError
    with State(tmp_path).only_one_refresh(0) as had:
        assert had


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        threading.Timer(0.2, process.kill).start()
        with State(tmp_path).only_one_refresh(20) as had:
            assert had


def test_attempts_are_recorded_while_somebody_refreshes(tmp_path: Path) -> None:
    with State(tmp_path).only_one_refresh(0):
        State(tmp_path).record(FINE)
    assert State(tmp_path).attempts() == {"acme:2": FINE}


def test_a_damaged_lock_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "refresh.lock").write_bytes(b"x" * 5000)
    with State(tmp_path).only_one_refresh(0) as had:
        assert had


@pytest.mark.parametrize("processes", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_only_one_of_many_processes_has_the_lock_at_a_time(tmp_path: Path, processes: int) -> None:
    running = [_run(TAKE_TURNS, tmp_path) for _ in range(processes)]
    assert [process.communicate(timeout=60)[0] for process in running] == ["True\n"] * processes
    log = (tmp_path / "log").read_text().split()
    assert log == ["in", "out"] * processes


TAKE_TURNS = """
import sys, time
from pathlib import Path
from modeldex.storage.state import State
folder = Path(sys.argv[1])
def log(word):
    with (folder / "log").open("a") as file:
        file.write(word + "\\n")
with State(folder).only_one_refresh(50) as had:
    log("in")
    time.sleep(0.02)
    log("out")
    print(had)
"""
