"""A receiver of webhooks on this machine: it takes messages, refuses them, or lets them wait."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
HANG = 0
"""Instead of a status: the connection stays open, and no answer comes."""


class Got(NamedTuple):
    """One message as it arrived."""

    id: str
    timestamp: str
    signature: str
    body: bytes
    status: int
    """What it was answered."""

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def genuine(self) -> bool:
        """As a receiver checks it, by the published scheme."""
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        signed = f"{self.id}.{self.timestamp}.".encode() + self.body
        expected = base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
        return f"v1,{expected}" in self.signature.split(" ")


class Receiver:
    """What it has got, and what it answers next; after that, 204."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.got: list[Got] = []
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.release = threading.Event()
        self.models: list[str] = []
        """What a `GET` lists: the receiver may be a provider as well."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def taken(self) -> list[Got]:
        """What a receiver that drops second messages has taken."""
        return list({one.id: one for one in self.got if one.status < 300}.values())

    def kinds(self) -> list[str]:
        return [one.document["type"] for one in self.taken]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens until the end of the block."""
    receivers: list[Receiver] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listed = [{"id": name} for name in receivers[0].models]
            body = json.dumps({"data": listed}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            receiver = receivers[0]
            body = self.rfile.read(int(self.headers["content-length"]))
            status = receiver.answers.pop(0) if receiver.answers else 204
            names = ("webhook-id", "webhook-timestamp", "webhook-signature")
            receiver.got.append(Got(*(self.headers[name] for name in names), body, status or 999))
            if status == HANG:
                receiver.release.wait(30)
                return
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    receivers.append(Receiver(server.server_address[1]))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receivers[0]
    finally:
        receivers[0].release.set()
        server.shutdown()
        server.server_close()
        thread.join()
