"""What the fronts write down of a request: which route it was for, and nothing that names a model or a person."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from .material import DEPLOY, tool
from .test_front import CERTIFICATE, answers, configured, free

pytestmark = pytest.mark.once
CANARY = "secret-org"
ASKED = {
    f"/v1/models/openai/ft:gpt-4o:{CANARY}::abc?shape={CANARY}": "/v1/models",
    f"/api/v1/favourites/openai/ft:gpt-4o:{CANARY}::abc": "/api/v1/favourites",
    f"/api/v1/models?q={CANARY}": "/api/v1/models",
    "/available-models": "/available-models",
    f"/{CANARY}/api/v1/models": "",
    f"/v1/models-{CANARY}": "",
}
"""Path → what of it is written down; empty: nothing."""


@contextmanager
def running(command: list[object], folder: Path, port: int, **environ: str) -> Iterator[None]:
    """A front that is there; what it says goes to the file `said`."""
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [str(word) for word in command], stdout=said, stderr=said, env=environ or None
        )
        try:
            assert answers(port, process)
            yield
        finally:
            process.terminate()
            process.wait(20)


def ask(base_url: str) -> None:
    with httpx2.Client(base_url=base_url, verify=False, trust_env=False, timeout=60) as client:
        for path in ASKED:
            assert client.get(path, headers={"x-api-key": CANARY}).status_code in (502, 503)


def test_nginx_writes_no_names_down_not_even_of_what_fails(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    subprocess.run(
        [tool("openssl"), *CERTIFICATE.split()], cwd=tmp_path, check=True, capture_output=True
    )
    port = free()
    config = configured(tmp_path, free(), port, free())
    with running([tool("nginx"), "-e", "stderr", "-c", config], tmp_path, port):
        ask(f"https://localhost:{port}")
    written = (tmp_path / "access").read_text()
    assert [line.split()[3] for line in written.splitlines()] == [
        route or "other" for route in ASKED.values()
    ]
    assert CANARY not in written + (tmp_path / "said").read_text()


def test_caddy_writes_no_names_down_not_even_of_what_fails(tmp_path: Path) -> None:
    port = free()
    config = tmp_path / "Caddyfile"
    text = (DEPLOY / "caddy/Caddyfile").read_text("utf-8")
    for found, here in (
        ("dynamic a modeldex 8765", f"to 127.0.0.1:{free()}"),
        ("lb_try_duration 3s", "lb_try_duration 0s"),
    ):
        assert text.count(found) == 1
        text = text.replace(found, here)
    config.write_text(text)
    places = {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "PUBLIC_HOST": f"http://localhost:{port}",
    }
    command = [tool("caddy"), "run", "--adapter", "caddyfile", "--config", config]
    with running(command, tmp_path, port, **places):
        ask(f"http://localhost:{port}")
    written = (tmp_path / "said").read_text()
    assert all(f'"uri":"{route}"' in written for route in ASKED.values())
    assert "http.log.error" in written
    assert CANARY not in written
