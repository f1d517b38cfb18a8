import sys
from pathlib import Path

import pytest
from scripts.suites import FEW, Counts, suite, total

pytestmark = pytest.mark.once

UNSTEADY = """
from pathlib import Path

def test_comes_right_the_second_time():
    met = Path(__file__).with_name("met")
    been = met.exists()
    met.touch()
    assert been
"""
WELL = "def test_is_well(): pass\n"
BAD = "def test_is_bad(): assert not 1\n"
SKIPPED = "import pytest\n\n@pytest.mark.skip\ndef test_is_left_out(): pass\n"


def run(folder: Path, *options: str, **files: str) -> Counts:
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    return suite(Path(sys.executable), folder, *options)


def test_every_result_is_counted(tmp_path: Path) -> None:
    counts = run(tmp_path, well=WELL, bad=BAD, skipped=SKIPPED)
    assert (counts.ok, str(counts)) == (False, "1 passed, 1 failed, 1 skipped")


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_a_test_that_passes_at_the_second_go_is_named(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    counts = run(tmp_path, *options, well=WELL, unsteady=UNSTEADY)
    assert counts.second == ("test_unsteady::test_comes_right_the_second_time",)
    assert (counts.ok, counts.passed, counts.failed) == (True, 2, 0)


def test_who_fails_twice_has_failed(tmp_path: Path) -> None:
    counts = run(tmp_path, unsteady=UNSTEADY, bad=BAD)
    assert (counts.ok, counts.passed, counts.failed) == (False, 1, 1)


def test_many_failures_get_no_second_go(tmp_path: Path) -> None:
    bad = {f"bad{number}": BAD for number in range(FEW)}
    counts = run(tmp_path, unsteady=UNSTEADY, **bad)
    assert (counts.second, counts.failed) == ((), FEW + 1)


def test_a_failure_before_or_after_the_test_counts_too(tmp_path: Path) -> None:
    broken = (
        "import pytest\n\n@pytest.fixture\ndef a(): yield; raise OSError\n\ndef test_it(a): pass\n"
    )
    counts = run(tmp_path, broken=broken)
    assert (counts.ok, counts.passed, counts.failed) == (False, 0, 1)


@pytest.mark.parametrize("text", ["import nothing_of_this_name", "exit(3)"])
def test_a_suite_that_cannot_be_read_is_not_well(tmp_path: Path, text: str) -> None:
    assert not run(tmp_path, well=WELL, unread=text).ok


def test_nothing_at_all_is_not_well(tmp_path: Path) -> None:
    assert not run(tmp_path).ok


def test_what_was_not_ended_stays_so_among_others() -> None:
    assert not total([Counts(1), Counts(ended=False), Counts(2)]).ok


def test_several_runs_are_added() -> None:
    counts = total([Counts(1, 0, 2, ("a",)), Counts(4, second=("b",))])
    assert str(counts) == "5 passed, 0 failed, 2 skipped; 2 passed at the second go only"
