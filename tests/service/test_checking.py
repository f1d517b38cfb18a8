"""Whether a key is good, asked through the real client of providers that answer in different ways."""

from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest
from anyio.abc import SocketStream

from modeldex.domain.outcome import Outcome
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.providers import packaged
from modeldex.rules.conclude import Conclusion
from modeldex.service.checking import KeyLine, Standing, _judged, check, keys
from modeldex.service.connecting import connections, rows
from modeldex.service.discover import Asked
from modeldex.settings.config import Config
from modeldex.settings.home import home
from modeldex.wiring import workshop
from tests.loopback import running
from tests.service.test_finding_local import Server, serving


def row(id: str, key: KeyNeed = KeyNeed.LISTING, **more: str) -> Provider:
    return Provider(
        id=id,
        name=id.title(),
        base_url=f"https://{id}.example/v1",
        dialect="openai",
        key=key,
        key_env=(f"{id.upper()}_API_KEY",),
        **more,  # type: ignore[arg-type]
    )


PRIVATE = row("private")
PUBLIC = row("open", KeyNeed.CALLING)
CHECKED = row("checked", KeyNeed.CALLING, key_check="account")
ROWS = (PRIVATE, PUBLIC, CHECKED)


def lines(folder: Path, **held: str) -> dict[str, KeyLine]:
    """What checking brings when the providers named hold these keys; `right` is a good one."""
    with running(ROWS) as loopback:
        config = Config(
            providers={
                one.id: {"base_url": loopback.base_url(one.id), "api_key": "env:KEY_" + one.id}
                for one in ROWS
            }
        )
        environ = {
            f"KEY_{name}": loopback.keys[name] if key == "right" else key
            for name, key in held.items()
        }
        everyone = connections({one.id: one for one in ROWS}, config, environ)
        parts = workshop(home({"MODELDEX_HOME": str(folder)}), config, everyone)
        return {line.provider: line for line in anyio.run(check, parts, everyone)}


@pytest.mark.parametrize(
    ("name", "key", "standing"),
    [
        ("private", "right", Standing.GOOD),
        ("private", "another", Standing.REFUSED),
        ("open", "right", Standing.NOT_CHECKED),
        ("open", "another", Standing.NOT_CHECKED),
        ("checked", "right", Standing.GOOD),
        ("checked", "another", Standing.REFUSED),
    ],
)
def test_a_key_is_judged_by_an_answer_that_depends_on_it(
    tmp_path: Path, name: str, key: str, standing: Standing
) -> None:
    assert lines(tmp_path, **{name: key})[name].standing is standing


def test_a_provider_of_which_no_key_is_expected_has_no_line() -> None:
    assert keys(connections({PRIVATE.id: PRIVATE}, Config(), {})) == ()


def test_a_key_that_is_not_where_the_configuration_says_is_missing(tmp_path: Path) -> None:
    said = lines(tmp_path, private="right")["open"]
    assert (said.standing, said.key) == (Standing.MISSING, "env:KEY_open")
    assert said.message == "set the variable KEY_open"


def test_what_a_key_looks_like_is_no_reason_when_nobody_could_be_asked() -> None:
    (one,) = connections(
        {"groq": packaged()["groq"]}, Config(), {"GROQ_API_KEY": "sk-ant-api03-0123"}
    )
    verdict = Conclusion(Outcome.DNS, "its host name could not be looked up")
    line = _judged(one, Asked(one.connection, verdict, (), (), 5))
    assert line.standing is Standing.UNANSWERED
    assert "sk-ant" not in line.message


def test_a_refused_key_of_somebody_else_is_said_to_be_one(tmp_path: Path) -> None:
    said = lines(tmp_path, private="sk-ant-" + "api03-0123456789")["private"]
    assert "as keys of Anthropic do" in said.message
    assert "0123456789" not in said.message


def test_a_good_key_needs_no_words(tmp_path: Path) -> None:
    assert lines(tmp_path, private="right")["private"].message == ""


def test_checking_publishes_nothing(tmp_path: Path) -> None:
    lines(tmp_path, private="right")
    assert not list(tmp_path.rglob("*.db"))


def test_listing_keys_shows_their_place_and_end_and_asks_nobody() -> None:
    held = {"PRIVATE_API_KEY": "0123456789abcdefghijWXYZ"}
    everyone = connections({PRIVATE.id: PRIVATE}, Config(), held)
    (line,) = keys(everyone)
    assert (line.key, line.hint, line.standing) == ("env:PRIVATE_API_KEY", "…WXYZ", None)


LIST = {"/v1/models": {"data": [{"id": "a"}]}}
KEY = "an-invented-key-0123456789"


class Guarded(Server):
    """Answers its list to a key, whatever it is, and to nobody without one."""

    async def _answer(self, stream: SocketStream, request: str) -> None:
        if "authorization:" in request.lower():
            await super()._answer(stream, request)
            return
        self.asked.append(request)
        await stream.send(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n")


async def own(folder: Path, server: Server, **said: Any) -> KeyLine:
    """What checking says of a key of a provider that the user wrote down."""
    async with serving(server):
        base_url = f"http://127.0.0.1:{server.port}/v1"
        table = {"base_url": base_url, "api_key": "env:MINE", **said}
        config = Config(providers={"mine": table})
        everyone = connections({"mine": rows(config, folder)["mine"]}, config, {"MINE": KEY})
        parts = workshop(home({"MODELDEX_HOME": str(folder)}), config, everyone)
        (line,) = await check(parts, everyone)
    return line


@pytest.mark.anyio
async def test_a_key_of_ones_own_provider_whose_list_is_public_is_not_called_good(
    tmp_path: Path,
) -> None:
    line = await own(tmp_path, Server(LIST))
    assert line.standing is Standing.NOT_CHECKED
    assert line.message == "mine answers with and without a key: this one was not checked"


@pytest.mark.anyio
@pytest.mark.parametrize("key", ["listing", "never"])
async def test_a_key_of_ones_own_provider_is_good_when_nothing_comes_without_it(
    tmp_path: Path, key: str
) -> None:
    line = await own(tmp_path, Guarded(LIST), key=key)
    assert (line.standing, line.message) == (Standing.GOOD, "")


@pytest.mark.anyio
async def test_a_check_that_answers_everybody_checks_nothing(tmp_path: Path) -> None:
    server = Server({**LIST, "/v1/account": {"ok": True}})
    line = await own(tmp_path, server, key_check="account")
    assert line.standing is Standing.NOT_CHECKED


@pytest.mark.anyio
async def test_a_list_is_asked_for_once_without_the_key_and_only_then(tmp_path: Path) -> None:
    server = Guarded(LIST)
    await own(tmp_path, server)
    assert [KEY in request for request in server.asked] == [True, False]


@pytest.mark.anyio
async def test_a_server_that_fails_without_the_key_leaves_it_unchecked(tmp_path: Path) -> None:
    class Failing(Guarded):
        async def _answer(self, stream: SocketStream, request: str) -> None:
            if "authorization:" in request.lower():
                await Server._answer(self, stream, request)
                return
            await stream.send(b"HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n\r\n")

    line = await own(tmp_path, Failing(LIST))
    assert line.standing is Standing.NOT_CHECKED
    assert "could not be asked without" in line.message


async def usual(folder: Path, name: str, server: Server, *set_in: str) -> KeyLine:
    """What checking says of a key for a server at its usual place, which `set_in` may name too."""
    async with serving(server):
        address = f"http://localhost:{server.port}/v1"
        row = msgspec.structs.replace(packaged()[name], base_url=address, ports=(server.port,))
        config = Config(providers={name: {"base_url": address}} if "config" in set_in else {})
        environ = {row.key_env[0]: KEY, **{one: address for one in set_in if one != "config"}}
        everyone = connections({name: row}, config, environ)
        parts = workshop(home({"MODELDEX_HOME": str(folder)}), config, everyone)
        (line,) = await check(parts, everyone)
    return line


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("vllm", "VLLM_API_BASE"),
        ("open-webui", "base_url under [providers.open-webui] in the configuration"),
        ("gpustack", "base_url under [providers.gpustack] in the configuration"),
    ],
)
async def test_no_key_is_sent_to_a_usual_place_that_nobody_set(
    tmp_path: Path, name: str, place: str
) -> None:
    server = Server(LIST)
    line = await usual(tmp_path, name, server)
    assert server.asked == []
    assert line.standing is Standing.UNANSWERED
    assert f"set {place} to where" in line.message


@pytest.mark.anyio
@pytest.mark.parametrize("set_in", ["VLLM_API_BASE", "config"])
async def test_a_key_is_sent_to_a_usual_place_that_somebody_set(
    tmp_path: Path, set_in: str
) -> None:
    line = await usual(tmp_path, "vllm", Guarded(LIST), set_in)
    assert (line.standing, line.message) == (Standing.GOOD, "")
