"""Stores for tests: a folder, memory, and a bucket behind the real S3 protocol on this machine."""

import logging
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from modeldex.storage.bucket_store import Bucket

KEYS = {
    "AWS_ACCESS_KEY_ID": "an-id-for-tests",
    "AWS_SECRET_ACCESS_KEY": "a-secret-for-tests",
    "AWS_REGION": "us-east-1",
}


def memory() -> Bucket:
    """A store of this process."""
    from obstore.store import MemoryStore

    return Bucket("memory", MemoryStore())


@contextmanager
def s3(bucket: str = "models") -> Iterator[Mapping[str, str]]:
    """A server of the S3 protocol with one bucket; yields the environment that leads to it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        url = "http://{}:{}".format(*server.get_host_and_port())
        make = urllib.request.Request(f"{url}/{bucket}", method="PUT")
        urllib.request.urlopen(make).close()
        yield {**KEYS, "AWS_ENDPOINT_URL": url}
    finally:
        server.stop()
