"""An identity provider, as its documents describe it: where people sign in, and who they are."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import final
from urllib.parse import urlencode

import msgspec

from ...credentials.identity_tokens import Expected, Jwk, knows, read_keys, verified
from ...credentials.sign_in_tickets import Ticket
from ...domain.identity import Unproven, Vouched
from ...domain.outcome import Outcome, Verdict
from ...domain.secret import Secret
from ...settings.oidc import OidcConfig
from ...transport.client import Transport
from ...transport.identity import Code, document, exchanged, vet_endpoint
from .kept_document import KeptDocument

_WELL_KNOWN = "/.well-known/openid-configuration"
_ADDRESS = re.compile(r"[!$-;=?-\[\]_a-z~]{1,2000}")
"""Letters of an address that may stand in a header; `#` is none of them."""
_BASIC, _FORM = "client_secret_basic", "client_secret_post"
_OUR_FAULT = frozenset({"invalid_client", "unauthorized_client", "unsupported_grant_type"})
_OK, _BROKEN = 200, 500

OpenTransport = Callable[[], AbstractAsyncContextManager[Transport]]


class Discovery(msgspec.Struct, frozen=True):
    """What a provider says of itself, as far as it matters here.

    Source: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)
    authorization_response_iss_parameter_supported: bool = False
    """Whether who comes back says from whom (RFC 9207)."""


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """With what a browser came back; shows nothing of it."""

    code: str
    """Empty: it brought none."""
    issuer: str | None = None
    """From whom it says it comes; `None`: it does not say."""

    def __repr__(self) -> str:
        return "Return(…)"


class _Answer(msgspec.Struct):
    id_token: str = ""
    error: str = ""

    def __repr__(self) -> str:
        return "_Answer(…)"


@final
class IdentityProvider:
    """Asks one provider; its documents are kept for a while, and nothing of the people.

    Everything raises `Verdict` when the provider cannot be asked, or is not what was configured.
    """

    def __init__(
        self, config: OidcConfig, secret: Secret | None, open_transport: OpenTransport
    ) -> None:
        self._config = config
        self._secret = secret
        self._open = open_transport
        self._discovery = KeptDocument(self._discovered)
        self._keys = KeptDocument(self._published)

    async def address(self, ticket: Ticket, redirect_uri: str, now: datetime) -> str:
        """Where the browser of a sign-in is sent to."""
        at = (await self._discovery.get(now)).authorization_endpoint
        asked = {
            "response_type": "code",
            "client_id": self._config.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._config.scopes),
            "state": ticket.state,
            "nonce": ticket.nonce,
            "code_challenge": ticket.challenge,
            "code_challenge_method": "S256",
        }
        return f"{at}{'&' if '?' in at else '?'}{urlencode(asked)}"

    async def vouched(
        self, back: Return, ticket: Ticket, redirect_uri: str, now: datetime
    ) -> Vouched:
        """Who came back; raises `Unproven` too."""
        found = await self._discovery.get(now)
        self._vet_sender(back, found)
        if not back.code:
            raise Unproven("no code: the provider did not let them in")
        token = await self._token(back, ticket, redirect_uri, found)
        keys = await self._keys.get(now)
        if not knows(keys, token):
            keys = await self._keys.newer(now)
        config = self._config
        expected = Expected(config.issuer, config.client_id, ticket.nonce, config.groups_claim)
        return verified(token, keys, expected, now)

    def _vet_sender(self, back: Return, found: Discovery) -> None:
        """Source: https://www.rfc-editor.org/rfc/rfc9207#section-2.4"""
        missing = back.issuer is None and found.authorization_response_iss_parameter_supported
        if missing or back.issuer not in (None, self._config.issuer):
            raise Unproven("it comes from another provider")

    async def _token(
        self, back: Return, ticket: Ticket, redirect_uri: str, found: Discovery
    ) -> str:
        code = Code(
            token_url=found.token_endpoint,
            code=back.code,
            verifier=ticket.verifier,
            redirect_uri=redirect_uri,
            client_id=self._config.client_id,
            secret=self._secret,
            in_form=_in_form(found.token_endpoint_auth_methods_supported),
        )
        async with self._open() as transport:
            status, body = await exchanged(transport, code)
        return _id_token(status, body)

    async def _discovered(self, _now: datetime) -> Discovery:
        issuer = self._config.issuer
        async with self._open() as transport:
            body = await document(transport, f"{issuer.rstrip('/')}{_WELL_KNOWN}")
        try:
            found = msgspec.json.decode(body, type=Discovery)
        except (msgspec.MsgspecError, RecursionError):
            raise Verdict(Outcome.BAD_PAYLOAD, "it does not describe itself") from None
        if found.issuer != issuer:
            raise Verdict(Outcome.BAD_PAYLOAD, "it says that it is another issuer")
        for url in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            if not _ADDRESS.fullmatch(url):
                raise Verdict(Outcome.BAD_PAYLOAD, "it names an address that is none")
            vet_endpoint(url, issuer)
        return found

    async def _published(self, now: datetime) -> tuple[Jwk, ...]:
        url = (await self._discovery.get(now)).jwks_uri
        async with self._open() as transport:
            body = await document(transport, url)
        try:
            return read_keys(body)
        except Unproven:
            raise Verdict(Outcome.BAD_PAYLOAD, "its keys are no list of keys") from None


def _in_form(methods: tuple[str, ...]) -> bool:
    """How a secret is sent: in the header, unless the form is the only way."""
    return _BASIC not in methods and _FORM in methods


def _id_token(status: int, body: bytes) -> str:
    """The ID token of an answer; what else it says is not looked at."""
    if status >= _BROKEN:
        raise Verdict(Outcome.UNREACHABLE, f"its token address answered HTTP {status}")
    try:
        said = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, RecursionError):
        raise Verdict(Outcome.BAD_PAYLOAD, "its token address sent no token") from None
    if status != _OK and said.error in _OUR_FAULT:
        raise Verdict(Outcome.KEY_REJECTED, "it does not take client_id and client_secret")
    if status != _OK:
        raise Unproven("a code that the provider does not take")
    if not said.id_token:
        raise Verdict(Outcome.BAD_PAYLOAD, "its token address sent no ID token")
    return said.id_token
