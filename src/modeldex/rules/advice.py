"""One plain sentence per outcome: what happened, and what to do next."""

import re
from collections.abc import Mapping, Sequence

from ..domain.outcome import THE_PROXY, Outcome
from ..domain.provider import Provider

LONGEST = 250
_LONGEST_NAME = 40
_LONGEST_PLACE = 60
_LONGEST_LINK = 100
_LONGEST_DETAIL = 100

_SENTENCES: dict[Outcome, tuple[str, str]] = {
    Outcome.OK: ("{name} sent its list", "nothing to do"),
    Outcome.CACHED: ("{name} was not asked, for its list is fresh", "--force asks all the same"),
    Outcome.NO_KEY: ("{name} wants a key", "set {key_place}{get_one}"),
    Outcome.KEY_REJECTED: ("{name} refused {key}", "replace it{link}"),
    Outcome.FORBIDDEN: (
        "{name} does not show its list to {key}",
        "check the key's rights, the account's credit and the region{link}",
    ),
    Outcome.RATE_LIMITED: ("{name} got too many requests", "refresh again {later}"),
    Outcome.TIMEOUT: ("{name} did not answer in time", "refresh again {later}"),
    Outcome.UNREACHABLE: ("{name} cannot be reached or fails", "refresh again {later}"),
    Outcome.DNS: (
        "the host name of {name} was not found",
        "check the network connection, and base_url if you set it",
    ),
    Outcome.TLS: (
        "there is no safe connection to {name}",
        "check base_url, this machine's clock, and any proxy in between",
    ),
    Outcome.REDIRECTED: (
        "{name} points to another address, and nothing was sent there",
        "put the right base_url into the configuration",
    ),
    Outcome.MOVED: ("{name} has no list at this address", "check base_url, or update modeldex"),
    Outcome.RETIRED: (
        "{name} has closed this service",
        "set enabled = false under [providers.{id}] in the configuration",
    ),
    Outcome.NOT_JSON: (
        "{name} answered with something other than JSON",
        "check base_url, and whether this network wants you to sign in first",
    ),
    Outcome.BAD_PAYLOAD: (
        "{name} answered with something other than a model list",
        "check base_url, or update modeldex",
    ),
    Outcome.TOO_LARGE: (
        "{name} sent more than is accepted",
        "check that base_url leads to a model list",
    ),
    Outcome.EMPTY: (
        "{name} listed no models",
        "check what this key's project or account may use",
    ),
    Outcome.PARTIAL: (
        "{name} sent only a part of its list, and nothing was removed",
        "refresh again {later}",
    ),
    Outcome.HELD: (
        "{name} sent a list that looks wrong, and it was set aside",
        "modeldex providers {id} shows it, modeldex refresh {id} --accept takes it",
    ),
}
_OF_THIS_MACHINE: dict[Outcome, tuple[str, str]] = {
    Outcome.UNREACHABLE: ("{name} does not run on this machine", "start it, and refresh again"),
    Outcome.EMPTY: ("{name} has no models", "install one, and refresh again"),
}
_WITHOUT_A_KEY: dict[Outcome, tuple[str, str]] = {
    Outcome.FORBIDDEN: (
        "{name} does not answer from here",
        "check whether it serves this network and region",
    ),
}
_BEHIND_A_KEY = (
    "what answers at {found_at} wants a key, and none is sent to an address that nobody set",
    "if it is {name}, set {address_place} to this address, and {key_place}",
)
_NAMELESS_BEHIND_A_KEY = (
    "what answers at {found_at} wants a key",
    "modeldex providers add {found_at} --key-env NAME asks it with the key in that variable",
)
_WITHOUT_AN_ADDRESS = ("the address of {name} is not complete", "set {missing}")
_BEHIND_A_PROXY = (
    "{name} cannot be reached",
    "check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, or name in NO_PROXY what needs none",
)
_SKIPPED = ("{name} was not asked", "modeldex refresh {id} asks it")
_STANDS = ("{name} was not asked", "what it sent before still stands")
_HAS_NO_LIST = ("{name} has no list to ask for", "its models are the packaged ones")


def sentence(
    outcome: Outcome,
    provider: Provider,
    *,
    detail: str = "",
    secret_from: str | None = None,
    earlier_age_s: int | None = None,
    retry_in_s: float | None = None,
    unfilled: Sequence[str] = (),
    set_aside: bool = False,
    skipped: bool = False,
    found_at: str | None = None,
) -> str:
    """What to tell the user of one connection, at most 250 printable characters.

    `detail` is a verdict's message, `secret_from` where the key was found, `earlier_age_s` the
    age of the earlier list that is shown instead (`None` when there is none), `retry_in_s` the
    time until the next try (`None` when it is not known), `unfilled` the variables without which
    there is no address to ask, `set_aside` whether there is a list that belongs to another key,
    `skipped` whether it was not asked though its list may be old or missing, `found_at` the address
    on this machine at which it was found and which nobody set (`None` for any other).
    """
    why = f" ({_clean(detail, _LONGEST_DETAIL)})" if detail else ""
    shown = ""
    if earlier_age_s is not None and not outcome.fresh:
        shown = f"; the list of {_span(earlier_age_s)} ago is shown"
    elif set_aside and not outcome.fresh:
        shown = "; the list that another key brought is set aside and comes back with it"
    happened, advice = _template(outcome, provider, secret_from, detail)
    if skipped:
        happened, advice = _skipped(provider, earlier_age_s)
    if found_at and outcome is Outcome.NO_KEY:
        happened, advice = _BEHIND_A_KEY if provider.ports else _NAMELESS_BEHIND_A_KEY
    if unfilled:
        happened, advice = _WITHOUT_AN_ADDRESS
    missing = _clean(" and ".join(unfilled), _LONGEST_DETAIL)
    words = {**_words(provider, secret_from, retry_in_s), "missing": missing}
    words["found_at"] = _clean(found_at or "", _LONGEST_PLACE)
    without_link = {**words, "link": "", "get_one": ""}
    text = ""
    for filled, rest in ((words, why + shown), (words, shown), (without_link, shown)):
        text = f"{happened.format_map(filled)}{rest}; {advice.format_map(filled)}"
        if len(text) <= LONGEST:
            break
    return text[:LONGEST]


def _template(
    outcome: Outcome,
    provider: Provider,
    secret_from: str | None,
    detail: str,
) -> tuple[str, str]:
    if detail.startswith(THE_PROXY):
        return _BEHIND_A_PROXY
    if provider.local and outcome in _OF_THIS_MACHINE:
        return _OF_THIS_MACHINE[outcome]
    if secret_from is None and outcome in _WITHOUT_A_KEY:
        return _WITHOUT_A_KEY[outcome]
    return _SENTENCES[outcome]


def _skipped(provider: Provider, earlier_age_s: int | None) -> tuple[str, str]:
    if not provider.listed:
        return _HAS_NO_LIST
    return _SKIPPED if earlier_age_s is None else _STANDS


def _words(
    provider: Provider, secret_from: str | None, retry_in_s: float | None
) -> Mapping[str, str]:
    """What the templates are filled with, safe to print."""
    row = _clean(provider.id, _LONGEST_NAME)
    link = _link(provider.key_url)
    variable = provider.key_env[0] if provider.key_env else None
    return {
        "id": row,
        "name": _clean(provider.name, _LONGEST_NAME),
        "key_place": _clean(variable, _LONGEST_PLACE)
        if variable
        else f"api_key under [providers.{row}] in the configuration",
        "address_place": address_place(provider),
        "key": f"the key from {_clean(secret_from, _LONGEST_PLACE)}" if secret_from else "the key",
        "link": f": {link}" if link else "",
        "get_one": f" (get one at {link})" if link else "",
        "later": "later" if retry_in_s is None else f"in {_span(retry_in_s)}",
    }


def address_place(provider: Provider) -> str:
    """Where a user says what the provider's address is: a variable, or a line of the configuration."""
    if provider.base_url_env:
        return _clean(provider.base_url_env[0], _LONGEST_PLACE)
    return f"base_url under [providers.{_clean(provider.id, _LONGEST_NAME)}] in the configuration"


def _span(seconds: float) -> str:
    """A length of time in one unit: `45 s`, `3 min`, `5 h`, `12 days`.

    >>> _span(10_900)
    '3 h'
    """
    for unit, size, most in (("s", 1, 90), ("min", 60, 90), ("h", 3600, 48)):
        if seconds < size * most:
            return f"{max(0, round(seconds / size))} {unit}"
    return f"{round(seconds / 86400)} days"


def _clean(text: str, longest: int) -> str:
    """Text on one line, without what a terminal obeys and without ends of sentences."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    one_line = re.sub(r"[.!?]+(?= |\Z)", "", " ".join(plain.split()))
    return one_line if len(one_line) <= longest else one_line[: longest - 1] + "…"


def _link(url: str | None) -> str | None:
    """The link, unless it is too long or too strange to stand in a sentence."""
    fits = url is not None and len(url) <= _LONGEST_LINK and url.isprintable() and " " not in url
    return url if fits else None
