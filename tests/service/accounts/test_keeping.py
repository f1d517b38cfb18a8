import base64
from datetime import timedelta

import pytest

from modeldex.credentials.vault import place_of
from modeldex.domain.account import KeptConnection
from modeldex.domain.errors import (
    BadAddress,
    BadKey,
    KeyNeeded,
    Locked,
    NotFound,
    StorageError,
    Tampered,
    UserMistake,
)
from modeldex.domain.provider import KeyNeed, Provider
from modeldex.domain.secret import Secret
from modeldex.service.accounts.auditing import Occasion
from modeldex.service.accounts.keeping import MOST, Given, Keeping, host_of
from modeldex.service.accounts.opening_vault import open_vault
from tests.conftest import NOW
from tests.credentials.rings import ring
from tests.service.accounts.conftest import Installation

KEY, OTHER = "canary-0123456789abcdefghij-c9f2", "canary-zyxwvutsrqponmlkjihg-a1b2"
GROQ = Provider(id="groq", name="Groq", base_url="https://api.groq.com/openai/v1", dialect="openai")
LOCAL = Provider(
    id="ollama",
    name="Ollama",
    base_url="http://127.0.0.1:11434",
    dialect="ollama",
    key=KeyNeed.NEVER,
)
GIVEN = Given(provider=GROQ, key=KEY, label="mine")


def later(on: Occasion) -> Occasion:
    return on._replace(now=NOW + timedelta(hours=1))


def test_a_key_that_is_added_is_kept_and_found_again(house: Installation) -> None:
    anna = house.joined("anna")
    kept = house.keeping.add(anna, GIVEN)
    assert house.accounts.connections.of(kept.user) == (kept,)
    assert house.keeping.secret_of(kept) == Secret(KEY)


def test_what_is_kept_shows_four_characters_and_a_fingerprint(house: Installation) -> None:
    kept = house.keeping.add(house.joined("anna"), GIVEN)
    assert (kept.last4, kept.label, kept.host) == ("c9f2", "mine", "https://api.groq.com:443")
    assert kept.fingerprint == house.vault.fingerprint(KEY, kept.host)
    assert not any(KEY[at : at + 8] in repr(kept) for at in range(len(KEY) - 8))


def test_one_key_of_two_people_has_one_fingerprint_and_two_ciphertexts(house: Installation) -> None:
    one, two = (house.keeping.add(house.joined(name), GIVEN) for name in ("anna", "ben"))
    bodies = [house.accounts.connections.sealed(kept.user, kept.id) for kept in (one, two)]
    assert one.fingerprint == two.fingerprint
    assert bodies[0] != bodies[1]


@pytest.mark.parametrize("key", [f" {KEY}\n", f"\t{KEY}\r\n", KEY])
def test_what_clings_to_a_copied_key_is_taken_off(house: Installation, key: str) -> None:
    kept = house.keeping.add(house.joined("anna"), Given(provider=GROQ, key=key))
    assert house.keeping.secret_of(kept) == Secret(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "  ",
        "two words",
        "two\nlines",
        "a\r\nx-evil: 1",
        "nul\0",
        "schlüssel",
        "x" * 20_000,
        "\x1b[2J",
    ],
)
def test_what_cannot_be_a_key_is_refused_and_not_repeated(house: Installation, key: str) -> None:
    anna = house.joined("anna")
    with pytest.raises(BadKey) as met:
        house.keeping.add(anna, Given(provider=GROQ, key=key))
    assert not key.strip() or key not in str(met.value)
    assert not house.accounts.connections.of(anna.user or "")


def test_a_provider_that_lists_for_a_key_wants_one(house: Installation) -> None:
    with pytest.raises(BadKey, match="Groq"):
        house.keeping.add(house.joined("anna"), Given(provider=GROQ))


def test_a_server_without_keys_is_kept_without_one(house: Installation) -> None:
    kept = house.keeping.add(house.joined("anna"), Given(provider=LOCAL))
    assert (kept.fingerprint, kept.last4) == ("", None)
    assert house.keeping.secret_of(kept) is None


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (None, "https://api.groq.com:443"),
        ("https://API.Groq.com", "https://api.groq.com:443"),
        ("https://api.groq.com:8443/v1/", "https://api.groq.com:8443"),
        ("http://localhost:8000/v1", "http://localhost:8000"),
        ("https://[2001:db8::1]/v1", "https://[2001:db8::1]:443"),
    ],
)
def test_a_host_has_one_spelling(address: str | None, host: str) -> None:
    assert host_of(Given(provider=GROQ, key=KEY, base_url=address)) == host


@pytest.mark.parametrize(
    "address",
    [
        "http://models.example/v1",
        "https://user:word@models.example",
        "https://models.example/v1?key=1",
        "https://models.example/v1#x",
        "https://{place}.models.example",
        "https://models.example\\@evil.example",
        "https://mödels.example",
        "file:///etc/passwd",
        "models.example",
        "",
        "https://",
        "https://models.example:0",
        "https://models.example/" + "a" * 2_000,
    ],
)
def test_an_address_that_is_none_is_refused(house: Installation, address: str) -> None:
    own = Provider(id="own", name="Own", base_url=address or "/v1", dialect="openai")
    with pytest.raises(BadAddress):
        house.keeping.add(house.joined("anna"), Given(provider=own, key=KEY, base_url=address))


def test_nobody_keeps_connections_without_end(house: Installation) -> None:
    anna = house.joined("anna")
    for turn in range(MOST):
        house.keeping.add(anna, Given(provider=GROQ, key=f"key-{turn}"))
    with pytest.raises(UserMistake, match="remove one"):
        house.keeping.add(anna, GIVEN)
    assert house.keeping.add(house.joined("ben"), GIVEN)


def added(house: Installation, name: str = "anna") -> tuple[Occasion, KeptConnection]:
    on = house.joined(name)
    return on, house.keeping.add(on, GIVEN)


def test_another_key_takes_the_place_of_the_old_one(house: Installation) -> None:
    on, kept = added(house)
    now = house.keeping.replace(later(on), kept.id, Given(provider=GROQ, key=OTHER))
    assert house.keeping.secret_of(now) == Secret(OTHER)
    assert (now.id, now.last4, now.created_at) == (kept.id, "a1b2", kept.created_at)
    assert now.changed_at == later(on).now
    assert now.fingerprint != kept.fingerprint


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/v1",
        "https://api.groq.com:8443/openai/v1",
        "http://127.0.0.1:9000",
        "https://api.groq.com.evil.example",
    ],
)
def test_a_kept_key_never_goes_to_another_host(house: Installation, address: str) -> None:
    on, kept = added(house)
    with pytest.raises(KeyNeeded, match="give it again"):
        house.keeping.replace(on, kept.id, Given(provider=GROQ, base_url=address))
    assert house.accounts.connections.of(kept.user) == (kept,)
    assert house.keeping.secret_of(kept) == Secret(KEY)


def test_a_key_given_again_may_go_to_another_host(house: Installation) -> None:
    on, kept = added(house)
    moved = Given(provider=GROQ, key=KEY, base_url="https://proxy.example/v1")
    now = house.keeping.replace(on, kept.id, moved)
    assert now.host == "https://proxy.example:443"
    assert house.keeping.secret_of(now) == Secret(KEY)
    assert now.fingerprint != kept.fingerprint


def test_a_kept_key_stays_with_another_path_or_name(house: Installation) -> None:
    on, kept = added(house)
    given = Given(provider=GROQ, base_url="https://api.groq.com/v2", label="work")
    now = house.keeping.replace(on, kept.id, given)
    assert (now.base_url, now.label) == ("https://api.groq.com/v2", "work")
    assert (now.last4, now.fingerprint) == (kept.last4, kept.fingerprint)
    assert house.keeping.secret_of(now) == Secret(KEY)


def test_a_connection_stays_with_its_provider(house: Installation) -> None:
    on, kept = added(house)
    with pytest.raises(UserMistake, match="stays with its provider"):
        house.keeping.replace(on, kept.id, Given(provider=LOCAL))


def test_what_is_removed_is_gone(house: Installation) -> None:
    on, kept = added(house)
    house.keeping.remove(on, kept.id)
    assert not house.accounts.connections.of(kept.user)
    with pytest.raises(NotFound):
        house.keeping.remove(on, kept.id)


def test_nobody_reaches_another_persons_connection(house: Installation) -> None:
    _, kept = added(house)
    ben = house.joined("ben")
    for reach in (
        lambda: house.keeping.remove(ben, kept.id),
        lambda: house.keeping.replace(ben, kept.id, GIVEN),
        lambda: house.keeping.taken_to_check(ben, kept.id),
        lambda: house.keeping.remove(Occasion(NOW), kept.id),
    ):
        with pytest.raises(NotFound, match="there is no such connection"):
            reach()
    assert house.keeping.secret_of(kept) == Secret(KEY)


def test_a_row_put_in_anothers_place_is_not_used(house: Installation) -> None:
    _, hers = added(house, "anna")
    _, his = added(house, "ben")
    house.accounts.connections.replace(hers, house.accounts.connections.sealed(his.user, his.id))
    with pytest.raises(Tampered, match=hers.id):
        house.keeping.secret_of(hers)
    assert house.keeping.secret_of(his) == Secret(KEY)


def test_a_key_whose_master_key_is_missing_spoils_no_other(house: Installation) -> None:
    _, old = added(house, "anna")
    both = Keeping(house.accounts, open_vault(ring(2, 1), house.accounts.ring))
    new = both.add(house.joined("ben"), Given(provider=GROQ, key=OTHER))
    with pytest.raises(Locked, match="version 2"):
        house.keeping.secret_of(new)
    assert house.keeping.secret_of(old) == Secret(KEY)


def test_every_deed_is_written_down_without_the_key(house: Installation) -> None:
    on, kept = added(house)
    house.keeping.taken_to_check(on, kept.id)
    house.keeping.replace(on, kept.id, Given(provider=GROQ, key=OTHER))
    house.keeping.remove(on, kept.id)
    deeds = ["key.add", "key.check", "key.replace", "key.remove"]
    assert house.said()[1:] == [(deed, kept.id, "done") for deed in deeds]
    assert house.accounts.audit.verify().broken_at is None


class _NoLog:
    def write(self, **entry: object) -> None:
        raise StorageError("the log cannot be written")


def test_what_cannot_be_written_down_is_not_done(house: Installation) -> None:
    on, kept = added(house)
    house.accounts.audit = _NoLog()  # type: ignore[assignment]
    for deed in (
        lambda: house.keeping.add(on, GIVEN),
        lambda: house.keeping.replace(on, kept.id, Given(provider=GROQ, key=OTHER)),
        lambda: house.keeping.remove(on, kept.id),
        lambda: house.keeping.taken_to_check(on, kept.id),
    ):
        with pytest.raises(StorageError, match="the log"):
            deed()
    assert house.accounts.connections.of(kept.user) == (kept,)
    assert house.keeping.secret_of(kept) == Secret(KEY)


def test_what_could_not_be_done_is_not_written_down_as_done(house: Installation) -> None:
    on, kept = added(house)
    before = house.said()
    with pytest.raises(KeyNeeded):
        house.keeping.replace(on, kept.id, Given(provider=GROQ, base_url="https://evil.example"))
    assert house.said() == before


def disguises(key: str) -> list[bytes]:
    plain = key.encode()
    return [
        *(plain, plain[::-1], plain.hex().encode(), plain.hex().upper().encode()),
        *(key.encode("utf-16-le"), key.encode("utf-16-be")),
        *(base64.b64encode(plain[at:])[4:-4] for at in range(3)),
    ]


def test_no_file_holds_a_kept_key(house: Installation) -> None:
    on, kept = added(house)
    house.keeping.replace(on, kept.id, Given(provider=GROQ, key=OTHER, label="visible label"))
    written = house.written()
    assert b"visible label" in written
    assert not [form for key in (KEY, OTHER) for form in disguises(key) if form in written]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_byte_of_a_removed_ciphertext_stays_in_a_file(house: Installation) -> None:
    on, kept = added(house)
    sealed = house.accounts.connections.sealed(kept.user, kept.id)
    assert sealed is not None
    assert sealed.body in house.written()
    house.keeping.remove(on, kept.id)
    assert sealed.body not in house.written()
    assert sealed.wrapped not in house.written()


def test_what_is_given_shows_no_key() -> None:
    assert KEY not in repr(GIVEN) + str(GIVEN) + f"{GIVEN!r}"


def test_a_place_is_made_of_the_connection(house: Installation) -> None:
    on, kept = added(house)
    assert place_of(kept) == (on.user, kept.id, "groq", "https://api.groq.com:443")
