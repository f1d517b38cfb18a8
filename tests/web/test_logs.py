"""What the service writes down: one line per request, and no secret in any line."""

import io
import json
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from modeldex.domain.secret import Secret
from modeldex.web.logs import Form, Requests, redacted, telling
from tests.conftest import NOW
from tests.waiting import comes

from .canaries import spellings
from .hosting import TOKEN, Service, serving, shelve

ODD = "it-has-no-known-shape-0123456789"
BODY = sha256(b"a key").hexdigest()
FIELDS = {"time", "method", "route", "status", "ms", "user", "request"}
SHAPES = (
    f"sk-{BODY}",
    f"sk-proj-{BODY[:20]}_{BODY[20:40]}",
    f"sk-ant-api03-{BODY}",
    f"gsk_{BODY}",
    f"AIza{BODY[:35]}",
    f"AQ.{BODY}",
    f"xai-{BODY}",
    f"hf_{BODY}",
    f"AKIA{BODY[:16].upper()}",
    f"gho_{BODY}",
    f"mdx_{BODY[:39]}",
    f"eyJ{BODY}.eyJ{BODY}.{BODY}",
    f"$argon2id$v=19$m=32768,t=2,p=1${BODY}${BODY}",
)
NAMED = (
    f"Authorization: Bearer {BODY}",
    f"https://x.example/v1?key={BODY}&page=2",
    f"https://me:{BODY}@x.example/v1",
    f'{{"api_key": "{BODY}"}}',
    f"{{'password': '{BODY}'}}",
    f"x-api-key={BODY}",
    f"Cookie: {BODY}",
)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_looks_like_a_secret_is_taken_out(shape: str) -> None:
    said = redacted(f"asked with {shape}, and refused")
    assert BODY[:12].lower() not in said.lower()
    assert said.startswith("asked with (hidden)")
    assert said.endswith("and refused")


@pytest.mark.parametrize("named", NAMED)
def test_what_follows_the_name_of_a_secret_is_taken_out(named: str) -> None:
    assert BODY not in redacted(named)
    assert "(hidden)" in redacted(named)


@pytest.mark.parametrize(
    "spelling",
    ["plain", "hex", "url", "base64 from 0", "base64 from 1", "base64 from 2"],
)
def test_a_key_that_is_held_is_taken_out_in_every_spelling(spelling: str) -> None:
    held = Secret(ODD)
    text = dict(spellings(ODD))[spelling].decode()
    assert text not in redacted(f"before {text} after")
    assert held.hint == "…6789"


def test_a_key_that_nobody_holds_any_more_is_forgotten() -> None:
    held = Secret("nobody-holds-this-0123456789")
    del held
    assert redacted("nobody-holds-this-0123456789") == "nobody-holds-this-0123456789"


@pytest.mark.parametrize(
    "long",
    [
        "a-" * 4000,
        "eyJ-" * 2000,
        "eyJaaaaaaaa-" * 600,
        "token-" * 1300,
        "bearer " * 1100,
        "://a" * 2000,
        "token" + " " * 7990,
        "token:" + " " * 7990,
        "$argon2" * 1100,
        "sk-a " * 1600,
    ],
)
def test_no_text_takes_long_to_look_through(long: str) -> None:
    began = time.process_time()
    redacted(long)
    redacted(long * 100)
    assert time.process_time() - began < 0.25


def test_a_long_text_is_cut_between_words_and_says_so() -> None:
    held = Secret(ODD)
    said = redacted("word " * 1599 + ODD + " and more")
    assert said == "word " * 1598 + "word (some 36 letters are left out)"
    assert held.hint == "…6789"


def test_a_word_longer_than_any_message_is_left_out() -> None:
    assert redacted("x" * 9000) == " (some 1000 letters are left out)"


def test_the_name_of_a_secret_may_be_as_long_as_it_likes() -> None:
    assert BODY not in redacted(f"{'MY_' * 30}API_KEY={BODY}")


@pytest.mark.parametrize(
    "plain", ["GET /v1/models 200", "task-list of monkeys: turkey=1", "skip-it"]
)
def test_ordinary_words_stay_as_they_are(plain: str) -> None:
    assert redacted(plain) == plain


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(params=list(Form))
def form(request: pytest.FixtureRequest) -> Form:
    found: Form = request.param
    return found


def complain(logger: logging.Logger, held: Secret) -> None:
    logger.warning("GET %s failed", f"https://x.example/?key={ODD}")
    logger.warning("headers %r", {"authorization": f"Bearer {ODD}"})
    logger.warning("%d of %s", ODD, 2)
    try:
        raise RuntimeError(f"refused {ODD}")
    except RuntimeError:
        logger.exception("it failed with %s", ODD)
    assert held.begins_with("it")


def test_no_line_of_a_library_has_a_secret_in_it(form: Form, stream: io.StringIO) -> None:
    with telling(form, lambda: NOW, stream):
        complain(logging.getLogger("some.library"), Secret(ODD))
    assert ODD not in stream.getvalue()
    assert "it failed with (hidden)" in stream.getvalue()
    assert "RuntimeError: refused (hidden)" in stream.getvalue()


def test_other_handlers_see_no_secret_either(
    stream: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    with telling(Form.OFF, lambda: NOW, stream):
        complain(logging.getLogger("some.library"), Secret(ODD))
    assert ODD not in caplog.text + repr([vars(one) for one in caplog.records])


def test_json_has_one_document_per_line(stream: io.StringIO) -> None:
    with telling(Form.JSON, lambda: NOW, stream):
        complain(logging.getLogger("some.library"), Secret(ODD))
        logging.getLogger("some.library").error("two\nlines\x1b[2J")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) == 5
    assert {"time", "level", "logger", "message"} <= lines[0].keys()


def test_afterwards_the_log_is_as_it_was(stream: io.StringIO) -> None:
    before = (logging.getLogRecordFactory(), list(logging.getLogger().handlers))
    with telling(Form.PLAIN, lambda: NOW, stream):
        pass
    assert (logging.getLogRecordFactory(), logging.getLogger().handlers) == before


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return []


@pytest.fixture(scope="module")
def telling_service(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("telling")
    shelve(folder)
    tell = Requests(Form.JSON, lambda: NOW, lines.append)
    with serving(folder, instead={"requests": tell}) as found:
        yield found


@pytest.fixture
def written(lines: list[str]) -> list[str]:
    lines.clear()
    return lines


@pytest.fixture
def caller(telling_service: Service) -> Iterator[httpx2.Client]:
    with telling_service.client() as found:
        yield found


def told(written: list[str], count: int) -> list[Any]:
    """The lines, as soon as so many are there: each is written when its answer has gone out."""
    comes(lambda: len(written) >= count)
    return [json.loads(line) for line in written]


def test_every_request_is_one_line_with_nothing_of_the_callers(
    caller: httpx2.Client, written: list[str]
) -> None:
    caller.get("/v1/models/acme/sonnet-5?shape=anthropic")
    caller.get("/v1/models", headers={"authorization": "Bearer a-wrong-token"})
    caller.get("/nowhere/at-all?name=somebody")
    lines = told(written, 3)
    assert [(one["method"], one["route"], one["status"]) for one in lines] == [
        ("GET", "/v1/models/{model}", 200),
        ("GET", "unmatched", 401),
        ("GET", "unmatched", 404),
    ]
    assert all(one.keys() == FIELDS for one in lines)
    assert all(word not in "".join(written) for word in ("sonnet", "wrong", "somebody", TOKEN))


def test_a_problem_names_the_request_as_its_line_does(
    caller: httpx2.Client, written: list[str]
) -> None:
    instance = caller.get("/nowhere").json()["instance"]
    assert instance == f"urn:modeldex:incident:{told(written, 1)[0]['request']}"


def test_a_user_is_named_by_a_hash(written: list[str], caller: httpx2.Client) -> None:
    caller.get("/v1/models")
    caller.get("/healthz")
    named, nobody = (line["user"] for line in told(written, 2))
    assert len(named) == 12
    assert nobody == ""


@pytest.mark.parametrize("form", [Form.JSON, Form.PLAIN])
def test_a_log_that_nobody_reads_any_more_stops_nothing(form: Form) -> None:
    stream = io.StringIO()
    with telling(form, lambda: datetime(2026, 11, 20, tzinfo=UTC), stream) as tell:
        assert tell is not None
        stream.close()
        tell("GET", "/", 200, 0.1, "somebody", "0" * 16)
