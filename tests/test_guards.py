"""Every guard, switched off in a copy of the source, turns a test red: the suite does test something."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent


class Guard(NamedTuple):
    """What protects us, the line that does it, what stands there without it, and who notices."""

    name: str
    file: str
    line: str
    without: str
    tests: str


GUARDS = (
    Guard(
        "cap on the wire",
        "transport/body.py",
        "if wire > limits.compressed_bytes:",
        "if False:",
        "tests/transport/test_body.py",
    ),
    Guard(
        "cap on decoded bytes",
        "transport/body.py",
        "if body.tell() > limits.decoded_bytes:",
        "if False:",
        "tests/transport/test_body.py",
    ),
    Guard(
        "bomb ratio",
        "transport/body.py",
        "if self._given > max(",
        "if self._given > 10**12 * max(",
        "tests/transport/test_body.py",
    ),
    Guard(
        "stacked encodings",
        "transport/body.py",
        "if len(applied) > 1:",
        "if False:",
        "tests/transport/test_body.py",
    ),
    Guard(
        "redirects refused",
        "transport/client.py",
        "if 300 <= response.status_code < 400:",
        "if False:",
        "tests/transport/test_client.py",
    ),
    Guard(
        "deadline of a fetch",
        "transport/client.py",
        "asyncio.timeout_at(ends)",
        "asyncio.timeout_at(ends + 60)",
        "tests/transport/test_client.py -k deadline",
    ),
    Guard(
        "key bound to its host",
        "transport/auth.py",
        "if target != origin(connection.base_url):",
        "if False:",
        "tests/transport/test_auth.py",
    ),
    Guard(
        "key never in the clear",
        "transport/auth.py",
        'if target.scheme != "https" and not is_loopback(target.host):',
        "if False:",
        "tests/transport/test_auth.py",
    ),
    Guard(
        "path stays below the base",
        "transport/address.py",
        "any(not segment or _climbs(segment) for segment in segments)",
        "False",
        "tests/transport/test_address.py",
    ),
    Guard(
        "wait only where it fits",
        "transport/retry.py",
        "wait_s + _ROOM_S > left_s()",
        "False",
        "tests/transport/test_retry.py",
    ),
    Guard(
        "breaker opens",
        "transport/breaker.py",
        "_FAILURES_TO_OPEN = 3",
        "_FAILURES_TO_OPEN = 10**9",
        "tests/transport/test_breaker.py tests/service/test_refresh.py -k 'breaker or three'",
    ),
    Guard(
        "deadline of a connection",
        "service/discover.py",
        "asyncio.timeout(seconds)",
        "asyncio.timeout(seconds + 60)",
        "tests/service/test_discover.py",
    ),
    Guard(
        "cap on pages",
        "service/discover.py",
        "if len(seen) >= self.limits.pages:",
        "if len(seen) >= 5000:",
        "tests/service/test_discover.py",
    ),
    Guard(
        "pages that loop",
        "service/discover.py",
        "_identity(ask) in seen:",
        "False:",
        "tests/service/test_discover.py",
    ),
    Guard(
        "cap on records",
        "service/discover.py",
        "> _MOST_RECORDS:",
        "> 10**12:",
        "tests/service/test_discover.py",
    ),
    Guard(
        "cap on all pages together",
        "service/discover.py",
        "if self.bytes > self.limits.decoded_bytes:",
        "if False:",
        "tests/service/test_discover.py",
    ),
    Guard(
        "a failing dialect harms nobody else",
        "service/discover.py",
        "except _DIALECT_FAULTS as error:",
        "except ZeroDivisionError as error:",
        "tests/service/test_discover.py",
    ),
    Guard(
        "an unwhole route keeps its pages",
        "service/listing.py",
        "fresh = route in now and (",
        "fresh = route in now and (True or ",
        "tests/service/test_refresh.py -k 'partial_list'",
    ),
    Guard(
        "one refresh at a time",
        "service/alone.py",
        "            if mine:",
        "            if True:",
        "tests/service/test_refresh.py -k same_time",
    ),
    Guard(
        "the file is the one its name says",
        "storage/publishing.py",
        "not thorough or verify(pointed)",
        "True",
        "tests/storage/test_publishing.py -k thorough",
    ),
    Guard(
        "a page is the one its name says",
        "storage/blobs.py",
        "return body if whole and sha256(body).hexdigest() == name else None",
        "return body",
        "tests/storage/test_blobs.py",
    ),
    Guard(
        "a secret is not printed",
        "domain/secret.py",
        'return "Secret(…)"',
        "return self.__value",
        "tests/domain/test_secret.py",
    ),
    Guard(
        "terminal escapes are made visible",
        "cli/safety.py",
        "def safe(text: str) -> str:",
        "def safe(text: str) -> str:\n    return text\n\n\ndef _unused(text: str) -> str:",
        "tests/cli/test_safety.py",
    ),
    Guard(
        "unknown stays unknown in filters",
        "dialects/fields.py",
        "return None if names is None else any(",
        "return False if names is None else any(",
        "tests/dialects/test_fields.py",
    ),
    Guard(
        "ids without control characters",
        "dialects/reading.py",
        '("Cc", "Cs")',
        "()",
        "tests/dialects/test_reading.py",
    ),
    Guard(
        "formulas in a table",
        "exports/csv_table.py",
        "if _FORMULA.match(text) else text",
        "if False else text",
        "tests/exports/test_csv_table.py",
    ),
    Guard(
        "markup in a page",
        "exports/markdown.py",
        "return _MARKUP.sub(",
        "return re.sub('(?!)', ",
        "tests/exports/test_markdown.py",
    ),
    Guard(
        "OpenAI's key for a server that wants none",
        "exports/litellm_deployment.py",
        "NO_KEY if variable is None else",
        "'' if variable is None else",
        "tests/exports/test_litellm.py",
    ),
)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_the_line_of_every_guard_stands_where_it_is_said_to(guard: Guard) -> None:
    text = (ROOT / "src" / "modeldex" / guard.file).read_text("utf-8")
    assert guard.line in text, "the guard's line has changed: write it here anew"


@pytest.mark.slow
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_that_is_switched_off_is_missed(guard: Guard, tmp_path: Path) -> None:
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source)
    file = source / "modeldex" / guard.file
    text = file.read_text("utf-8")
    file.write_text(text.replace(guard.line, guard.without), "utf-8")
    done = red(source, guard.tests)
    assert done.returncode == 1, done.stdout[-2000:]


def red(source: Path, tests: str) -> subprocess.CompletedProcess[str]:
    """Run some tests on another copy of the source."""
    import shlex

    options = ["-x", "-q", "-p", "no:cacheprovider", "--timeout", "20"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *shlex.split(tests)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
    )
