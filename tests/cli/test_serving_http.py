"""`modeldex serve`."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from modeldex.cli import serving_http
from modeldex.cli.context import Services
from modeldex.cli.running import run

from .test_running import SERVER

MODELDEX = Path(sys.executable).with_name("modeldex")
SERVE = (MODELDEX, "serve", "--no-open", "--port", "0")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::"])
def test_an_address_that_others_reach_is_refused(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--host", host], Services()) == 2
    assert "one user only" in capsys.readouterr().err


@pytest.mark.parametrize(
    "host", ["bad host", "https://a.example", "", "a.example:99999", "a/b", "[::1"]
)
def test_a_name_that_no_host_header_says_is_refused(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--allow-host", host], Services()) == 2
    assert "is no host" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["nope", "10.0.0.1/8", "10.0.0.0/33", "", "10.0.0.7,nope"])
def test_a_proxy_that_is_no_address_is_refused(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", "--trust-proxy", address], Services()) == 2
    assert "give an address" in capsys.readouterr().err


@pytest.mark.parametrize(
    "said",
    [
        *(("--allow-host", one) for one in ("models.example.org", "LOCALHOST:8443", "[::1]:80")),
        *(("--trust-proxy", one) for one in ("127.0.0.1", "172.31.77.0/24", "::1,10.0.0.7", "*")),
    ],
)
def test_names_and_addresses_as_proxies_have_them_are_taken(
    said: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving_http, "_NEEDED", ("no_such_library",))
    run(["serve", *said], Services())
    assert "no_such_library" in capsys.readouterr().err


def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving_http, "_NEEDED", ("fastapi", "no_such_library"))
    assert run(["serve"], Services()) == 2
    said = capsys.readouterr().err
    assert "no_such_library" in said
    assert "pip install 'modeldex[server]'" in said


def _heeding() -> None:
    """A process that a shell put into the background would be deaf to interrupts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize(("told", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_says_its_address_answers_and_leaves_nothing_when_told_to_stop(
    tmp_path: Path, told: signal.Signals, code: int
) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    environ = {
        "MODELDEX_HOME": str(tmp_path / "home"),
        "MODELDEX_LOCAL": "off",
        "PATH": "/usr/bin:/bin",
        "TMPDIR": str(aside),
    }
    with subprocess.Popen(
        SERVE, env=environ, stdout=subprocess.PIPE, text=True, preexec_fn=_heeding
    ) as process:
        assert process.stdout is not None
        found = re.fullmatch(
            r"(http://127\.0\.0\.1:\d+)/#token=(\S{43})\n", process.stdout.readline()
        )
        assert found is not None
        answer = httpx2.get(
            f"{found[1]}/v1/models",
            headers={"authorization": f"Bearer {found[2]}"},
            timeout=30,
            trust_env=False,
        )
        process.send_signal(told)
        assert process.wait(20) == code
    assert list(aside.iterdir()) == []
    assert len(answer.json()["data"]) > 100


def test_a_token_in_a_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    from modeldex.web.running import kept_token

    path = tmp_path / "token"
    token = kept_token(path)
    assert (kept_token(path), path.stat().st_mode & 0o077) == (token, 0)


def test_a_token_that_is_guessed_easily_is_refused(tmp_path: Path) -> None:
    from modeldex.domain.errors import BadConfig
    from modeldex.web.running import kept_token

    path = tmp_path / "token"
    path.write_text("hunter2\n")
    with pytest.raises(BadConfig):
        kept_token(path)


def test_no_server_library_is_loaded_by_the_other_commands() -> None:
    check = (
        "import modeldex, modeldex.cli.running, modeldex.cli.serving_http, sys; print(*sys.modules)"
    )
    loaded = subprocess.run(
        (sys.executable, "-c", check), capture_output=True, text=True, check=True
    ).stdout.split()
    assert "modeldex.cli.serving_http" in loaded
    assert not set(SERVER) & set(loaded)


def test_the_service_advises_only_options_that_there_are() -> None:
    web = Path(serving_http.__file__).parent.parent / "web"
    named = {
        option
        for file in web.rglob("*.py")
        for option in re.findall(r"[\"` ](--[a-z][a-z-]+)", file.read_text("utf-8"))
    }
    known = {name for option in serving_http.command.params for name in option.opts}
    assert "--trust-proxy" in named
    assert named <= known
