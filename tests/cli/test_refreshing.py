import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from modeldex import wiring
from modeldex.cli.context import Progress, Services
from modeldex.cli.refreshing import exit_code
from modeldex.cli.running import run
from modeldex.domain.account import User
from modeldex.domain.outcome import Outcome
from modeldex.domain.report import Report
from modeldex.service.connecting import Configured
from modeldex.service.many.turns import REFRESH
from modeldex.storage.accounts.opening import open_accounts
from tests.cli.conftest import SGR, Run
from tests.cli.shelf import Shelf, line, report
from tests.storage.accounts.builders import call

OK = line("acme", Outcome.OK, age_s=0, duration_ms=800, added=2, changed=5)
LATE = line("globex", Outcome.TIMEOUT, age_s=7200)
KEYLESS = line("hooli", Outcome.NO_KEY, models=0)
REFUSED = line("hooli", Outcome.KEY_REJECTED, models=0)
ABSENT = line("ollama", Outcome.UNREACHABLE, models=0, failed=False)


@pytest.mark.parametrize(
    ("made", "named", "code"),
    [
        (report(OK), False, 0),
        (report(OK, KEYLESS), False, 0),
        (report(OK, ABSENT), False, 0),
        (report(OK, LATE), False, 5),
        (report(OK, REFUSED), False, 5),
        (report(KEYLESS), True, 4),
        (report(REFUSED, KEYLESS), True, 4),
        (report(OK, KEYLESS), True, 5),
        (report(LATE), True, 5),
        (report(LATE, models=0), False, 1),
        (report(OK, models=None), False, 1),
        (report(models=None), False, 1),
        (report(), False, 0),
    ],
)
def test_the_exit_code_says_what_came(made: Report, named: bool, code: int) -> None:
    assert exit_code(made, named) == code


def test_what_was_asked_for_is_passed_on(modeldex: Run, shelf: Shelf) -> None:
    shelf.report = report(OK)
    assert modeldex("refresh", "acme", "globex", "--force", "--offline").code == 0
    assert shelf.asked == (("acme", "globex"), True, True)


def test_progress_is_a_line_per_provider_on_stderr(modeldex: Run, shelf: Shelf) -> None:
    shelf.report = report(OK, LATE)
    assert modeldex("refresh").err.splitlines() == [
        "acme  4 models  0.8 s",
        "globex  timeout: do this",
        "1 fresh · 1 failed · catalog of 6 models · 1.2 s",
    ]


def test_records_that_could_not_be_read_are_told(modeldex: Run, shelf: Shelf) -> None:
    sick = line("globex", Outcome.TIMEOUT, lost=1200)
    shelf.report = report(line("acme", Outcome.OK, models=3, duration_ms=800, lost=2), sick)
    assert modeldex("refresh").err.splitlines()[:2] == [
        "acme  3 models, 2 records could not be read  0.8 s",
        "globex  timeout: do this; 1,200 records could not be read",
    ]


def test_one_record_that_could_not_be_read_is_told(modeldex: Run, shelf: Shelf) -> None:
    shelf.report = report(line("acme", Outcome.OK, duration_ms=800, lost=1))
    assert "acme  4 models, 1 record could not be read  0.8 s" in modeldex("refresh").err


class Comparing(Services):
    """Services that find out only after all were asked that a list looks wrong."""

    report = report(line("acme", Outcome.HELD))

    def refresh(self, only: tuple[str, ...], *, on_progress: Progress, **how: Any) -> Report:
        on_progress(OK)
        return self.report

    def configured(self) -> tuple[Configured, ...]:
        return ()


def test_a_list_that_is_held_is_told_with_its_reason(modeldex: Run) -> None:
    ran = modeldex("refresh", services=Comparing())
    assert ran.code == 5
    assert ran.err.splitlines() == [
        "acme  4 models  0.8 s",
        "acme  held: do this",
        "0 fresh · 1 held · catalog of 6 models · 1.2 s",
    ]


def test_a_list_that_is_held_is_told_beside_the_json(modeldex: Run) -> None:
    assert "acme  held: do this" in modeldex("refresh", "--json", services=Comparing()).err


class Looking(Services):
    """Asked nobody, and met a server of this machine that wants a key."""

    def refresh(self, *_names: object, **_wishes: object) -> Report:
        return report(line("vllm", Outcome.NO_KEY, guarded=True), KEYLESS)


def test_a_server_of_this_machine_that_wants_a_key_is_told_and_not_only_counted(
    modeldex: Run,
) -> None:
    lines = modeldex("refresh", services=Looking()).err.splitlines()
    assert lines[:-1] == ["vllm  no_key: do this"]


def test_a_piped_summary_is_tab_separated(modeldex: Run, shelf: Shelf) -> None:
    shelf.report = report(OK, LATE)
    assert modeldex("refresh").rows == [
        ["acme", "ok", "4", "2", "0", "5"],
        ["globex", "timeout", "4", "0", "0", "0"],
    ]


def test_json_is_the_promised_report(modeldex: Run, shelf: Shelf) -> None:
    shelf.report = report(OK, LATE)
    ran = modeldex("refresh", "--json")
    said = json.loads(ran.out)
    assert ran.code == 5
    assert said["duration_ms"] == 1234
    assert said["catalog"].keys() >= {"hash", "models", "published_at"}
    assert said["providers"][0].keys() >= {
        *("provider", "outcome", "models", "added", "removed", "changed"),
        *("duration_ms", "age_s", "message"),
    }


def test_a_catalog_that_could_not_be_written_is_told(modeldex: Run, shelf: Shelf) -> None:
    shelf.report = Report(duration_ms=1, catalog=None, providers=(), message="the disk is full")
    ran = modeldex("refresh")
    assert ran.code == 1
    assert "the disk is full" in ran.err


def test_a_terminal_shows_live_progress_and_a_table(terminal: Run, shelf: Shelf) -> None:
    bad = line("evil\x1b[2J", Outcome.TIMEOUT, age_s=7200)
    shelf.report = report(OK, bad)
    out = terminal("refresh", "--no-color").out
    assert "acme  4 models  0.8 s" in out
    assert r"evil\x1b[2J" in out
    assert "\x1b[2J" not in out
    assert "PROVIDER" in SGR.sub("", out)


def test_what_is_due_is_left_to_the_machine_that_refreshes_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/accounts.db"
    monkeypatch.setenv("MODELDEX_DATABASE_URL", url)
    accounts = open_accounts(url)
    accounts.leases.take(REFRESH, "elsewhere:1", wiring.clock(), timedelta(minutes=1))
    accounts.close()
    assert run(["refresh", "--due", "--json"], Services()) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["providers"] == []
    assert "elsewhere:1 refreshes now" in said.err


def test_a_refresh_of_what_is_due_says_what_users_calls_showed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, config = "groq/openai/gpt-oss-120b", wiring.folders().config
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        '[refresh]\nonly = ["groq"]\nknowledge_ttl_s = 0\n'
        '[providers.groq]\nbase_url = "http://127.0.0.1:1/v1"\n'
    )
    monkeypatch.setenv("GROQ_API_KEY", "gsk_" + "0123456789abcdefghij")
    wiring.refresh_now(offline=True)
    url = f"sqlite:///{tmp_path}/accounts.db"
    monkeypatch.setenv("MODELDEX_DATABASE_URL", url)
    accounts = open_accounts(url)
    failed = {"ok": False, "capability": "tools", "error": "unsupported", "at": wiring.clock()}
    for user in ("ann", "bob", "cid"):
        accounts.people.add(User(id=user, name=user, created_at=wiring.clock()), None)
        calls = [call(f"k{at}", model=name, **failed) for at in range(40)]
        accounts.calls.add_many(user, calls)
    accounts.close()
    run(["refresh", "--due"], Services())
    found = wiring.open_catalog().get(name)
    assert found is not None
    assert (found.tools, found.sources["tools"].source) == (False, "observed")


def test_what_was_not_asked_is_not_counted_as_fresh(modeldex: Run, shelf: Shelf) -> None:
    shelf.report = report(
        line("acme", Outcome.CACHED, skipped=True), line("globex", Outcome.CACHED)
    )
    done = modeldex("refresh", "--offline")
    assert (done.code, "1 fresh · 1 not asked" in done.err) == (0, True)
