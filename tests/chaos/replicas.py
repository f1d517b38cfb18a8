"""Replicas of the service as real processes, on a database and a store that can be taken away."""

import base64
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

from tests.credentials.rings import key

MODELDEX = Path(sys.executable).with_name("modeldex")
PASSWORD = "four unrelated words of {name}"
PATIENCE_S = 60.0


def until(true: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> float:
    """Wait for something to come true; how many seconds that took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < patience_s, f"never came: {what}"
        time.sleep(0.05)
    took = time.monotonic() - began
    print(f"{what}: after {took:.1f} s")
    return took


class Person(NamedTuple):
    """Somebody who has signed in."""

    name: str
    access: str


class Replica:
    """One process of `modeldex serve --multi-user`."""

    def __init__(self, name: str, home: Path, environ: Mapping[str, str]) -> None:
        self.name, self.home = name, home
        self.said = home.with_suffix(".said")
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [MODELDEX, "serve", "--multi-user", "--no-open", "--port", "0"],
                env={**environ, "MODELDEX_HOME": str(home)},
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    @property
    def address(self) -> str:
        found = re.search(r"^http://\S+$", self.said.read_text(), re.MULTILINE)
        return found[0] if found else ""

    @property
    def ready(self) -> bool:
        assert self.process.poll() is None, self.said.read_text()
        return bool(self.address) and self.get("/readyz") == 200

    @property
    def catalog(self) -> str:
        """The hash of the catalog that this machine has; empty while it has none."""
        path = self.home / "catalog" / "current"
        return path.read_text("ascii").strip() if path.exists() else ""

    def client(self, who: Person | None = None) -> httpx2.Client:
        sent = {"authorization": f"Bearer {who.access}"} if who else {}
        return httpx2.Client(base_url=self.address, headers=sent, trust_env=False, timeout=40)

    def get(self, path: str, who: Person | None = None) -> int:
        """The status of an answer; 0 where nobody listens."""
        try:
            with self.client(who) as client:
                return client.get(path).status_code
        except httpx2.TransportError:
            return 0

    def first(self, name: str = "ada") -> Person:
        """The first administrator, by the code that was printed."""
        (code,) = re.findall(r"set-up code: (\S+)", self.said.read_text())
        said = {"name": name, "password": PASSWORD.format(name=name), "code": code}
        with self.client() as client:
            made = client.post("/api/v1/setup", json=said)
        assert made.status_code == 201, made.text
        return self.sign_in(name)

    def sign_in(self, name: str) -> Person:
        with self.client() as client:
            said = {"name": name, "password": PASSWORD.format(name=name)}
            answer = client.post("/api/v1/session", json=said)
        assert answer.status_code == 201, answer.text
        return Person(name, answer.json()["access"])

    def add_key(self, who: Person, url: str, key: str) -> httpx2.Response:
        body = {"provider": "groq", "key": key, "base_url": url}
        with self.client(who) as client:
            return client.post("/api/v1/connections", json=body)

    def check_keys(self, who: Person) -> None:
        """Have every key of somebody checked."""
        with self.client(who) as client:
            for one in client.get("/api/v1/connections").json()["connections"]:
                answer = client.post(f"/api/v1/connections/{one['id']}/check")
                assert answer.status_code == 200, answer.text

    def opened(self, who: Person) -> list[str]:
        """The ids of the models that somebody's keys open."""
        with self.client(who) as client:
            answer = client.get("/available-models")
        assert answer.status_code == 200, answer.text
        return [model["id"] for one in answer.json()["providers"] for model in one["models"]]

    def kill(self) -> None:
        """As a machine that loses its power."""
        self.process.kill()
        self.process.wait(30)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


class Installation:
    """What replicas share: a configuration, a database, a store."""

    def __init__(
        self, folder: Path, config: str, database: str, store: str, more: Mapping[str, str]
    ) -> None:
        self.folder = folder
        (folder / "config.toml").write_text(f"{config}\n[store]\nlook_every_s = 0.5\n")
        self.environ = {
            "PATH": os.environ["PATH"],
            "PYTHONUNBUFFERED": "1",
            "MODELDEX_CONFIG": str(folder / "config.toml"),
            "MODELDEX_LOCAL": "off",
            "MODELDEX_DATABASE_URL": database,
            "MODELDEX_STORE": store,
            "MODELDEX_MASTER_KEY": f"1:{base64.b64encode(key(1)).decode()}",
            "MODELDEX_ALLOW_NETWORKS": "127.0.0.0/8",
            **more,
        }
        self.replicas: list[Replica] = []

    def replica(self, **more: str) -> Replica:
        """A process that is just starting."""
        name = f"replica-{len(self.replicas) + 1}"
        made = Replica(name, self.folder / name, {**self.environ, **more})
        self.replicas.append(made)
        return made

    def ready(self, count: int) -> list[Replica]:
        """So many more, which answer."""
        made = [self.replica() for _ in range(count)]
        for one in made:
            until(lambda one=one: one.ready, f"{one.name} is ready")
        return made

    def command(self, *said: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command of the operator's own machine."""
        environ = {**self.environ, "MODELDEX_HOME": str(self.folder / "operator"), **more}
        return subprocess.run(
            [MODELDEX, *said], env=environ, capture_output=True, text=True, timeout=60
        )

    def written(self) -> str:
        """All that replicas ever said."""
        return "".join(one.said.read_text() for one in self.replicas)


@contextmanager
def installed(
    folder: Path, config: str, database: str, store: str, **more: str
) -> Iterator[Installation]:
    """An installation whose processes end with the block."""
    made = Installation(folder, config, database, store, more)
    try:
        yield made
    finally:
        for one in made.replicas:
            one.end()
