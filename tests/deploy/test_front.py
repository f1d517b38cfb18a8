"""The hardened front before the real service: what it lets through, and what it lets go of."""

import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import httpx2
import pytest

from .material import DEPLOY, tool

pytestmark = pytest.mark.slow

CERTIFICATE = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout key -out cert"


class Front(NamedTuple):
    """Where the front listens, and the token of the service behind it."""

    port: int
    token: str

    def get(self, path: str, **headers: str) -> httpx2.Response:
        sent = {"authorization": f"Bearer {self.token}", **headers}
        with httpx2.Client(verify=False, trust_env=False, timeout=60) as client:
            return client.get(f"https://localhost:{self.port}{path}", headers=sent)


def free() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def configured(folder: Path, ours: int, port: int, alive: int) -> Path:
    """The front's own file, with the places of this machine for those of the containers."""
    text = (DEPLOY / "nginx/nginx.conf").read_text("utf-8")
    alone = "daemon off; worker_processes 1" + ("; user root root" if os.geteuid() == 0 else "")
    for found, here in (
        (r"(?<= )/tmp/", f"{folder}/"),
        (r"/run/secrets/tls_certificate", f"{folder}/cert"),
        (r"/run/secrets/tls_key", f"{folder}/key"),
        (r"modeldex:8765", f"127.0.0.1:{ours}"),
        (r"listen 8443 ssl", f"listen 127.0.0.1:{port} ssl"),
        (r"127\.0\.0\.1:8081", f"127.0.0.1:{alive}"),
        (r"/dev/stdout", f"{folder}/access"),
        (r"worker_processes auto", alone),
    ):
        text, times = re.subn(found, here, text)
        assert times, found
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The service behind nginx, as the compose file puts them together."""
    nginx, openssl = tool("nginx"), tool("openssl")
    folder = tmp_path_factory.mktemp("front")
    folder.chmod(0o755)
    subprocess.run([openssl, *CERTIFICATE.split()], cwd=folder, check=True, capture_output=True)
    ours, port, alive = free(), free(), free()
    places = {
        "MODELDEX_HOME": str(folder / "home"),
        "MODELDEX_LOCAL": "off",
        "PATH": "/usr/bin:/bin",
    }
    serve = [Path(sys.executable).parent / "modeldex", "serve", "--no-open", f"--port={ours}"]
    said = [f"--token-file={folder}/token", f"--allow-host=localhost:{port}"]
    with (
        subprocess.Popen([*serve, *said, "--trust-proxy=127.0.0.1"], env=places) as service,
        subprocess.Popen(
            [nginx, "-e", "stderr", "-c", configured(folder, ours, port, alive)]
        ) as before,
    ):
        try:
            assert answers(ours, service)
            assert answers(port, before)
            yield Front(port, (folder / "token").read_text().strip())
        finally:
            for process in (before, service):
                process.terminate()
                process.wait(20)


def test_the_service_answers_through_the_front(front: Front) -> None:
    assert front.get("/readyz").json() == {"status": "ready"}
    assert front.get("/v1/models").status_code == 200


def test_numbers_are_not_read_through_the_front(front: Front) -> None:
    assert front.get("/metrics").status_code == 404


def test_headers_beyond_the_limit_are_refused_by_the_front(front: Front) -> None:
    assert front.get("/readyz", **{f"x-{n}": "y" * 7000 for n in range(6)}).status_code == 400


def test_a_body_beyond_the_limit_is_refused_by_the_front(front: Front) -> None:
    with httpx2.Client(verify=False, trust_env=False, timeout=60) as client:
        met = client.post(f"https://localhost:{front.port}/v1/models", content=b"x" * (2**20 + 1))
    assert met.status_code == 413
    assert "nginx" in met.text


def drip(connection: ssl.SSLSocket) -> None:
    """Send a header that never ends, until nobody takes it any more."""
    connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    for _ in range(80):
        connection.sendall(b"y")
        time.sleep(0.5)


def test_who_sends_headers_too_slowly_is_let_go(front: Front) -> None:
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    began = time.monotonic()
    with (
        socket.create_connection(("localhost", front.port)) as plain,
        anyone.wrap_socket(plain) as slow,
        pytest.raises(OSError),  # noqa: PT011 (reset, broken pipe or TLS: the system chooses)
    ):
        drip(slow)
    assert 9 < time.monotonic() - began < 15


def test_a_made_up_sender_does_not_get_more_attempts(front: Front) -> None:
    met = [
        front.get("/v1/models", **{"authorization": "Bearer x", "x-forwarded-for": f"192.0.2.{n}"})
        for n in range(25)
    ]
    assert {one.status_code for one in met[:15]} == {401}
    assert met[-1].status_code == 429
    assert met[-1].headers["content-type"] == "application/problem+json"


def test_an_encoded_name_reaches_the_service_as_it_was_sent(front: Front) -> None:
    listed = front.get("/v1/models").json()["data"]
    name = next(one["id"] for one in listed if one["id"].count("/") > 1)
    met = front.get(f"/v1/models/{quote(name, safe='')}")
    assert met.json()["id"] == name
