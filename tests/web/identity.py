"""An identity provider on this machine: real HTTP, keys of its own, and as wrong as a test wants it."""

import base64
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

import httpx2
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from modeldex.transport.client import open_transport
from modeldex.transport.limits import Limits
from modeldex.web.oidc import Oidc

from .hosting import Clock
from .many import Many, serving_many

CLIENT, SECRET = "modeldex-of-acme", "idp-canary-0c9f1e7b5a3d2846"
CALLBACK = "/api/v1/oidc/callback"
PATIENT = Limits(
    connect_s=20,
    read_s=20,
    attempt_s=30,
    attempts=1,
    compressed_bytes=256 * 1024,
    decoded_bytes=1024 * 1024,
)
KEYS: Mapping[str, Callable[[], Any]] = {
    "RS256": partial(RSAKey.generate_key, 2048),
    "PS256": partial(RSAKey.generate_key, 2048),
    "ES256": partial(ECKey.generate_key, "P-256"),
    "EdDSA": partial(OKPKey.generate_key, "Ed25519"),
}
Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


class Signing(NamedTuple):
    """A key, and the algorithm that it is for."""

    alg: str
    key: Any

    def public(self, kid: str) -> dict[str, Any]:
        return {**self.key.as_dict(private=False), "kid": kid, "use": "sig", "alg": self.alg}


class IdentityProvider:
    """Signs people in without asking them anything; tests say who they are, and what is wrong."""

    def __init__(self) -> None:
        self.url = ""
        self.clock = Clock()
        self.keys = {"first": Signing("RS256", KEYS["RS256"]())}
        self.signs_with = "first"
        self.person: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: Counter[str] = Counter()
        self.reset()

    def reset(self) -> None:
        """As a good provider is."""
        self.person = {"sub": "ada-1", "email": "ada@example.com", "email_verified": True}
        self.says: dict[str, Any] = {}
        """What discovery says otherwise."""
        self.claims: dict[str, Any] = {}
        """What the ID token says otherwise; `None` leaves a claim out."""
        self.token: Callable[[dict[str, Any]], str] = self.signed
        """Makes an ID token of claims."""
        self.answers: dict[str, Callable[[], Answer]] = {}
        """Path → what is answered there instead."""
        self.slow: dict[str, float] = {}
        """Path → seconds until an answer begins."""

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """A token of these claims with the key of the moment."""
        alg, key = self.keys[self.signs_with]
        said = {"alg": alg, "kid": self.signs_with, **header}
        said = {name: value for name, value in said.items() if value is not None}
        with_all = jws.JWSRegistry(strict_check_header=False)
        with_all.get_alg = with_all.algorithms.__getitem__  # type: ignore[method-assign]
        return jws.serialize_compact(said, json.dumps(claims).encode(), key, registry=with_all)

    def rotate(self, name: str, alg: str = "RS256") -> None:
        """Sign with a new key from now on, and publish that alone."""
        self.keys = {name: Signing(alg, KEYS[alg]())}
        self.signs_with = name

    def answer(self, path: str, query: str, form: str, authorization: str) -> Answer:
        if path in self.slow:
            time.sleep(self.slow[path])
        if path in self.answers:
            return self.answers[path]()
        if path == "/.well-known/openid-configuration":
            return said(self.described())
        if path == "/keys":
            return said({"keys": [one.public(kid) for kid, one in self.keys.items()]})
        if path == "/authorize":
            return self._authorized(dict(parse_qsl(query)))
        if path == "/token":
            return self._exchanged(dict(parse_qsl(form)), authorization)
        return said({}, 404)

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            **self.says,
        }

    def _authorized(self, asked: dict[str, str]) -> Answer:
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        return 302, {"location": f"{asked['redirect_uri']}?{back}"}, b""

    def _exchanged(self, form: dict[str, str], authorization: str) -> Answer:
        if not _is_us(form, authorization):
            return said({"error": "invalid_client", "error_description": "WORDS"}, 401)
        asked = self.codes.pop(form["code"], None)
        if asked is None or not _is_it(form, asked):
            return said({"error": "invalid_grant", "error_description": "WORDS"}, 400)
        moment = int(self.clock().timestamp())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return said({"access_token": "opaque", "id_token": self.token(claims)})


def said(document: Any, status: int = 200) -> Answer:
    return status, {"content-type": "application/json"}, json.dumps(document).encode()


def _is_us(form: dict[str, str], authorization: str) -> bool:
    if form.get("client_secret"):
        return (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
    kind, _, pair = authorization.partition(" ")
    name, _, secret = base64.b64decode(pair).decode().partition(":")
    return (kind, unquote(name), unquote(secret)) == ("Basic", CLIENT, SECRET)


def _is_it(form: dict[str, str], asked: dict[str, str]) -> bool:
    digest = sha256(form["code_verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    same = form["redirect_uri"] == asked["redirect_uri"]
    return same and challenge == asked["code_challenge"]


@contextmanager
def providing() -> Iterator[IdentityProvider]:
    """A provider that answers until the block ends."""
    provider = IdentityProvider()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send("")

        def do_POST(self) -> None:
            self._send(self.rfile.read(int(self.headers.get("content-length", "0"))).decode())

        def _send(self, form: str) -> None:
            parts = urlsplit(self.path)
            provider.asked[parts.path] += 1
            sent = self.headers.get("authorization", "")
            status, headers, body = provider.answer(parts.path, parts.query, form, sent)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                pass

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def table(provider: IdentityProvider, **more: object) -> str:
    """`[oidc]` for this provider."""
    rows = {
        "issuer": provider.url,
        "client_id": CLIENT,
        "allowed_domains": ["example.com"],
        **more,
    }
    return "[oidc]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in rows.items())


@contextmanager
def serving_with(
    home: Path, provider: IdentityProvider, database: str = "", **more: object
) -> Iterator[Many]:
    """A service whose people sign in with this provider."""
    (home / "secret").write_text(SECRET)
    secret = {"client_secret": f"file:{home / 'secret'}"}
    (home / "config.toml").write_text(table(provider, **(secret | more)))
    with serving_many(home, database) as many:
        provider.clock = many.clock
        waits(many, PATIENT)
        yield many


def waits(many: Many, limits: Limits) -> None:
    """From now on the service waits for the provider within these limits."""
    found = many.tenancy.oidc
    assert isinstance(found, Oidc)
    found.provider._open = partial(open_transport, limits, many.clock)


class Back(NamedTuple):
    """A browser on its way back from the provider."""

    cookies: dict[str, str]
    query: dict[str, str]


def begun(many: Many) -> tuple[str, dict[str, str]]:
    """Where a browser is sent to, and the cookie that it keeps."""
    with many.client() as client:
        answer = client.get("/api/v1/oidc/login")
        assert answer.status_code == 302, answer.text
        return answer.headers["location"], dict(answer.cookies)


def there(many: Many) -> Back:
    """A browser that was at the provider."""
    location, cookies = begun(many)
    with httpx2.Client(trust_env=False, timeout=60) as client:
        sent = client.get(location)
    back = urlsplit(sent.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"{many.address}{CALLBACK}"
    return Back(cookies, {name: value for name, (value,) in parse_qs(back.query).items()})


def come_back(many: Many, back: Back, **otherwise: str | None) -> httpx2.Response:
    """What the browser gets here, with some of what it brings changed or (`None`) left out."""
    query = {**back.query, **otherwise}
    cookie = "; ".join(f"{name}={value}" for name, value in back.cookies.items())
    headers = {"cookie": cookie} if cookie else {}
    with many.client(None, **headers) as client:
        wanted = {name: value for name, value in query.items() if value is not None}
        return client.get(CALLBACK, params=wanted)


def signed_in(many: Many) -> httpx2.Response:
    """What a whole sign-in comes to."""
    return come_back(many, there(many))
