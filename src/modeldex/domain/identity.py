"""A person as an identity provider vouches for them."""

import msgspec

from .errors import AccessDenied


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of somebody who signed in there."""

    issuer: str
    """The provider."""
    subject: str
    """Its name for them, which it never gives to another; with `issuer`, who they are."""
    email: str | None = None
    """Their address, only where the provider has verified it; `None` where not."""
    name: str | None = None
    """What the provider calls them; may be anything, and proves nothing."""
    groups: frozenset[str] = frozenset()


class Unproven(AccessDenied):
    """What came back from an identity provider proves nothing; the message never says why."""

    def __init__(self, reason: str) -> None:
        super().__init__("the identity provider's answer does not prove who you are: begin again")
        self.reason = reason
        """What was wrong, in our own words, for the log alone."""
