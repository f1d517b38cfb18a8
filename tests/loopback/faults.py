"""The faults by name: what each does to an answer, and what a refresh is to make of it."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from modeldex.domain.outcome import Outcome

from . import broken_bodies, broken_pages, broken_wire, plain_answers
from .exchange import Exchange

Inflict = Callable[[Exchange], Awaitable[None]]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One way to go wrong."""

    inflict: Inflict | None
    """Answers the request; `None` when the port does not even open."""
    expected: Outcome
    by_provider: Mapping[str, Outcome] = {}
    """Providers for which the same fault means something else."""
    beside: Outcome | None = None
    """What it means where an earlier list is known; `None`: the same."""
    only: frozenset[str] | None = None
    """Providers that can have it; `None` is all."""
    waits: bool = False
    """Only a deadline ends it."""
    real_limits: bool = False
    """It is about the ordinary limits, and means nothing under tighter ones."""

    def concerns(self, provider: str) -> bool:
        return self.only is None or provider in self.only

    def outcome(self, provider: str) -> Outcome:
        """What a refresh says of `provider` when it has this fault on every address."""
        return self.by_provider.get(provider, self.expected)

    def later(self, provider: str) -> Outcome:
        """As `outcome`, where an earlier list of the provider is known."""
        if self.beside is None:
            return self.outcome(provider)
        return Outcome.OK if provider in LOCAL else self.beside


PAGED = frozenset({"anthropic", "cohere", "dashscope", "fireworks", "gemini", "openrouter"})
"""Providers whose list can come in pages."""


LOCAL = frozenset({"ollama"})
"""Servers of the user's own machine: what they list is not doubted."""

_KEYLESS = {
    "huggingface": Outcome.FORBIDDEN,
    "poe": Outcome.FORBIDDEN,
    "ollama": Outcome.NO_KEY,
}
"""Providers whose list is asked without the key: a no to it is no word about the key."""


def _answers(
    inflict: Inflict | None, expected: Outcome, by_provider: Mapping[str, Outcome] | None = None
) -> Fault:
    return Fault(inflict=inflict, expected=expected, by_provider=by_provider or {})


def _waits(inflict: Inflict) -> Fault:
    return Fault(inflict=inflict, expected=Outcome.TIMEOUT, waits=True)


def _paging(inflict: Inflict, only: frozenset[str] = PAGED) -> Fault:
    return Fault(inflict=inflict, expected=Outcome.PARTIAL, only=only)


FAULTS: dict[str, Fault] = {
    "refused": _answers(None, Outcome.UNREACHABLE),
    "hang": _waits(broken_wire.hang),
    "hang_after_headers": _waits(broken_wire.hang_after_headers),
    "drip_headers": _waits(broken_wire.drip_headers),
    "drip_body": _waits(broken_wire.drip_body),
    "reset_mid_body": _answers(broken_wire.reset_mid_body, Outcome.UNREACHABLE),
    "truncated_length": _answers(broken_wire.truncated_length, Outcome.UNREACHABLE),
    "chunked_without_end": _answers(broken_wire.chunked_without_end, Outcome.UNREACHABLE),
    "close_at_once": _answers(broken_wire.close_at_once, Outcome.UNREACHABLE),
    "status_400": _answers(plain_answers.status_400, Outcome.BAD_PAYLOAD),
    "bad_key": _answers(plain_answers.bad_key, Outcome.KEY_REJECTED, _KEYLESS),
    "bad_key_in_200": Fault(
        inflict=plain_answers.bad_key_in_200,
        expected=Outcome.KEY_REJECTED,
        only=frozenset({"dashscope"}),
    ),
    "status_403": _answers(plain_answers.status_403, Outcome.FORBIDDEN, _KEYLESS),
    "html_403": _answers(plain_answers.html_403, Outcome.FORBIDDEN),
    "not_found": _answers(plain_answers.not_found, Outcome.MOVED),
    "gone": _answers(plain_answers.gone, Outcome.RETIRED),
    "rate_limited": _answers(plain_answers.rate_limited, Outcome.RATE_LIMITED),
    "rate_limited_bare": _answers(plain_answers.rate_limited_bare, Outcome.RATE_LIMITED),
    "server_error": _answers(plain_answers.server_error, Outcome.UNREACHABLE),
    "unavailable": _answers(plain_answers.unavailable, Outcome.UNREACHABLE),
    "redirect": _answers(plain_answers.redirect, Outcome.REDIRECTED),
    "html": _answers(plain_answers.html, Outcome.NOT_JSON),
    "empty_body": _answers(plain_answers.empty_body, Outcome.EMPTY),
    "no_content": _answers(plain_answers.no_content, Outcome.EMPTY),
    "empty_object": _answers(plain_answers.empty_object, Outcome.BAD_PAYLOAD),
    "error_in_200": _answers(plain_answers.error_in_200, Outcome.BAD_PAYLOAD),
    "empty_list": Fault(
        inflict=broken_bodies.empty_list, expected=Outcome.EMPTY, beside=Outcome.HELD
    ),
    "null_list": _answers(broken_bodies.null_list, Outcome.BAD_PAYLOAD),
    "truncated_json": _answers(broken_bodies.truncated_json, Outcome.BAD_PAYLOAD),
    "deep_json": _answers(broken_bodies.deep_json, Outcome.BAD_PAYLOAD),
    "nan_and_surrogates": _answers(broken_bodies.nan_and_surrogates, Outcome.BAD_PAYLOAD),
    "bad_records": _answers(broken_bodies.bad_records, Outcome.OK),
    "duplicates": _answers(broken_bodies.duplicates, Outcome.OK),
    "gzip_bomb": _answers(broken_bodies.gzip_bomb, Outcome.TOO_LARGE),
    "double_gzip": _answers(broken_bodies.double_gzip, Outcome.NOT_JSON),
    "huge_body": _answers(broken_bodies.huge_body, Outcome.TOO_LARGE),
    "endless_pages": _paging(broken_pages.endless_pages),
    "looping_pages": _paging(broken_pages.looping_pages),
    "second_page_fails": _paging(broken_pages.second_page_fails),
    "more_without_cursor": _paging(broken_pages.more_without_cursor, only=frozenset({"anthropic"})),
    "flaky": _answers(plain_answers.flaky, Outcome.OK, {"ollama": Outcome.UNREACHABLE}),
    "slow": Fault(inflict=plain_answers.slow, expected=Outcome.TIMEOUT, real_limits=True),
}
