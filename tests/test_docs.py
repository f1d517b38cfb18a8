"""The documentation says what the code says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_the_generated_reference_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.docs", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_every_field_that_is_promised_is_documented() -> None:
    promised = {"id", "context_window", "price_tier", "endpoints", "sources", "available"}
    page = (ROOT / "docs/reference/model.md").read_text("utf-8")
    assert not [field for field in promised if f"| `{field}` |" not in page]


def test_every_readme_command_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"^\$ modeldex (\w+)", text, re.MULTILINE))
    known = (ROOT / "docs/reference/commands.md").read_text("utf-8")
    assert named
    assert not [name for name in named if f"## modeldex {name}" not in known]
