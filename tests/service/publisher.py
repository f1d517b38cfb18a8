"""The public datasets on this machine, as well or as badly published as a test wants them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from modeldex.knowledge.in_force import editions_in_hand, in_force
from tests.transport.servers import Server, reply, serve

DATASETS = ("models-dev", "genai-prices", "litellm")
"""Those that are published as one file."""


def records(name: str, number: int, **fields: Any) -> bytes:
    """A dataset of so many models of one provider, in the shape of the published one."""
    ids = [f"made-{at}" for at in range(number)]
    shapes: dict[str, Any] = {
        "models-dev": {"openai": {"models": dict.fromkeys(ids, fields)}},
        "litellm": {one: {"litellm_provider": "openai", **fields} for one in ids},
        "genai-prices": [
            {
                "id": "openai",
                "models": [
                    {"id": one, "match": {"equals": one}, "prices": {}, **fields} for one in ids
                ],
            }
        ],
    }
    return json.dumps(shapes[name]).encode()


def as_many(name: str, share: float = 1.0) -> int:
    """As many records as the packaged edition has, or a share of them."""
    return round(editions_in_hand(in_force(Path("nowhere")))[name].records * share)


class Publisher:
    """What is published, and what was asked for."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.bodies: dict[str, bytes] = {}
        self.headers: dict[str, Mapping[str, str]] = {}
        self.status: dict[str, str] = {}
        self.delay_s: dict[str, float] = {}

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.port}/{name}.json"

    def config(self, *names: str) -> str:
        """The configuration that asks for these datasets here, and for no others."""
        return "".join(
            f'\n[knowledge.{name}]\nurl = "{self.url(name)}"\n'
            if name in names
            else f"\n[knowledge.{name}]\nenabled = false\n"
            for name in DATASETS
        )

    @property
    def asked(self) -> list[str]:
        """The datasets asked for, in the order of arrival."""
        return [head.split(b"/", 1)[1].split(b".json")[0].decode() for head in self.heads]

    @property
    def heads(self) -> list[bytes]:
        return self._server.requests

    async def answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        name = head.split(b"/", 1)[1].split(b".json")[0].decode()
        await asyncio.sleep(self.delay_s.get(name, 0))
        body = self.bodies.get(name, b"")
        etag = f'"{sha256(body).hexdigest()[:8]}"'
        if f"if-none-match: {etag}" in head.decode().lower():
            writer.write(reply(b"", "304 Not Modified", etag=etag))
        else:
            said = {"etag": etag, **self.headers.get(name, {})}
            writer.write(reply(body, self.status.get(name, "200 OK"), **said))


@asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    """The datasets on this machine; at first none has anything in it."""
    publishers: list[Publisher] = []

    async def handle(head: bytes, writer: asyncio.StreamWriter) -> None:
        await publishers[0].answer(head, writer)

    async with serve(handle) as server:
        publishers.append(Publisher(server))
        yield publishers[0]
