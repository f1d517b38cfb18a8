"""From the configuration to the parts for signing in with an identity provider."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from .. import wiring
from ..credentials.finding import from_reference
from ..credentials.key_ring import Purpose
from ..credentials.sign_in_tickets import Tickets
from ..credentials.vault import Vault
from ..domain.errors import BadConfig
from ..domain.secret import Secret
from ..rules.admission import Terms
from ..service.accounts.identity_provider import IdentityProvider
from ..service.accounts.signing_in import SigningIn
from ..service.accounts.vouching import Vouching
from ..settings.oidc import OidcConfig, oidc
from ..storage.accounts.opening import Accounts
from ..transport.client import open_transport
from ..transport.identity import LIMITS
from .oidc import Oidc


def opened_oidc(
    environ: Mapping[str, str],
    accounts: Accounts,
    signing_in: SigningIn,
    vault: Vault,
    clock: Callable[[], datetime],
) -> Oidc | None:
    """The parts, where the configuration has a table `[oidc]`; raises `BadConfig`. The provider is
    asked only when somebody signs in."""
    config = oidc(wiring.configuration().oidc, str(wiring.folders().config))
    if config is None:
        return None
    terms = Terms(config.allowed_domains, config.allowed_groups, config.admin_group)
    return Oidc(
        provider=IdentityProvider(
            config, _secret(config, environ), partial(open_transport, LIMITS, clock)
        ),
        tickets=Tickets(vault.subkey(Purpose.SIGN_IN)),
        vouching=Vouching(accounts, signing_in, vault, terms),
        redirect_uri=config.redirect_uri,
        passwords=config.passwords,
    )


def _secret(config: OidcConfig, environ: Mapping[str, str]) -> Secret | None:
    if not config.client_secret:
        return None
    found = from_reference(config.client_secret, environ)
    if found.secret is None:
        raise BadConfig(f"[oidc], client_secret: {found.problem}")
    return found.secret
