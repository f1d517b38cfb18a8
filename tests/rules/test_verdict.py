import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.listing import Answer
from modeldex.domain.outcome import Outcome
from modeldex.rules.verdict import judge

RECORDED = Path(__file__).parent.parent.parent.parent / "shared" / "recordings" / "errors"
HTML = b"<!DOCTYPE html><title>Attention Required! | Cloudflare</title>"
GEMINI_BAD_KEY = json.dumps(
    {
        "error": {
            "code": 400,
            "message": "API key not valid. Please pass a valid API key.",
            "status": "INVALID_ARGUMENT",
            "details": [{"@type": "…ErrorInfo", "reason": "API_KEY_INVALID"}],
        }
    }
).encode()
XAI_BAD_KEY = b'{"code":"invalid-argument","error":"Incorrect API key provided: xai-***"}'
KEY = "sk-canary7b1e4f90c2d8"


def judged(status: int, body: bytes, *, keyed: bool = True, type: str = "") -> Outcome | None:
    verdict = judge(Answer(status=status, body=body, content_type=type), keyed=keyed)
    return verdict.outcome if verdict else None


@pytest.mark.parametrize(
    ("status", "keyed", "bare"),
    [
        (400, Outcome.BAD_PAYLOAD, Outcome.BAD_PAYLOAD),
        (401, Outcome.KEY_REJECTED, Outcome.NO_KEY),
        (402, Outcome.FORBIDDEN, Outcome.FORBIDDEN),
        (403, Outcome.FORBIDDEN, Outcome.NO_KEY),
        (404, Outcome.MOVED, Outcome.MOVED),
        (405, Outcome.MOVED, Outcome.MOVED),
        (408, Outcome.TIMEOUT, Outcome.TIMEOUT),
        (410, Outcome.RETIRED, Outcome.RETIRED),
        (418, Outcome.BAD_PAYLOAD, Outcome.BAD_PAYLOAD),
        (422, Outcome.BAD_PAYLOAD, Outcome.BAD_PAYLOAD),
        (429, Outcome.RATE_LIMITED, Outcome.RATE_LIMITED),
        (451, Outcome.FORBIDDEN, Outcome.FORBIDDEN),
        (498, Outcome.KEY_REJECTED, Outcome.NO_KEY),
        (499, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        (500, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        (502, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        (503, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        (504, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        (529, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        (101, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        (999, Outcome.UNREACHABLE, Outcome.UNREACHABLE),
    ],
)
def test_a_status_has_its_word(status: int, keyed: Outcome, bare: Outcome) -> None:
    assert judged(status, b"{}") is keyed
    assert judged(status, b"{}", keyed=False) is bare


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, GEMINI_BAD_KEY),
        (400, b"[" + GEMINI_BAD_KEY + b"]"),
        (400, XAI_BAD_KEY),
        (400, b'{"code":"InvalidApiKey","message":"Invalid API-key provided."}'),
        (400, b'{"error":{"type":"authentication_error","message":"x-api-key header"}}'),
        (
            400,
            b'{"success":false,"errors":[{"code":1,"message":"Unable to authenticate request"}]}',
        ),
        (403, b'{"detail":"Not authenticated"}'),
        (
            403,
            b'{"error":{"code":403,"message":"API key not valid.","status":"PERMISSION_DENIED"}}',
        ),
        (403, b'{"error":{"message":"Method doesn\'t allow unregistered callers (callers"}}'),
        (403, b'{"message":"Wrong API Key","code":"wrong_api_key"}'),
        (200, b'{"code":"InvalidApiKey","message":"Invalid API-key provided.","success":false}'),
        (200, b'{"error":{"message":"No cookie auth","code":401}}'),
        (200, b'{"error":"Invalid API key"}'),
    ],
)
def test_a_body_can_say_that_the_key_is_wrong(status: int, body: bytes) -> None:
    assert judged(status, body) is Outcome.KEY_REJECTED
    assert judged(status, body, keyed=False) is Outcome.NO_KEY


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, b'{"error":{"message":"Unknown parameter: limit","code":"x"}}', Outcome.BAD_PAYLOAD),
        (400, HTML, Outcome.BAD_PAYLOAD),
        (403, b'{"error":{"message":"Missing scopes: api.model.read"}}', Outcome.FORBIDDEN),
        (403, b'{"error":{"code":403,"message":"blocked by guardrail"}}', Outcome.FORBIDDEN),
        (403, HTML, Outcome.FORBIDDEN),
        (403, b"", Outcome.FORBIDDEN),
        (200, b'{"error":{"message":"slow","type":"rate_limit_error"}}', Outcome.RATE_LIMITED),
        (200, b'{"code":"Throttling.RateQuota","message":"x"}', Outcome.RATE_LIMITED),
        (200, b'{"error":{"code":429}}', Outcome.RATE_LIMITED),
        (200, b'{"error":"model list cache unavailable"}', Outcome.BAD_PAYLOAD),
        (200, b'{"success":false}', Outcome.BAD_PAYLOAD),
        (200, b'{"code":"InternalError","message":"x"}', Outcome.BAD_PAYLOAD),
        (200, b'{"data":[],"error":{"message":"half"}}', Outcome.BAD_PAYLOAD),
    ],
)
def test_an_error_is_judged_by_its_words(status: int, body: bytes, expected: Outcome) -> None:
    assert judged(status, body) is expected


@pytest.mark.parametrize("type", ["text/html", ""])
def test_a_blocking_page_is_not_taken_for_a_missing_key(type: str) -> None:
    assert judged(403, HTML, keyed=False, type=type) is Outcome.FORBIDDEN


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (204, b"", Outcome.EMPTY),
        (205, b"{}", Outcome.EMPTY),
        (200, b"", Outcome.EMPTY),
        (200, b" \r\n\t", Outcome.EMPTY),
        (206, b'{"data":[]}', Outcome.BAD_PAYLOAD),
        (200, b'"ok"', Outcome.BAD_PAYLOAD),
        (200, b"null", Outcome.BAD_PAYLOAD),
        (200, b" true\n", Outcome.BAD_PAYLOAD),
        (200, b"-1.5e3", Outcome.BAD_PAYLOAD),
        (200, b"OK", Outcome.NOT_JSON),
        (200, b"not found", Outcome.NOT_JSON),
        (200, b"NaN", Outcome.NOT_JSON),
        (200, b'"broken', Outcome.NOT_JSON),
        (200, HTML, Outcome.NOT_JSON),
        (200, b"\n  <html>", Outcome.NOT_JSON),
        (200, b")]}',\n{}", Outcome.NOT_JSON),
        (200, b"\xef\xbb\xbf{}", Outcome.NOT_JSON),
        (200, '{"data":[]}'.encode("utf-16"), Outcome.NOT_JSON),
        (200, '{"data":[]}'.encode("utf-16-le"), Outcome.NOT_JSON),
        (200, '{"data":[]}'.encode("utf-16-be"), Outcome.NOT_JSON),
        (200, '[{"id":1}]'.encode("utf-32-le"), Outcome.NOT_JSON),
        (200, gzip.compress(b"{}", mtime=0), Outcome.NOT_JSON),
    ],
)
def test_a_success_without_a_list_has_its_word(status: int, body: bytes, expected: Outcome) -> None:
    assert judged(status, body) is expected


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":[{"id":"m"}]}',
        b'\n {"models":[]}',
        b'[{"id":"m"}]',
        b'[{"id":"error"}]',
        b"[]",
        b"{}",
        b'{"data":null}',
        b'{"data":[],"error":null}',
        b'{"code":null,"message":null,"success":true,"output":{"models":[]}}',
        b'{"code":"200","message":"","data":[]}',
        b'{"object":"list","data":[{"id":"error","message":"invalid api key"}]}',
        b'{"data":[{"id":"m"',
        b"[" * 100_000,
        b'{"error":' * 100_000,
    ],
)
def test_what_may_be_a_list_goes_to_the_dialect(body: bytes) -> None:
    assert judged(200, body) is None


def test_a_long_list_is_not_looked_into() -> None:
    body = b'{"success":false,"data":["' + b"x" * 300_000 + b'"]}'
    assert judged(200, body) is None


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, b'{"error":{"code":"invalid_api_key"}}', "HTTP 401, code invalid_api_key"),
        (400, GEMINI_BAD_KEY, "HTTP 400, code API_KEY_INVALID"),
        (401, f'{{"error":{{"code":"{KEY}"}}}}'.encode(), "HTTP 401"),
        (401, f'{{"error":"Incorrect API key provided: {KEY}"}}'.encode(), "HTTP 401"),
        (400, b'{"code":"invalid_api\\u001b_key","message":"x"}', "HTTP 400"),
        (404, HTML, "HTTP 404"),
        (200, b'{"error":{"type":"rate_limit_error"}}', "HTTP 200, code rate_limit_error"),
    ],
)
def test_a_message_holds_the_status_and_a_known_word_only(
    status: int, body: bytes, message: str
) -> None:
    verdict = judge(Answer(status=status, body=body), keyed=True)
    assert verdict is not None
    assert verdict.message == message


@pytest.mark.parametrize("status", [200, 429, 503])
def test_the_wait_asked_for_is_handed_on(status: int) -> None:
    answer = Answer(status=status, body=b'{"error":"x"}', retry_after_s=7.0)
    verdict = judge(answer, keyed=True)
    assert verdict is not None
    assert verdict.retry_after_s == 7.0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["error", "errors", "code", "message", "details", "data", "success"])
            | st.text(),
            inner,
            max_size=5,
        )
    ),
)


@given(
    st.integers(100, 999),
    st.binary() | json_values.map(lambda value: json.dumps(value).encode()),
    st.text(),
    st.booleans(),
)
def test_no_bytes_raise_and_none_are_repeated(
    status: int, body: bytes, type: str, keyed: bool
) -> None:
    verdict = judge(Answer(status=status, body=body, content_type=type), keyed=keyed)
    if verdict is not None:
        assert len(verdict.message) <= 100
        assert verdict.message.isprintable()


@pytest.mark.parametrize("status", [200, 402, 429])
def test_an_account_without_credit_is_not_told_to_come_again(status: int) -> None:
    body = b'{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}'
    verdict = judge(Answer(status=status, body=body), keyed=True)
    assert verdict is not None
    said = f"HTTP {status}, code insufficient_quota"
    assert (verdict.outcome, verdict.message) == (Outcome.FORBIDDEN, said)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=6, max_size=34))
def test_a_key_in_any_field_of_an_error_stays_there(key: str) -> None:
    key = f"canary{key}"
    fields = dict.fromkeys(("code", "type", "status", "reason", "message", "detail"), key)
    body = json.dumps({"error": fields, **fields}).encode()
    verdict = judge(Answer(status=401, body=body), keyed=True)
    assert verdict is not None
    assert verdict.message == "HTTP 401"


def test_a_number_of_thousands_of_digits_is_no_code() -> None:
    assert judged(401, b'{"code":' + b"9" * 5000 + b"}") is Outcome.KEY_REJECTED


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not beside the project")
def test_every_recorded_error_is_about_the_key() -> None:
    bodies = {path.name: gzip.decompress(path.read_bytes()) for path in RECORDED.glob("*.gz")}
    words = {name: judged(int(name.split(".")[1]), body) for name, body in bodies.items()}
    assert len(words) >= 15
    assert set(words.values()) == {Outcome.KEY_REJECTED}
