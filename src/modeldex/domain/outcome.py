"""What asking one connection came to, in one word each."""

from enum import StrEnum


class Outcome(StrEnum):
    """The words of a report; each comes with a sentence that says what to do."""

    OK = "ok"
    CACHED = "cached"
    """Not asked: the list is fresh enough; or there is none to ask for, offline was wanted, or
    others were named, which a report tells by `skipped`."""
    NO_KEY = "no_key"
    """Not asked: the list needs a key and none is known."""
    KEY_REJECTED = "key_rejected"
    FORBIDDEN = "forbidden"
    """The key is known, and may not see the list (or this place may not ask)."""
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """Refused, reset, broken off, or failing on the provider's side."""
    DNS = "dns"
    TLS = "tls"
    REDIRECTED = "redirected"
    MOVED = "moved"
    """404: the list is no longer at this address."""
    RETIRED = "retired"
    """410, or a provider known to have closed."""
    NOT_JSON = "not_json"
    BAD_PAYLOAD = "bad_payload"
    """JSON, but no list; or a list that breaks off."""
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    """An answer without a single model, where no earlier list is known."""
    PARTIAL = "partial"
    """Some pages or routes came, others failed; nothing was removed."""
    HELD = "held"
    """A whole answer that looks implausible and waits for a decision."""

    @property
    def fresh(self) -> bool:
        """Whether the list shown is whole and as new as it was wanted."""
        return self in (Outcome.OK, Outcome.CACHED)

    @property
    def about_key(self) -> bool:
        """Whether the user's key is what is missing or refused."""
        return self in (Outcome.NO_KEY, Outcome.KEY_REJECTED, Outcome.FORBIDDEN)


THE_PROXY = "the proxy of this machine"
"""How a verdict begins that is about the proxy, and not about the provider behind it."""


class Verdict(Exception):
    """A failure of one connection, on its way to becoming a line of the report."""

    def __init__(
        self, outcome: Outcome, message: str, *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        """One sentence that says what to do; never a key, a header or a body."""
        self.retry_after_s = retry_after_s
        """Seconds the provider asked to wait; `None` when it did not say."""


class Unreadable(ValueError):
    """A page is no list of its dialect; the message says what was met instead."""
