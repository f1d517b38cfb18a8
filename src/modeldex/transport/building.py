"""The HTTP client of one refresh, built where it may take its time: in a thread."""

import asyncio
import os
import ssl
from functools import cache, lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore2
import httpx2

from .._version import __version__
from ..domain.errors import BadConfig
from .body import ACCEPTED
from .limits import Limits
from .pooled import Pooled, core_url
from .proxies import NoSocks, mounts
from .resolving import Look, Resolving, ResolvingProxy, Vet

_KEEPALIVE_S = 5.0
_UNUSABLE = (
    "the proxy or the certificates named in the environment cannot be used;"
    " check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
)
_NO_SOCKS = (
    "a SOCKS proxy is named in the environment, and needs a package that is not installed:"
    " pip install socksio, or name an HTTP proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"
)


def build(limits: Limits, look: Look, vet: Vet, through_proxies: bool = True) -> httpx2.AsyncClient:
    """A client that looks names up with `look` and connects only to what `vet` lets pass.

    `through_proxies` is whether those that the environment names are used. A proxy is looked up with `look` and not vetted: this machine's owner chose it.
    Raises `BadConfig` when the environment names a proxy or certificates that cannot be used.
    """
    _warm_up()
    fault = _UNUSABLE
    try:
        tls = _ssl_context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        direct = Pooled(_pool(limits, tls, Resolving(look, vet)))
        if not through_proxies:
            return _client(limits, direct, {})
        return _client(
            limits,
            direct,
            mounts(
                lambda proxy: Pooled(_pool(limits, tls, ResolvingProxy(look), _core(proxy, tls)))
            ),
        )
    except NoSocks:
        fault = _NO_SOCKS
    except (ImportError, ValueError, OSError, httpx2.InvalidURL):
        pass
    # Not chained: the proxy's address may hold a password.
    raise BadConfig(fault)


def _client(
    limits: Limits,
    direct: httpx2.AsyncBaseTransport,
    proxied: dict[str, httpx2.AsyncBaseTransport | None],
) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        headers={
            "accept": "application/json",
            "accept-encoding": ACCEPTED,
            "user-agent": f"modeldex/{__version__}",
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        follow_redirects=False,
        transport=direct,
        mounts=proxied,
        timeout=httpx2.Timeout(
            connect=limits.connect_s,
            read=limits.read_s,
            write=limits.read_s,
            pool=limits.attempt_s,
        ),
    )


def _pool(
    limits: Limits, tls: ssl.SSLContext, network: Resolving, proxy: httpcore2.Proxy | None = None
) -> httpcore2.AsyncConnectionPool:
    return httpcore2.AsyncConnectionPool(
        ssl_context=tls,
        proxy=proxy,
        max_connections=limits.in_flight,
        max_keepalive_connections=limits.in_flight,
        keepalive_expiry=_KEEPALIVE_S,
        network_backend=network,
    )


def _core(proxy: httpx2.Proxy, tls: ssl.SSLContext) -> httpcore2.Proxy:
    return httpcore2.Proxy(
        core_url(proxy.url),
        auth=proxy.raw_auth,
        ssl_context=tls if proxy.url.scheme == "https" else None,
    )


@lru_cache(maxsize=4)
def _ssl_context(cert_file: str | None, cert_dir: str | None) -> ssl.SSLContext:
    """The context for two variables that the client reads itself; reading all roots is dear."""
    return httpx2.create_ssl_context()


@cache
def _warm_up() -> None:
    """Load what the client would load at its first request, on the event loop."""
    asyncio.run(httpcore2.AnyIOBackend().sleep(0))
