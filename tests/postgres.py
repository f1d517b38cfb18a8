"""A PostgreSQL server of the tests' own, begun when the first of them asks for it."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/pgsql-*/bin")
_ADMIN = "modeldex"
_FAST = {
    **dict.fromkeys(("fsync", "full_page_writes", "autovacuum"), "off"),
    "listen_addresses": "",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
"""What a server may leave out whose databases nobody will miss."""
_INIT = ("-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
_START_S = 30


class Postgres:
    """One server behind a socket in a folder of its own; it can be stopped and started again."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.folder = folder
        self._binaries = binaries
        self._numbers = itertools.count(1)
        self._server: subprocess.Popen[bytes] | None = None
        self._as = _unprivileged()
        if self._as:
            import pwd

            account = pwd.getpwnam(self._as)
            os.chown(folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", "data", "-U", _ADMIN, *_INIT)
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = {**_FAST, "unix_socket_directories": str(self.folder)}
        said = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._binaries / "postgres", "-D", "data", *said],
                **{"stdout": log, "stderr": log, **self._where()},
            )
        until = time.monotonic() + _START_S
        while not self._answers():
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server at once, as a fault would: connections break."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(_START_S)
            self._server = None

    def freeze(self) -> None:
        """Have the server hang with all that it does: connections stay, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._server is None:
            return
        found = subprocess.run(
            ["pgrep", "-P", str(self._server.pid)], capture_output=True, text=True
        )
        for one in (self._server.pid, *map(int, found.stdout.split())):
            with suppress(ProcessLookupError):
                os.kill(one, number)

    def url(self, database: str) -> str:
        """What `MODELDEX_DATABASE_URL` would say."""
        return f"postgresql://{_ADMIN}@/{database}?host={self.folder}"

    def database(self, template: str = "template0") -> str:
        """The name of a new database, a copy of `template`."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever still uses it."""
        self.execute(f"DROP DATABASE {database} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _answers(self) -> bool:
        import psycopg

        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / program, *arguments], capture_output=True, **self._where()
        )
        assert done.returncode == 0, done.stderr.decode()

    def _where(self) -> dict[str, object]:
        switched = {"user": self._as, "group": self._as, "extra_groups": []} if self._as else {}
        return {"cwd": self.folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}, **switched}


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs; `None` when there are none on this machine."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [folder for place in _PLACES for folder in Path("/").glob(place[1:])]
    return max((one for one in folders if (one / "initdb").exists()), default=None)


def _unprivileged() -> str | None:
    """Who runs the server when the tests run as root, which it refuses to."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody", "daemon") if name in known)


@contextmanager
def serving() -> Iterator[Postgres]:
    """A server until the block ends; the test is skipped where there is none to be had."""
    found = binaries()
    if found is None:
        pytest.skip("PostgreSQL's programs (initdb, postgres) are not on this machine")
    folder = Path(tempfile.mkdtemp(prefix="modeldex-pg-"))
    server = Postgres(found, folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of this process; tests over it are marked `once`."""
    with serving() as server:
        yield server
