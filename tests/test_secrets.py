"""No key stands in anything that is kept: fixtures, sources, documentation."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KEYS = re.compile(
    rb"sk-(?:proj|ant|or)-[A-Za-z0-9_-]{16,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}"
    rb"|AIza[A-Za-z0-9_-]{30,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|eyJ[A-Za-z0-9_-]{20,}\.eyJ"
)


def kept() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    named = [ROOT / name for name in listed.split("\0") if name]
    return named or [path for path in ROOT.glob("**/*") if ".venv" not in path.parts]


def test_no_file_holds_a_key() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in kept()
        if path.is_file() and KEYS.search(path.read_bytes())
    ]
    assert not found


@pytest.mark.parametrize(
    "key", [b"gsk_" + b"a1" * 12, b"AKIA" + b"ABCD" * 4, b"sk-proj-" + b"x" * 20]
)
def test_the_scan_knows_a_key_when_it_sees_one(key: bytes) -> None:
    assert KEYS.search(b"text " + key)
