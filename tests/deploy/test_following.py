"""The manifests' own commands, over a real S3 protocol: what the refresher publishes, a replica serves."""

import base64
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.buckets import s3

from .material import DEPLOY, pods, settings
from .test_front import free
from .test_serving import command, ready

pytestmark = pytest.mark.slow

CONFIG = """
[refresh]
only = ["groq"]
local = false
knowledge_ttl_s = 0
in_service = false
[store]
look_every_s = 1
[providers.groq]
base_url = "http://127.0.0.1:1/v1"
"""
"""A provider that is down: the catalog that is published has what is known without it."""


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder of programs as the image has them."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "modeldex-entrypoint").symlink_to(DEPLOY / "entrypoint.sh")
    (programs / "modeldex").symlink_to(Path(sys.executable).parent / "modeldex")
    (tmp_path / "config.toml").write_text(CONFIG)
    return programs


def environment(image: Path, bucket: Mapping[str, str]) -> dict[str, str]:
    """The pods' environment, with the bucket of this test and its secrets in files."""
    folder = image.parent
    files = {"AWS_ACCESS_KEY_ID": folder / "id", "AWS_SECRET_ACCESS_KEY": folder / "secret"}
    for name, path in files.items():
        path.write_text(bucket[name])
    store = settings()["MODELDEX_STORE"]
    return {
        **{f"{name}_FILE": str(path) for name, path in files.items()},
        **{name: bucket[name] for name in ("AWS_ENDPOINT_URL", "AWS_REGION")},
        "MODELDEX_STORE": store,
        "MODELDEX_CONFIG": str(folder / "config.toml"),
        "MODELDEX_LOCAL": "off",
        "GROQ_API_KEY": "a-key",
        "PATH": f"{image}:/usr/bin:/bin",
    }


@contextmanager
def serving(home: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A replica by the image's own command, once it is ready; terminated in the end."""
    key, port = home.parent / "master-key", free()
    key.write_bytes(base64.b64encode(secrets.token_bytes(32)))
    key.chmod(0o440)
    with subprocess.Popen(
        ["modeldex-entrypoint", *command(port)],
        env={**environ, "MODELDEX_HOME": str(home), "MODELDEX_MASTER_KEY_FILE": str(key)},
        stdout=subprocess.DEVNULL,
        text=True,
    ) as replica:
        try:
            assert ready(f"http://127.0.0.1:{port}", replica)
            yield replica
        finally:
            replica.terminate()


def refreshed(home: Path, environ: Mapping[str, str]) -> int:
    """The refresher's exit code."""
    (refresh,) = pods()[1]["containers"]
    said = [*refresh["command"], *refresh["args"]]
    return subprocess.call(said, env={**environ, "MODELDEX_HOME": str(home)}, timeout=60)


def pointer(home: Path) -> str | None:
    path = home / "catalog" / "current"
    return path.read_text("ascii").strip() if path.exists() else None


def test_a_replica_takes_over_what_the_refresher_published(image: Path, tmp_path: Path) -> None:
    replica, refresher = tmp_path / "replica", tmp_path / "refresher"
    with s3(settings()["MODELDEX_STORE"].split("/")[2]) as bucket:
        environ = environment(image, bucket)
        with serving(replica, environ):
            packaged = pointer(replica)
            assert refreshed(refresher, environ) == 0
            until = time.monotonic() + 60
            while pointer(replica) == packaged and time.monotonic() < until:
                time.sleep(0.1)
            assert pointer(replica) == pointer(refresher) != packaged


def test_a_replica_outlives_a_store_that_is_away_and_stops_when_it_is_told(
    image: Path, tmp_path: Path
) -> None:
    away = {**dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "x")}
    environ = environment(
        image, {**away, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "x"}
    )
    with serving(tmp_path / "replica", environ) as replica:
        with pytest.raises(subprocess.TimeoutExpired):
            replica.wait(5)
        replica.terminate()
        assert replica.wait(30) == 0
