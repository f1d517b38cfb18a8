"""Where a key is uncovered: into one header or one signature, for the one host it was given for."""

from ..domain.connection import Connection
from ..domain.listing import Ask
from ..domain.outcome import Outcome, Verdict
from ..domain.provider import Auth
from ..domain.secret import Secret
from .guard import is_loopback, origin
from .signing import key_of, signature

_SHORTEST = 16
"""Characters below which a key may be a word, as `ollama` is, that stands in a list by itself."""


def credential(connection: Connection, ask: Ask, url: str) -> dict[str, str]:
    """The headers that carry the key or are signed with it, or nothing when this request carries none.

    Raises `Verdict` before anything is sent when the key would leave its host, would travel
    in the clear, or cannot stand in a header.
    """
    auth = connection.auth
    if connection.secret is None or not ask.sends_key or ask.public or auth is Auth.NONE:
        return {}
    target = origin(url)
    if target != origin(connection.base_url):
        raise Verdict(Outcome.REDIRECTED, "a key is only sent to the host it was given for")
    if target.scheme != "https" and not is_loopback(target.host):
        raise Verdict(Outcome.TLS, "a key is only sent over https, or to this machine")
    if auth is Auth.AWS:
        return signature(connection, ask, url, key_of(connection.secret.reveal()))
    if not connection.secret.can_be_key:
        raise Verdict(
            Outcome.KEY_REJECTED,
            "not sent: the key is empty or has characters that cannot stand in a header",
        )
    return _header(auth, connection.secret)


def mentions(secret: Secret | None, text: str) -> bool:
    """Whether `text`, which a provider chose, repeats the key; letters' case does not matter."""
    return secret is not None and secret.reveal().lower() in text.lower()


def repeats(secret: Secret | None, body: bytes) -> bool:
    """Whether a list holds the very key that it was asked for with."""
    key = secret.reveal().encode("utf-8", "surrogatepass") if secret is not None else b""
    return len(key) >= _SHORTEST and key in body


def _header(auth: Auth, secret: Secret) -> dict[str, str]:
    if auth is Auth.BEARER:
        return {"authorization": f"Bearer {secret.reveal()}"}
    return {auth.value: secret.reveal()}
