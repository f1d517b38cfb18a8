"""The manifests' own commands, over a real S3 protocol: what the refresher publishes, a replica serves."""

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.buckets import s3

from .material import DEPLOY, pods, settings

pytestmark = pytest.mark.slow

CONFIG = """
[refresh]
only = ["groq"]
local = false
knowledge_ttl_s = 0
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
    secrets = {"AWS_ACCESS_KEY_ID": folder / "id", "AWS_SECRET_ACCESS_KEY": folder / "secret"}
    for name, path in secrets.items():
        path.write_text(bucket[name])
    store = settings()["MODELDEX_STORE"]
    return {
        **{f"{name}_FILE": str(path) for name, path in secrets.items()},
        **{name: bucket[name] for name in ("AWS_ENDPOINT_URL", "AWS_REGION")},
        "MODELDEX_STORE": store,
        "MODELDEX_CONFIG": str(folder / "config.toml"),
        "MODELDEX_LOCAL": "off",
        "GROQ_API_KEY": "a-key",
        "PATH": f"{image}:/usr/bin:/bin",
    }


def started(container: Mapping[str, Any], home: Path, environ: Mapping[str, str]) -> Any:
    command = [*container["command"], *container["args"]]
    return subprocess.Popen(command, env={**environ, "MODELDEX_HOME": str(home)})


def pointer(home: Path) -> str | None:
    path = home / "catalog" / "current"
    return path.read_text("ascii").strip() if path.exists() else None


def test_a_replica_takes_over_what_the_refresher_published(image: Path, tmp_path: Path) -> None:
    replica, refresher = tmp_path / "replica", tmp_path / "refresher"
    follow, refresh = pods()[0]["containers"][1], pods()[1]["containers"][0]
    with s3(settings()["MODELDEX_STORE"].split("/")[2]) as bucket:
        environ = environment(image, bucket)
        assert started(refresh, refresher, environ).wait(60) == 0
        with started(follow, replica, environ) as following:
            until = time.monotonic() + 60
            while pointer(replica) is None and time.monotonic() < until:
                time.sleep(0.1)
            following.terminate()
    assert pointer(replica) == pointer(refresher) is not None


def test_who_follows_outlives_a_store_that_is_away_and_stops_at_once(
    image: Path, tmp_path: Path
) -> None:
    away = {**dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "x")}
    environ = environment(
        image, {**away, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "x"}
    )
    with started(pods()[0]["containers"][1], tmp_path / "replica", environ) as following:
        with pytest.raises(subprocess.TimeoutExpired):
            following.wait(5)
        following.terminate()
        assert following.wait(30) == 0
