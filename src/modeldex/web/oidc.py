"""The parts for signing in with an identity provider, and the cookie that a browser keeps meanwhile."""

from typing import NamedTuple

from starlette.requests import Request

from ..credentials.sign_in_tickets import FOR, Ticket, Tickets
from ..domain.identity import Unproven
from ..service.accounts.identity_provider import IdentityProvider
from ..service.accounts.vouching import Vouching
from ..settings.oidc import CALLBACK
from .gate import is_loopback
from .problems import Problem
from .replying import ASKING
from .tenancy import tenancy_of

SECURE, PLAIN = "__Host-modeldex-sign-in", "modeldex-sign-in"
"""Over https no other host can set the cookie, not even one of the same domain."""


class Oidc(NamedTuple):
    """Everything concrete that only an installation with an identity provider has."""

    provider: IdentityProvider
    tickets: Tickets
    vouching: Vouching
    redirect_uri: str
    """As the provider knows it; empty: the address under which people ask."""
    passwords: bool
    """Whether people may sign in with passwords too."""


def oidc_of(request: Request) -> Oidc:
    """The identity provider of this installation; raises `Problem` (404) where there is none."""
    found = tenancy_of(request).oidc
    if not isinstance(found, Oidc):
        raise Problem(
            404,
            "people do not sign in with an identity provider here",
            hint="POST /api/v1/session takes a name and a password",
        )
    return found


def passwords_allowed(request: Request) -> None:
    """Raise `Problem` (403) where people sign in with the identity provider alone."""
    found = tenancy_of(request).oidc
    if isinstance(found, Oidc) and not found.passwords:
        raise Problem(
            403,
            "people sign in with the identity provider here, not with a password",
            hint="open /api/v1/oidc/login in a browser",
        )


def redirect_uri(request: Request, oidc: Oidc) -> str:
    """Where the provider is to send the browser back to; raises `Problem` (503) where that would
    be without encryption."""
    if oidc.redirect_uri:
        return oidc.redirect_uri
    (host,) = request.scope[ASKING].host
    address = f"{request.scope['scheme']}://{host.decode('ascii')}{CALLBACK}"
    if not address.startswith("https:") and not _is_here(host.decode("ascii")):
        raise Problem(
            503,
            "this service does not know that it is reached over https",
            hint="set redirect_uri in [oidc], or --trust-proxy",
        )
    return address


def given(ticket: Ticket, address: str) -> tuple[bytes, bytes]:
    """The header that gives a browser its cookie, for the time of one sign-in."""
    return _cookie(ticket.cookie, int(FOR.total_seconds()), address)


def taken(address: str) -> tuple[bytes, bytes]:
    """The header that takes it away again."""
    return _cookie("", 0, address)


def brought(request: Request, address: str) -> str:
    """The cookie that a browser brings; raises `Unproven` where it brings two, for then one of
    them is another's."""
    wanted = _name(address).encode()
    pairs = (pair.strip().partition(b"=") for pair in request.scope[ASKING].cookie.split(b";"))
    found: list[bytes] = [value for name, _, value in pairs if name == wanted]
    if len(found) != 1:
        raise Unproven("no cookie of a sign-in, or several")
    return found[0].decode("latin-1")


def _cookie(value: str, seconds: int, address: str) -> tuple[bytes, bytes]:
    secure = "; Secure" if address.startswith("https:") else ""
    said = f"{_name(address)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", said.encode()


def _name(address: str) -> str:
    return SECURE if address.startswith("https:") else PLAIN


def _is_here(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return is_loopback(name)
