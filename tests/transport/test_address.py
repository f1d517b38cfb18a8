import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.listing import Ask
from modeldex.domain.outcome import Outcome, Verdict
from modeldex.transport.address import root, url
from tests.transport.servers import ASK, connection

BASE = "https://api.acme.example:8443/v1"
HOSTILE = [
    "//evil.example",
    "///evil.example",
    "https://evil.example/x",
    "..\\evil.example",
    "\\\\evil.example",
    "../../admin",
    "models/../../admin",
    "models/%2e%2e/admin",
    "models\r\nHost: evil.example",
    "models?x=1",
    "models#x",
    "models/{account}",
    "mod els",
    "models/\ud800",
    "a" * 9000,
]
SNEAKY = [
    "@evil.example",
    ":80@evil.example",
    ".evil.example",
    ":9999/x",
    "%40evil.example",
    "。evil",
]


def ask(path: str, **params: str) -> Ask:
    return Ask(route="models", path=path, params=params)


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        (BASE, "models", f"{BASE}/models"),
        (BASE + "/", "models", f"{BASE}/models"),
        (BASE, "", BASE),
        (BASE, "/public/models", "https://api.acme.example:8443/public/models"),
        ("http://[::1]:9/v1", "models", "http://[::1]:9/v1/models"),
        (
            "http://localhost/v1",
            "models/a b".replace(" ", "%20"),
            "http://localhost/v1/models/a%20b",
        ),
        (BASE, "ai/@cf/meta/llama:free", f"{BASE}/ai/@cf/meta/llama:free"),
    ],
)
def test_a_path_goes_below_its_base_or_its_root(base: str, path: str, expected: str) -> None:
    assert url(connection(base), ask(path)) == expected


@pytest.mark.parametrize(
    ("base", "row", "expected"),
    [
        (
            "https://api.groq.com/openai/v1",
            "https://api.groq.com/openai/v1",
            "https://api.groq.com",
        ),
        ("http://h:1/groq/openai/v1", "https://api.groq.com/openai/v1", "http://h:1/groq"),
        ("http://h:1/elsewhere/v1beta", "https://api.acme.example/api", "http://h:1/elsewhere"),
        ("http://h:1/elsewhere", "https://api.acme.example/v1", "http://h:1/elsewhere"),
        ("http://h:1/v1", "http://localhost:11434", "http://h:1"),
        ("http://h:1", "http://localhost:11434", "http://h:1"),
        ("http://h:1/v1models", "https://api.acme.example/models", "http://h:1"),
    ],
)
def test_the_root_is_the_base_without_the_rows_path(base: str, row: str, expected: str) -> None:
    assert root(base, row) == expected


def test_parameters_are_encoded() -> None:
    made = url(connection(BASE), ask("models", filter="a=b&c #d", after="x/+y"))
    assert made == f"{BASE}/models?filter=a%3Db%26c%20%23d&after=x%2F%2By"


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_path_is_refused(path: str) -> None:
    with pytest.raises(Verdict) as met:
        url(connection(BASE), ask(path))
    assert met.value.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize("path", SNEAKY)
def test_a_sneaky_path_stays_on_the_host(path: str) -> None:
    assert httpx2.URL(url(connection(BASE), ask(path))).netloc == b"api.acme.example:8443"


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("https://user:pw@api.acme.example/v1", "user name"),
        ("https://@api.acme.example/v1", "user name"),
        ("https://api.acme.example/v1?key=1", "query"),
        ("https://api.acme.example/v1#x", "fragment"),
        ("https://api.acme .example/v1", "space"),
        ("https://api.acme.example/v1\r\nx", "control"),
        ("https://api.acme.example\\@evil.example", "backslash"),
        ("https://аpi.acme.example/v1", "xn--"),
        ("ftp://api.acme.example/v1", "https://"),
        ("file:///etc/passwd", "https://"),
        ("api.acme.example/v1", "https://"),
        ("", "https://"),
        ("https:///v1", "host"),
        ("https://a..b/v1", "host"),
        ("https://%31/v1", "host"),
        ("https://[::1/v1", "host"),
        (f"https://{'a' * 64}.example", "host"),
        ("https://api.acme.example:0/v1", "port"),
        ("https://api.acme.example:99999/v1", "port"),
    ],
)
def test_a_strange_base_url_is_refused_with_its_reason(base: str, why: str) -> None:
    with pytest.raises(Verdict, match=why) as met:
        url(connection(base), ASK)
    assert "pw" not in met.value.message
    assert "evil" not in met.value.message


@given(
    st.text() | st.sampled_from(HOSTILE + SNEAKY) | st.text(alphabet="/\\.@:%?#[]{}\r\n 。e"),
    st.dictionaries(st.text(), st.text(), max_size=3),
)
def test_no_path_and_no_parameter_changes_the_host(path: str, params: dict[str, str]) -> None:
    try:
        made = httpx2.URL(url(connection(BASE), ask(path, **params)))
    except Verdict:
        return
    assert (made.scheme, made.raw_host, made.port) == ("https", b"api.acme.example", 8443)
    assert not made.userinfo


@given(st.text() | st.text(alphabet="htps:/@[].%\\?#:aé\x00 1。"))
def test_any_base_url_is_read_or_refused(base: str) -> None:
    try:
        made = url(connection(f"https://{base}"), ASK)
    except Verdict:
        return
    assert made.startswith(f"https://{base.rstrip('/')}")
