"""Whole processes that refresh and tell, and are killed at any moment."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modeldex.domain.change import ChangeKind
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.publishing import current
from tests.receiver import SECRET, Receiver, receiving

pytestmark = [pytest.mark.once, pytest.mark.timeout(300)]
REFRESH = "import modeldex; raise SystemExit(modeldex.refresh('shop', force=True).catalog is None)"
SEND = "from modeldex.wiring import send_messages; send_messages(None, failed=False)"
CONFIG = """
[refresh]
knowledge_ttl_s = 0

[providers.shop]
name = "Shop"
base_url = "http://127.0.0.1:{port}/v1"
dialect = "openai"
key = "never"

[[webhook]]
url = "{url}"
secret = "env:HOOK"
"""


def start(home: Path, work: str = REFRESH) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "MODELDEX_HOME": str(home), "HOOK": SECRET}
    return subprocess.Popen([sys.executable, "-c", work], env=environ)


def prepared(home: Path, receiver: Receiver) -> float:
    """A home whose history has begun; the seconds that a refresh takes."""
    home.mkdir()
    (home / "config.toml").write_text(CONFIG.format(port=receiver.port, url=receiver.url))
    receiver.models = [f"model-{number}" for number in range(10)]
    assert start(home).wait() == 0
    began = time.monotonic()
    assert start(home).wait() == 0
    return time.monotonic() - began


def test_every_event_arrives_and_none_twice_whenever_processes_are_killed(tmp_path: Path) -> None:
    moments, killed = random.Random(20261121), 0
    with receiving() as receiver:
        usual_s = prepared(tmp_path / "home", receiver)
        for turn in range(12):
            receiver.models.append(f"new-{turn}")
            receiver.answers = [500] if turn == 5 else []
            process = start(tmp_path / "home")
            time.sleep(moments.uniform(0.5, 1.1) * usual_s)
            process.kill()
            killed += process.wait() != 0
        assert start(tmp_path / "home").wait() == 0
        assert start(tmp_path / "home", SEND).wait() == 0
        path = current(tmp_path / "home" / "catalog")
        assert path is not None
        added = {f"chg_{one.key}" for one in CatalogFile(path).changes(kinds=(ChangeKind.ADDED,))}
        assert len(added) == 12
        assert sorted(one.id for one in receiver.taken) == sorted(added)
    assert killed > 0
