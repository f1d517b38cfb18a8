"""What real calls of a model showed: words for what went wrong, and what was seen beside what is claimed."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec

from .capability import CAPABILITIES, Capability
from .outcome import Outcome


class CallError(StrEnum):
    """Why a call failed, in one word: those of `Outcome` where they fit, and a few more."""

    NO_KEY = Outcome.NO_KEY
    KEY_REJECTED = Outcome.KEY_REJECTED
    FORBIDDEN = Outcome.FORBIDDEN
    QUOTA = "quota"
    """The account has nothing left."""
    RATE_LIMITED = Outcome.RATE_LIMITED
    TIMEOUT = Outcome.TIMEOUT
    UNREACHABLE = Outcome.UNREACHABLE
    """Refused, reset, broken off, or failing on the provider's side."""
    DNS = Outcome.DNS
    TLS = Outcome.TLS
    REDIRECTED = Outcome.REDIRECTED
    MOVED = Outcome.MOVED
    """404: no such model there, or not for this account."""
    RETIRED = Outcome.RETIRED
    TOO_LONG = "too_long"
    """The prompt does not fit the context window."""
    TOO_LARGE = Outcome.TOO_LARGE
    FILTERED = "filtered"
    """A content filter refused."""
    REFUSED = "refused"
    """The provider called the request wrong, and not for one of the other reasons."""
    UNSUPPORTED = "unsupported"
    """The provider said that the model cannot do what the call made use of."""
    NOT_JSON = Outcome.NOT_JSON
    """JSON was asked for and something else came."""
    BAD_PAYLOAD = Outcome.BAD_PAYLOAD
    """The answer is not of the form that was asked for."""
    EMPTY = Outcome.EMPTY
    """An answer without any content."""
    CANCELLED = "cancelled"
    """The caller went away."""
    OTHER = "other"
    """Any other reason, and every word that is not in this list."""

    @classmethod
    def of(cls, word: str | None) -> "CallError | None":
        """The word as one of these; `None` when nothing was said."""
        if not word:
            return None
        return cls(word) if word in _WORDS else cls.OTHER


_WORDS = frozenset(CallError)

CONTRADICTS: Mapping[str, frozenset[str]] = {
    capability: frozenset(
        {CallError.UNSUPPORTED, CallError.NOT_JSON, CallError.BAD_PAYLOAD}
        if capability in ("tools", "structured_output", "json_mode")
        else {CallError.UNSUPPORTED}
    )
    for capability in CAPABILITIES
}
"""Capability → the errors that say it is not there. All others (limits, quotas, keys, time-outs,
networks, filters, prompts too long, requests called wrong without a reason, empty answers) say
nothing of it, and neither does a call whose reporter gave no reason. The form of an answer speaks
only of capabilities that are a form: an error page in place of a picture's description is no word
on vision."""

UNANSWERED: frozenset[str] = frozenset(
    {
        CallError.TIMEOUT,
        CallError.UNREACHABLE,
        CallError.NOT_JSON,
        CallError.BAD_PAYLOAD,
        CallError.EMPTY,
    }
)
"""The errors that count against a model's reliability: those for which neither the caller, the
caller's network nor the caller's account with the provider is the reason."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls of one user came to the same on one day."""

    day: date
    """By the calls' own time, in UTC."""
    user: str
    model: str
    capability: str
    ok: bool
    error: str = ""
    """A word of `CallError`; empty when the call succeeded or the reporter did not say."""
    calls: int = 1


class Bars(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sure one has to be before calls count for more than what is claimed."""

    least: int = 20
    """Failed calls below which nothing is taken away, and good ones below which nothing is given
    back: one call more of either sort can so never speak for the other side."""
    low: float = 0.5
    """A capability is taken away when its share is surely below this."""
    high: float = 0.8
    """It is given back when its share is surely above this; between the two all stays as it is."""
    sure: float = 0.975
    """The probability that counts as sure."""
    window_days: int = 30
    """How far back calls count, today included."""


BARS = Bars()


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How often something went well, and what that says of how often it will: Beta(1, 1) before
    any call."""

    ok: int
    failed: int
    mean: float
    """Of the posterior distribution, 0 to 1."""
    lower: float
    """The share is above this with the probability `Bars.sure`."""
    upper: float
    """The share is below this with the probability `Bars.sure`."""

    @property
    def calls(self) -> int:
        """All calls that say anything."""
        return self.ok + self.failed


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One capability of one model: what is claimed, and what calls showed. Both are kept."""

    model: str
    capability: str
    claimed: Capability
    share: Share
    users: int
    """How many users' calls it rests on."""
    since: date
    downgraded: bool
    """Whether the observation counts for more than the claim, and the answer is no."""
