"""What users may say of a provider, and what a connection of theirs is made of."""

from typing import Any

import msgspec
import pytest

from modeldex.domain.account import KeptConnection
from modeldex.domain.errors import BadConfig, KeyNeeded
from modeldex.domain.provider import Auth, KeyNeed, Provider
from modeldex.domain.secret import Secret
from modeldex.providers import packaged
from modeldex.service.many.rows import connection_of, gaps, users_row
from modeldex.transport.address_guard import AddressGuard
from tests.service.many.house import NOW, shop

GUARD = AddressGuard()
GOOD = {"base_url": "https://models.example.net/v1"}
REFUSED: list[dict[str, Any]] = [
    {"chain": "aws"},
    {"token_url": "https://models.example.net/token"},
    {"instance_metadata": True},
    {"api_key": "env:OPENAI_API_KEY"},
    {"key_env": ["OPENAI_API_KEY"]},
    {"base_url_env": ["HOME"]},
    {"variables": {"x": ["OPENAI_API_KEY"]}},
    {"scope": "x"},
    {"local": True},
    {"ports": [6379]},
    {"public_url": "https://models.example.net/v1"},
    {"key_check": "x"},
    {"note": "x"},
    {"tenant_id": "x"},
    {"auth": "aws"},
    {"auth": "google"},
    {"auth": "entra"},
    {"auth": "databricks"},
    {"auth": "github-copilot"},
    {"auth": "none-such"},
    {"dialect": "none-such"},
    {"dialect": "../../secrets"},
    {"name": "env:OPENAI_API_KEY"},
    {"name": "x" * 501},
    {"headers": {"Authorization": "Bearer x"}},
    {"headers": {"x-api-key": "x"}},
    {"headers": {"X-Goog-Api-Key": "x"}},
    {"headers": {"cookie": "x"}},
    {"headers": {"x-access-token": "x"}},
    {"headers": {"x-session": "x"}},
    {"headers": {"host": "127.0.0.1"}},
    {"headers": {"x-tenant": "env:SECRET"}},
    {"headers": {"x-tenant": "file:/etc/passwd"}},
    {"headers": {"x-tenant": "${SECRET}"}},
    {"headers": {"x-tenant": "{secret}"}},
    {"headers": {"x-tenant": "a\r\nhost: b"}},
    {"list_params": {"q": "keyring:x"}},
    {"list_path": "file:///etc/passwd"},
    {"base_url": "http://models.example.net/v1"},
    {"base_url": "https://localhost/v1"},
    {"base_url": "https://169.254.169.254/latest"},
    {"base_url": "https://models.example.net:6379/"},
    {"base_url": "https://user@models.example.net/v1"},
    {"base_url": "https://models.example.net/v1?x=1"},
    {"base_url": "https://{host}/v1"},
    {"base_url": "env:BASE_URL"},
    {"base_url": 7},
]


@pytest.mark.parametrize("said", REFUSED, ids=str)
def test_what_only_an_operator_may_say_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(BadConfig):
        users_row("mine", GOOD | said, GUARD)


def test_a_plain_row_of_a_user_is_taken() -> None:
    said = {"name": "Mine", "auth": "x-api-key", "headers": {"x-tenant": "blue"}}
    row = users_row("mine", GOOD | said, GUARD)
    assert (row.id, row.dialect, row.auth) == ("mine", "openai", Auth.X_API_KEY)


@pytest.mark.parametrize("id", ["", "../x", "A", "x" * 41, "a/b", "-a", "a\n", "ünï"])
def test_an_id_is_small_letters_digits_and_hyphens(id: str) -> None:
    with pytest.raises(BadConfig, match="small letters"):
        users_row(id, GOOD, GUARD)


def kept(base_url: str | None, host: str, provider: str = "shop") -> KeptConnection:
    return KeptConnection(
        id="c",
        user="u",
        provider=provider,
        base_url=base_url,
        host=host,
        created_at=NOW,
        changed_at=NOW,
    )


def test_a_connection_leads_to_the_providers_address_unless_the_user_has_one() -> None:
    assert connection_of(kept(None, ""), shop(), None).base_url == "https://shop.example/v1"
    own = "https://own.example/v1"
    assert connection_of(kept(own, ""), shop(), None).base_url == own


HOSTS = ["https://other.example", "http://shop.example", "https://shop.example:8443", "", "shop"]


@pytest.mark.parametrize("host", HOSTS)
def test_a_key_given_for_another_host_is_not_put_in(host: str) -> None:
    with pytest.raises(KeyNeeded):
        connection_of(kept(None, host), shop(), Secret("k"))


@pytest.mark.parametrize("host", ["https://shop.example", "https://SHOP.example:443"])
def test_a_key_is_put_in_for_its_own_host(host: str) -> None:
    assert connection_of(kept(None, host), shop(), Secret("k")).secret == Secret("k")


def test_nothing_of_the_environment_is_in_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", "of-the-server")
    row = shop(key_env=("SHOP_KEY",), base_url_env=("SHOP_KEY",), chain=Auth.AWS)
    made = connection_of(kept(None, ""), row, None)
    assert (made.secret, made.secret_from) == (None, None)


def test_a_moved_address_has_no_public_one_beside_it() -> None:
    row = shop(public_url="https://shop.example/public")
    assert connection_of(kept(None, ""), row, None).public_url == row.public_url
    assert connection_of(kept("https://own.example/v1", ""), row, None).public_url is None


@pytest.mark.parametrize(
    ("pattern", "address", "goes"),
    [
        ("https://shop.example/v1", None, True),
        ("https://shop.example/v1", "https://shop.example/v1/", True),
        ("https://shop.example/v1", "https://own.example/v1", False),
        ("https://{place}.shop.example/v1", "https://eu.shop.example/v1", True),
        ("https://{place}.shop.example/v1", "https://own.example/v1", False),
        ("https://{host}/v1", "https://own.example/v1", False),
        ("https://{host}:8000/v1", "https://own.example:8000/v1", False),
    ],
)
def test_what_the_operator_sends_along_goes_to_no_host_of_a_users_choice(
    pattern: str, address: str | None, goes: bool
) -> None:
    row = shop(base_url=pattern, list_params={"sig": "5b1c"}, headers={"x-team": "5b1c"})
    made = connection_of(kept(address, ""), row, None)
    assert ("5b1c" in repr(made.provider), "5b1c" in repr(made.headers)) == (goes, goes)


def test_what_everybody_sends_along_goes_to_a_host_of_a_users_choice_too() -> None:
    row = next(row for row in packaged().values() if row.list_params and not row.variables)
    ours = msgspec.structs.replace(row, list_params={**row.list_params, "code": "5b1c"})
    made = connection_of(kept("https://own.example/v1", "", row.id), ours, None)
    assert made.provider == row


def test_a_gap_that_is_left_makes_it_unaskable() -> None:
    row = shop(base_url="https://{place}.shop.example/v1", variables={"place": ("PLACE",)})
    made = connection_of(kept(None, "https://x.shop.example"), row, Secret("k"))
    assert (made.unfilled, made.askable) == (("place",), False)


def test_the_gaps_of_an_address_are_read_from_what_the_user_gave() -> None:
    row = shop(base_url="https://{place}.shop.example/{account}/v1", headers={"x-a": "{account}"})
    made = connection_of(kept("https://eu.shop.example/me/v1/", ""), row, None)
    assert made.variables == {"place": "eu", "account": "me"}
    assert made.headers == {"x-a": "me"}


def test_a_header_whose_gap_is_not_known_is_left_out() -> None:
    assert connection_of(kept(None, ""), shop(headers={"x-a": "{account}"}), None).headers == {}


@pytest.mark.parametrize("row", packaged().values(), ids=lambda row: row.id)
def test_every_packaged_row_makes_a_connection(row: Provider) -> None:
    filled = dict.fromkeys(row.variables, "x")
    address = row.base_url.rstrip("/").format_map(filled)
    secret = None if row.key is KeyNeed.NEVER else Secret("k")
    made = connection_of(kept(address, address, row.id), row, secret)
    found = gaps(row.base_url.rstrip("/"), address)
    assert found == {name: "x" for name in filled if f"{{{name}}}" in row.base_url}
    assert made.unfilled == ()
