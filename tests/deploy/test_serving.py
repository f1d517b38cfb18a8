"""The image's own command over a real PostgreSQL: the first administrator comes in."""

import ast
import base64
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.postgres import Postgres

from .material import DEPLOY
from .test_front import free

pytestmark = [pytest.mark.slow, pytest.mark.once]

ADMIN = {"name": "ada", "password": "a horse that staples batteries"}


def command(port: int) -> list[str]:
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    (said,) = re.findall(r"^CMD (\[.+\])$", image, re.MULTILINE)
    return [one.replace("8765", str(port)) for one in ast.literal_eval(said)]


def ready(address: str, process: subprocess.Popen[str]) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx2.get(f"{address}/readyz", trust_env=False, timeout=60).status_code == 200:
                return True
        except httpx2.ConnectError:
            time.sleep(0.05)
    return False


@pytest.fixture
def service(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Where it answers, and all that it said until it was ready."""
    key, said, port = tmp_path / "master-key", tmp_path / "said", free()
    key.write_bytes(base64.b64encode(secrets.token_bytes(32)))
    key.chmod(0o440)
    (tmp_path / "config.toml").write_text("[refresh]\nin_service = false\n")
    (tmp_path / "password").write_text("not asked for over a socket\n")
    environ = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONUNBUFFERED": "1",
        "MODELDEX_HOME": str(tmp_path / "home"),
        "MODELDEX_CONFIG": str(tmp_path / "config.toml"),
        "MODELDEX_LOCAL": "off",
        "MODELDEX_MASTER_KEY_FILE": str(key),
        "MODELDEX_DATABASE_URL": postgres.url(postgres.database()),
        "PGPASSWORD_FILE": str(tmp_path / "password"),
    }
    start, address = ["/bin/sh", DEPLOY / "entrypoint.sh"], f"http://127.0.0.1:{port}"
    with (
        said.open("w") as log,
        subprocess.Popen(
            [*start, *command(port)], env=environ, stdout=log, stderr=log, text=True
        ) as process,
    ):
        try:
            assert ready(address, process), said.read_text()
            yield address, said.read_text()
        finally:
            process.terminate()
            process.wait(30)


def test_the_image_lets_the_first_administrator_in(service: tuple[str, str]) -> None:
    address, said = service
    with httpx2.Client(base_url=address, trust_env=False, timeout=60) as client:
        codes = [word for word in re.findall(r"\S{20,}", said) if "://" not in word]
        made = [client.post("/api/v1/setup", json={**ADMIN, "code": code}) for code in codes]
        assert [one.status_code for one in made].count(201) == 1, said
        session = client.post("/api/v1/session", json=ADMIN)
    assert session.status_code == 201


def test_the_image_answers_nobody_without_a_token(service: tuple[str, str]) -> None:
    address, _ = service
    assert httpx2.get(f"{address}/v1/models", trust_env=False, timeout=60).status_code == 401
