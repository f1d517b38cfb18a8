"""What is asked of an identity provider: its documents, and the token that a code stands for.

The operator names the provider, so it may be on this machine or behind a proxy of theirs; it is
asked over https or on this machine, once, and sent nowhere else by it.
"""

from base64 import b64encode
from urllib.parse import quote_plus

import msgspec

from ..domain.outcome import Outcome, Verdict
from ..domain.secret import Secret
from .client import Transport
from .guard import is_loopback, origin
from .limits import Limits
from .token_asks import TokenAsk

LIMITS = Limits(
    attempt_s=8, attempts=1, compressed_bytes=256 * 1024, decoded_bytes=1024 * 1024, in_flight=16
)
"""Seconds and bytes of each question; three of them fit into the time of one answer of ours."""
_OK = 200


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code that a browser brought, and what it is exchanged with; shows nothing of itself."""

    token_url: str
    code: str
    verifier: str
    redirect_uri: str
    client_id: str
    secret: Secret | None
    """`None`: a public client."""
    in_form: bool = False
    """Whether the secret stands in the form; else in the header."""

    def __repr__(self) -> str:
        return "Code(…)"


async def document(transport: Transport, url: str) -> bytes:
    """A document that the provider publishes; raises `Verdict`."""
    answer = await transport.fetch_public(url)
    if answer.status != _OK:
        raise Verdict(Outcome.UNREACHABLE, f"it answered HTTP {answer.status}")
    return answer.body


async def exchanged(transport: Transport, code: Code) -> tuple[int, bytes]:
    """Status and body of the answer to a code; raises `Verdict` where there is none."""
    answer = await transport.fetch_token(_ask(code), code.secret)
    return answer.status, answer.body


def vet_endpoint(url: str, issuer: str) -> None:
    """Raise `Verdict` for an address that an issuer must not name: anything but https, and this
    machine only for an issuer on this machine."""
    target = origin(url)
    local = is_loopback(target.host) and is_loopback(origin(issuer).host)
    if target.scheme != "https" and not local:
        raise Verdict(Outcome.TLS, "it names an address without encryption")


def _ask(code: Code) -> TokenAsk:
    """Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 and #section-2.3.1"""
    form = {
        "grant_type": "authorization_code",
        "code": code.code,
        "redirect_uri": code.redirect_uri,
        "code_verifier": code.verifier,
    }
    if code.secret is None:
        return TokenAsk(url=code.token_url, form={**form, "client_id": code.client_id})
    secret = code.secret.reveal()
    if code.in_form:
        own = {"client_id": code.client_id, "client_secret": secret}
        return TokenAsk(url=code.token_url, form={**form, **own})
    pair = f"{quote_plus(code.client_id)}:{quote_plus(secret)}".encode()
    headers = {"authorization": f"Basic {b64encode(pair).decode()}"}
    return TokenAsk(url=code.token_url, form=form, headers=headers)
