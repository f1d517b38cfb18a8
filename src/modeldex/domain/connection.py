"""A provider, an address and one user's credential: what is asked, and what caches are keyed by."""

from collections.abc import Mapping
from hashlib import blake2b

import msgspec

from .provider import Auth, KeyNeed, Provider
from .secret import Secret


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to ask. The secret belongs to `base_url`'s host and is sent nowhere else."""

    provider: Provider
    base_url: str
    secret: Secret | None = None
    secret_from: str | None = None
    """Where the key was found, such as `env:GROQ_API_KEY`; never the key."""
    proof: Auth | None = None
    """How this secret proves who asks, where that is not the provider's usual way."""
    variables: Mapping[str, str] = {}
    """Values of the row's placeholders that are known here."""
    headers: Mapping[str, str] = {}
    public_url: str | None = None
    """The provider's address for what anybody may read; `None` when there is none."""
    absent: bool = False
    """A server of this machine that was looked for and does not run, or does not show itself;
    nobody asks it."""
    found: bool = False
    """Its address was found on this machine and set by nobody: no key is sent there. With `absent`
    it is one that answers only to a key, and so may be this server or another."""
    chosen: bool = False
    """Somebody set its address, in the configuration or in a variable; it may be the row's own."""
    unfilled: tuple[str, ...] = ()
    """Environment variables that would complete the address, one for each gap left in it."""

    @property
    def id(self) -> str:
        """A name that differs whenever provider, address or key differ, and reveals none of them."""
        key = self.secret.fingerprint(self.provider.id) if self.secret else "-"
        said = f"{self.provider.id}\n{self.base_url}\n{key}"
        return f"{self.provider.id}:{blake2b(said.encode(), digest_size=6).hexdigest()}"

    @property
    def auth(self) -> Auth:
        """How its requests prove who asks."""
        return self.proof or self.provider.auth

    @property
    def callable(self) -> bool:
        """Whether its models can be called: a key is there, or none is needed."""
        return self.secret is not None or self.provider.key is KeyNeed.NEVER

    @property
    def askable(self) -> bool:
        """Whether its list can be asked for."""
        if self.absent or self.unfilled or self.provider.retired or not self.provider.listed:
            return False
        return self.secret is not None or self.provider.key is not KeyNeed.LISTING
