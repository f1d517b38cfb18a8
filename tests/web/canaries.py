"""Secrets that are to be found nowhere afterwards, in whatever spelling."""

import gzip
import logging
import threading
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from urllib.parse import quote

import httpx2


class Canaries:
    """Secrets by what they stand for, each made up and unique."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def plant(self, where: str, value: str = "") -> str:
        """A secret that was put somewhere; without `value` a new one."""
        said = value or f"canary-{sha256(where.encode()).hexdigest()[:32]}"
        return self.planted.setdefault(where, said)

    def found(self, texts: Mapping[str, bytes]) -> list[tuple[str, str, str]]:
        """Which secret stands in which text, in which spelling; case does not matter."""
        low = {place: text.lower() for place, text in texts.items()}
        return [
            (where, place, spelling)
            for where, value in self.planted.items()
            for spelling, written in spellings(value)
            for place, text in low.items()
            if written.lower() in text
        ]


def spellings(value: str) -> Iterator[tuple[str, bytes]]:
    """Ways to write a secret."""
    raw = value.encode()
    yield "plain", raw
    yield "reversed", raw[::-1]
    yield "hex", raw.hex().encode()
    yield "url", quote(raw, safe="").encode()
    yield "every byte of a url", b"".join(b"%%%02x" % byte for byte in raw)
    yield "utf-16", value.encode("utf-16-le")
    yield "escaped", b"".join(b"\\u%04x" % byte for byte in raw)
    for shift in range(3):
        whole = raw[(3 - shift) % 3 :]
        whole = whole[: len(whole) - len(whole) % 3]
        yield f"base64 from {shift}", b64encode(whole)
        yield f"base64 for urls from {shift}", urlsafe_b64encode(whole)


def opened(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files as they lie, and what is compressed in them."""
    packed = {name: body for name, body in files.items() if name.endswith(".gz")}
    return {**files, **{f"{name} (opened)": gzip.decompress(body) for name, body in packed.items()}}


def whole(answer: httpx2.Response) -> bytes:
    """An answer to the last byte, as it came."""
    headers = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return f"{answer.status_code} {headers}\n".encode() + answer.content


class Heard(logging.Handler):
    """Everything that anybody logs, with all that hangs on it, but what the client of the test says
    of its own requests."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.records: list[str] = []
        self._tests = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._tests and record.name.startswith(("httpx2", "httpcore2")):
            return
        said = [record.getMessage(), repr(record.__dict__)]
        if record.exc_info and record.exc_info[1] is not None:
            said.append("".join(traceback.format_exception(record.exc_info[1])))
            said += _locals(record.exc_info[1])
        self.records.append("\n".join(said))

    def text(self) -> bytes:
        return "\n".join(self.records).encode(errors="backslashreplace")


def _locals(error: BaseException) -> Iterable[str]:
    """What a crash reporter would send: the variables of every frame."""
    frames = traceback.walk_tb(error.__traceback__)
    return [repr(frame.f_locals) for frame, _ in frames if "/modeldex/" in frame.f_code.co_filename]
