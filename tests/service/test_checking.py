"""Whether a key is good, asked through the real client of providers that answer in different ways."""

from pathlib import Path

import anyio
import pytest

from modeldex.domain.outcome import Outcome
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.providers import packaged
from modeldex.rules.conclude import Conclusion
from modeldex.service.checking import KeyLine, Standing, _judged, check, keys
from modeldex.service.connecting import connections
from modeldex.service.discover import Asked
from modeldex.settings.config import Config
from modeldex.settings.home import home
from modeldex.wiring import workshop
from tests.loopback import running


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
