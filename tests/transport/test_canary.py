"""The key is in the header of the request and in nothing that anybody can read afterwards."""

import gzip
import logging
import subprocess
import sys
import traceback

import pytest

from modeldex.domain.outcome import Verdict
from modeldex.domain.provider import Auth
from modeldex.transport import quiet
from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from tests.transport.faults import BROKEN, SLOW
from tests.transport.servers import (
    ASK,
    HASTY,
    KEY,
    ONCE,
    Handler,
    answering,
    connection,
    reply,
    serve,
)

ECHO = f'{{"error":"Incorrect API key provided: {KEY}"}}'.encode()
ECHOING = {
    "in a redirect": answering(reply(b"", status="302 X", location=f"https://x/?key={KEY}")),
    "in a redirect's host": answering(reply(b"", status="302 X", location=f"https://{KEY}.x/")),
    "in a broken answer": answering(reply(ECHO, content_encoding="gzip", x_echo=KEY)),
    "in a stacked encoding": answering(reply(gzip.compress(ECHO), content_encoding=f"gzip, {KEY}")),
    "in the status line": answering(f"HTTP/1.1 {KEY}\r\n\r\n".encode()),
    "in a header that is none": answering(f"HTTP/1.1 200 OK\r\n{KEY}\r\n\r\n".encode()),
}
FAULTS = {name: (handler, ONCE) for name, handler in {**BROKEN, **ECHOING}.items()}
FAULTS |= {name: (handler, HASTY) for name, handler in SLOW.items()}


@pytest.mark.anyio
@pytest.mark.parametrize("auth", [Auth.BEARER, Auth.X_API_KEY])
@pytest.mark.parametrize(("handler", "limits"), FAULTS.values(), ids=FAULTS.keys())
async def test_no_failure_shows_the_key(
    handler: Handler, limits: Limits, auth: Auth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serve(handler) as server, open_transport(limits) as transport:
        with pytest.raises(Verdict) as met:
            await transport.fetch(connection(server.url, key=KEY, auth=auth), ASK)
    trace = traceback.TracebackException.from_exception(met.value, capture_locals=True)
    shown = [str(met.value), repr(met.value), repr(vars(met.value)), caplog.text, *trace.format()]
    assert KEY.encode() in server.requests[0]
    assert not any(KEY in text or KEY in repr(text) for text in shown)
    assert met.value.__context__ is None


@pytest.mark.anyio
async def test_no_success_logs_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    handler = answering(reply(ECHO, status="401 X", x_echo=KEY))
    async with serve(handler) as server, open_transport(ONCE) as transport:
        await transport.fetch(connection(server.url, key=KEY), ASK)
    assert KEY not in caplog.text


def test_other_users_of_the_client_keep_their_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quiet.install()
    log = logging.getLogger("httpcore2.http11")
    with quiet.quietly():
        log.debug("ours")
    log.debug("theirs")
    assert caplog.messages == ["theirs"]


def test_deciding_imports_no_http_client() -> None:
    rooms = ["address", "auth", "body", "breaker", "guard", "limits", "quiet", "retry"]
    code = "import sys\n" + "".join(f"import modeldex.transport.{room}\n" for room in rooms)
    code += "import modeldex.rules.verdict, modeldex.rules.advice\n"
    code += "sys.exit(bool({'httpx2', 'httpcore2'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
