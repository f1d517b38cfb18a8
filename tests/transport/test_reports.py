import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from modeldex.domain.outcome import Outcome, Verdict
from modeldex.domain.secret import Secret
from modeldex.transport.limits import Limits
from modeldex.transport.reports import Courier

QUICK = Limits(connect_s=0.5, read_s=0.5)
TOKEN = Secret("mdx_token")


@contextmanager
def answering(status: int, **headers: str) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """A server that gives each request this answer; its address, and what it got."""
    got: list[tuple[str, str, bytes]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            got.append((self.path, self.headers["authorization"], body))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sent(url: str) -> int:
    courier = Courier(url, TOKEN, QUICK)
    try:
        return courier.send(b"{}")
    finally:
        courier.close()


def test_a_body_arrives_with_its_token() -> None:
    with answering(200) as (url, got):
        assert sent(f"{url}/api/v1/calls") == 200
    assert got == [("/api/v1/calls", "Bearer mdx_token", b"{}")]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_token_follows_no_redirect(status: int) -> None:
    with answering(200) as (elsewhere, never), answering(status, location=elsewhere) as (url, got):
        assert sent(url) == status
    assert (len(got), never) == (1, [])


@pytest.mark.parametrize("status", [400, 429, 500])
def test_what_is_answered_is_said(status: int) -> None:
    with answering(status) as (url, _):
        assert sent(url) == status


def test_a_service_that_is_away_is_a_verdict_without_address_or_token() -> None:
    with answering(200) as (url, _):
        pass
    with pytest.raises(Verdict) as met:
        sent(url)
    assert met.value.outcome is Outcome.UNREACHABLE
    assert "127.0.0.1" not in met.value.message
    assert met.value.__cause__ is None
    assert met.value.__context__ is None


def test_a_token_is_not_sent_in_the_clear_to_other_machines() -> None:
    with pytest.raises(Verdict) as met:
        Courier("http://modeldex.example", TOKEN, QUICK)
    assert met.value.outcome is Outcome.TLS
