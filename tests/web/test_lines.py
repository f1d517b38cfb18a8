"""How many connections an address may have."""

import pytest

from modeldex.web.lines import Lines


def test_an_address_has_so_many_until_one_ends() -> None:
    lines = Lines(2)
    lines.begun("192.0.2.1")
    asker = lines.begun("192.0.2.1")
    assert lines.full("192.0.2.1")
    assert not lines.full("192.0.2.2")
    lines.ended(asker)
    assert not lines.full("192.0.2.1")


def test_a_network_of_somebody_is_one_address() -> None:
    lines = Lines(1)
    lines.begun("2001:db8::1")
    assert lines.full("2001:db8::ffff:2")
    assert not lines.full("2001:db8:0:1::1")


@pytest.mark.parametrize("spared", ["192.0.2.1", "10.0.0.0/8, 192.0.2.0/24", "*"])
@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_a_trusted_proxy_has_any_number(spared: str, address: str) -> None:
    lines = Lines(0, spared)
    assert not lines.full(address)


@pytest.mark.parametrize("spared", ["", "198.51.100.1", "a name", "192.0.2.1/99"])
def test_nobody_else_has_any_number(spared: str) -> None:
    assert Lines(0, spared).full("192.0.2.1")


def test_nothing_is_kept_of_who_has_gone() -> None:
    lines = Lines(1)
    lines.ended(lines.begun("192.0.2.1"))
    assert not lines._open
