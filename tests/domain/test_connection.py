import pytest

from modeldex.domain.connection import Connection
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.domain.secret import Secret


def connection(
    need: KeyNeed, key: str | None, base_url: str = "https://a.example/v1"
) -> Connection:
    row = Provider(id="a", name="A", base_url=base_url, dialect="openai", key=need)
    return Connection(provider=row, base_url=base_url, secret=Secret(key) if key else None)


@pytest.mark.parametrize(
    ("need", "key", "askable", "callable_"),
    [
        (KeyNeed.LISTING, None, False, False),
        (KeyNeed.LISTING, "k", True, True),
        (KeyNeed.CALLING, None, True, False),
        (KeyNeed.CALLING, "k", True, True),
        (KeyNeed.NEVER, None, True, True),
    ],
)
def test_a_key_opens_what_the_provider_wants_it_for(
    need: KeyNeed, key: str | None, askable: bool, callable_: bool
) -> None:
    one = connection(need, key)
    assert (one.askable, one.callable) == (askable, callable_)


def test_the_name_of_a_connection_changes_with_its_key_and_its_address() -> None:
    names = {
        connection(KeyNeed.LISTING, "k").id,
        connection(KeyNeed.LISTING, "other").id,
        connection(KeyNeed.LISTING, "k", "https://b.example/v1").id,
    }
    assert len(names) == 3


def test_the_name_of_a_connection_reveals_neither_key_nor_address() -> None:
    name = connection(KeyNeed.LISTING, "canary-key").id
    assert "canary" not in name
    assert "example" not in name
