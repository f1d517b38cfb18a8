"""The address of one request: the connection's base URL, the path and the query put together."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode

from ..domain.connection import Connection
from ..domain.listing import Ask
from ..domain.outcome import Outcome, Verdict
from .guard import origin

_VERSION = re.compile(r"/v\d+[a-z0-9]*\Z")
_NOT_IN_PATHS = re.compile(r"[\x00-\x20\x7f-\xa0\\?#{}\u2028\u2029]")
_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~-._"
_LONGEST = 8192


def url(connection: Connection, ask: Ask) -> str:
    """The absolute address to ask, always on the host of `connection.base_url` or, for what
    anybody may read, of `connection.public_url`.

    A path with a leading slash starts at the API's root, any other at the base URL.
    Raises `Verdict` when base URL, path or parameters cannot make such an address.
    """
    row = connection.provider
    base, own = connection.base_url.rstrip("/"), row.base_url
    if ask.public:
        base, own = (connection.public_url or "").rstrip("/"), row.public_url or ""
    origin(base)
    if re.search(r"[?#]", base):
        raise Verdict(
            Outcome.UNREACHABLE, "its address carries a query or a fragment: leave it out"
        )
    from_root = ask.path.startswith("/")
    start = root(base, own) if from_root else base
    path = _path(ask.path.removeprefix("/"))
    built = f"{start}/{path}" if path else start
    built += _query(ask.params)
    if len(built) > _LONGEST:
        raise _refused()
    return built


def root(base_url: str, row_base_url: str) -> str:
    """The base URL without the row's own path, or else without a version at its end.

    >>> root("http://127.0.0.1:8700/groq/openai/v1", "https://api.groq.com/openai/v1")
    'http://127.0.0.1:8700/groq'
    >>> root("http://127.0.0.1:8700/v1beta", "https://api.example.com/api")
    'http://127.0.0.1:8700'
    """
    base = base_url.rstrip("/")
    own = _path_of(row_base_url)
    if own and _path_of(base).endswith(own):
        return base.removesuffix(own)
    stripped = _VERSION.sub("", _path_of(base))
    return base.removesuffix(_path_of(base)) + stripped


def _path_of(address: str) -> str:
    _, slash, path = address.partition("://")[2].partition("/")
    return (slash + path).rstrip("/")


def _path(path: str) -> str:
    if _NOT_IN_PATHS.search(path):
        raise _refused()
    segments = path.removesuffix("/").split("/") if path else []
    if any(not segment or _climbs(segment) for segment in segments):
        raise _refused()
    try:
        return quote(path, safe=_KEPT_IN_PATHS)
    except UnicodeEncodeError:
        pass
    raise _refused()


def _climbs(segment: str) -> bool:
    return not {".", ".."}.isdisjoint(re.split(r"[/\\]", unquote(segment)))


def _query(params: Mapping[str, str]) -> str:
    try:
        said = urlencode(params, quote_via=quote, safe="")
    except UnicodeEncodeError:
        said = None
    if said is None:
        raise _refused()
    return f"?{said}" if said else ""


def _refused() -> Verdict:
    return Verdict(Outcome.UNREACHABLE, "its path does not stay below its address")
