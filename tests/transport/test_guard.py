import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.outcome import Verdict
from modeldex.transport.guard import Origin, is_loopback, origin, vet_headers


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://API.acme.example/v1", Origin("https", "api.acme.example", 443)),
        ("http://acme.example", Origin("http", "acme.example", 80)),
        ("http://[::1]:9/x@y", Origin("http", "::1", 9)),
        ("HTTPS://acme.example:8443?x", Origin("https", "acme.example", 8443)),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: Origin) -> None:
    assert origin(url) == expected


@given(st.from_regex(r"https?://[a-z0-9.:@\[\]%_-]{1,20}(/[a-z@:/]*)?", fullmatch=True))
def test_the_host_vetted_is_the_host_the_client_reads(url: str) -> None:
    try:
        vetted = origin(url)
        parsed = httpx2.URL(url)
    except (Verdict, httpx2.InvalidURL):
        return
    assert parsed.raw_host.decode() == vetted.host


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("127.1", False),
        ("2130706433", False),
        ("0.0.0.0", False),
        ("::ffff:127.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("192.168.0.1", False),
    ],
)
def test_only_plain_loopback_names_are_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-a", "b\r\nhost: evil.example"),
        ("x-a", "é"),
        ("x a", "b"),
        ("", "b"),
        ("Host", "evil.example"),
        ("Transfer-Encoding", "chunked"),
        ("accept-encoding", "br"),
    ],
)
def test_a_header_that_could_do_harm_is_refused(name: str, value: str) -> None:
    with pytest.raises(Verdict):
        vet_headers({name: value})


def test_an_ordinary_header_passes() -> None:
    vet_headers({"anthropic-version": "2023-06-01", "x-empty": ""})
