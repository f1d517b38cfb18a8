import pytest

from modeldex.domain.listing import Ask
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.domain.provider import Auth
from modeldex.domain.secret import Secret
from modeldex.transport.auth import credential, mentions
from tests.transport.servers import ASK, KEY, connection

BASE = "https://api.acme.example/v1"


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (Auth.BEARER, {"authorization": f"Bearer {KEY}"}),
        (Auth.X_API_KEY, {"x-api-key": KEY}),
        (Auth.X_GOOG_API_KEY, {"x-goog-api-key": KEY}),
        (Auth.NONE, {}),
    ],
)
def test_the_key_goes_into_its_one_header(auth: Auth, expected: dict[str, str]) -> None:
    assert credential(connection(BASE, key=KEY, auth=auth), ASK, f"{BASE}/models") == expected


def test_an_ask_without_key_carries_none() -> None:
    bare = Ask(route="public", path="models", sends_key=False)
    assert credential(connection(BASE, key=KEY), bare, f"{BASE}/models") == {}


def test_a_connection_without_key_carries_none() -> None:
    assert credential(connection(BASE), ASK, f"{BASE}/models") == {}


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/v1/models",
        "https://api.acme.example:8443/v1/models",
        "http://api.acme.example/v1/models",
        "https://api.acme.example.evil.example/v1/models",
    ],
)
def test_a_key_never_goes_to_another_origin(elsewhere: str) -> None:
    with pytest.raises(Verdict) as met:
        credential(connection(BASE, key=KEY), ASK, elsewhere)
    assert met.value.outcome is Outcome.REDIRECTED


@pytest.mark.parametrize("host", ["api.acme.example", "192.168.1.7", "0.0.0.0", "2130706433"])
def test_a_key_is_not_sent_in_the_clear(host: str) -> None:
    with pytest.raises(Verdict, match="only sent over https, or to this machine") as met:
        credential(connection(f"http://{host}/v1", key=KEY), ASK, f"http://{host}/v1/models")
    assert met.value.outcome is Outcome.TLS


@pytest.mark.parametrize("host", ["localhost:11434", "127.0.0.1", "[::1]:8000"])
def test_a_key_may_go_to_this_machine_in_the_clear(host: str) -> None:
    assert credential(connection(f"http://{host}", key=KEY), ASK, f"http://{host}/models")


@pytest.mark.parametrize(
    "key", ["", "a\r\nx: y", "a\nb", "ключ", "a b", "a\x00", "a\xa0", "\ud800"]
)
def test_a_key_that_cannot_stand_in_a_header_is_rejected_unsent(key: str) -> None:
    with pytest.raises(Verdict) as met:
        credential(connection(BASE, key=key), ASK, f"{BASE}/models")
    assert met.value.outcome is Outcome.KEY_REJECTED


def test_a_text_that_repeats_the_key_is_noticed_in_any_case() -> None:
    assert mentions(Secret(KEY), f"{KEY.upper()}.evil.example")
    assert not mentions(Secret(KEY), "evil.example")
    assert not mentions(None, "evil.example")
