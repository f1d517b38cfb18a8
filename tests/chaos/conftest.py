"""What replicas lean on, in pieces that a test can take away."""

import itertools
import logging
import os
import urllib.request
from collections.abc import Iterator, Mapping
from unittest.mock import patch

import pytest

from modeldex.providers import packaged
from modeldex.storage.bucket_store import opened
from tests.buckets import KEYS
from tests.loopback import LoopbackProviders, running
from tests.postgres import Postgres, serving
from tests.service.many.house import Host
from tests.web.many import listing_by_key

_NUMBERS = itertools.count(1)
NAMES = ("groq", "openrouter")
ADAS, BENS = "gsk_adas-canary-0123456789abcdef", "gsk_bens-canary-0123456789abcdef"
LISTS = {ADAS: ["ada/one", "ada/two"], BENS: ["ben/one"]}


@pytest.fixture
def loopback() -> Iterator[LoopbackProviders]:
    with running([packaged()[name] for name in NAMES]) as providers:
        yield providers


@pytest.fixture
def host() -> Iterator[Host]:
    """A provider's host that lists to each key what it opens."""
    with listing_by_key(LISTS) as found:
        yield found


@pytest.fixture
def mortal() -> Iterator[Postgres]:
    """A database server of this test alone, which may be stopped."""
    with serving() as server:
        yield server


class Bucket:
    """A server of the S3 protocol and a bucket of its own, which stays while it is stopped: what
    the server holds outlives it in this process."""

    def __init__(self) -> None:
        self.port, self.name = 0, f"models-{next(_NUMBERS)}"
        self.start()
        make = urllib.request.Request(f"{self.url}/{self.name}", method="PUT")
        urllib.request.urlopen(make).close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"s3://{self.name}/catalog"

    @property
    def environ(self) -> Mapping[str, str]:
        return {**KEYS, "AWS_ENDPOINT_URL": self.url}

    def start(self) -> None:
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()
        self.port = self._server.get_host_and_port()[1]

    def stop(self) -> None:
        self._server.stop()

    def names(self) -> str:
        """The names of what is in it."""
        return urllib.request.urlopen(f"{self.url}/{self.name}?list-type=2").read().decode()

    def empty(self, prefix: str) -> None:
        """Lose what is in such a folder."""
        with patch.dict(os.environ, self.environ):
            store = opened(self.address, self.environ)
            store.remove([one.path for one in store.found(prefix)])


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    made = Bucket()
    try:
        yield made
    finally:
        made.stop()
