"""Running the suite: what failed is run once more, alone, and a test that passes only then is named.

Real processes and sockets on a machine of unknown load fail once in tens of thousands of tests for
a reason that lies in neither the test nor the code. A second go tells those from defects, and its
line in the output is the list of what to mend.
"""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

FEW = 3
"""More failures than these are no accident: there is no second go."""
_SOME_FAILED = 1
"""The exit code of pytest when it ran to its end and tests failed."""


class Counts(NamedTuple):
    """What running tests came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    second: tuple[str, ...] = ()
    """The tests that passed at the second go only; they are among `passed`."""
    ended: bool = True
    """Whether every run came to its end."""

    @property
    def ok(self) -> bool:
        return self.ended and not self.failed

    def __str__(self) -> str:
        said = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return said + (f"; {len(self.second)} passed at the second go only" if self.second else "")


def total(several: list[Counts]) -> Counts:
    return Counts(
        sum(one.passed for one in several),
        sum(one.failed for one in several),
        sum(one.skipped for one in several),
        tuple(test for one in several for test in one.second),
        all(one.ended for one in several),
    )


def suite(python: Path, root: Path, *options: str) -> Counts:
    """The tests that these options of pytest select, with a second go for a few that failed."""
    with tempfile.TemporaryDirectory() as folder:
        options = (*options, "--override-ini", f"cache_dir={folder}/cache")
        code, results = _run(python, root, Path(folder) / "first.xml", *options)
        failed = {test for test, result in results.items() if result == "failed"}
        if code == _SOME_FAILED and 0 < len(failed) <= FEW:
            print(f"== a second go for {', '.join(sorted(failed))}", flush=True)
            again = (*options, "-n", "0", "--last-failed", "--last-failed-no-failures", "none")
            code, second = _run(python, root, Path(folder) / "second.xml", *again)
            results |= second
    passed = [test for test, result in results.items() if result == "passed"]
    return Counts(
        len(passed),
        sum(result == "failed" for result in results.values()),
        sum(result == "skipped" for result in results.values()),
        tuple(sorted(failed.intersection(passed))),
        bool(results) and code in (0, _SOME_FAILED),
    )


def _run(python: Path, root: Path, report: Path, *options: str) -> tuple[int, dict[str, str]]:
    """The exit code of pytest, and what each test came to."""
    said = [str(python), "-m", "pytest", f"--junitxml={report}", *options]
    code = subprocess.run(said, cwd=root, env=dict(os.environ), check=False).returncode
    found = dict[str, str]()
    if report.exists():
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            test = f"{case.get('classname')}::{case.get('name')}"
            told = {part.tag for part in case}
            result = "failed" if told & {"failure", "error"} else "passed"
            result = "skipped" if "skipped" in told else result
            found[test] = "failed" if "failed" in (result, found.get(test)) else result
    return code, found
