"""What an error body says, in whichever of the providers' shapes it says it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

LARGEST_BYTES = 256 * 1024
"""No error is longer; a longer body is not looked into."""

_KEY_WORD = re.compile(
    r"(?:invalid|incorrect|wrong|missing|expired|bad)(?:apikey|key|token|auth|credentials)"
    r"|apikey(?:invalid|notvalid|notfound|missing|expired|revoked)|tokenexpired"
    r"|(?:invalid|missing)authentication(?:error)?|auth(?:entication)?(?:error|failed)"
    r"|unauthori[sz]ed|notauthenticated|unauthenticated(?:nocredentials)?|nocredentials"
)
_RATE_WORD = re.compile(
    r"ratelimit(?:ed|error|exceeded)?|(?:request)?throttl(?:ed|ing)(?:ratequota)?"
    r"|toomanyrequests|resourceexhausted|limitrequests|quotaexceeded"
)
_CREDIT_WORD = re.compile(r"insufficient(?:quota|balance|credits?|funds)|billinghardlimitreached")
"""A 429 that no waiting mends. Source: https://platform.openai.com/docs/guides/error-codes"""
_KEY_TEXT = re.compile(
    r"(?:incorrect|invalid|wrong|missing|expired|no|bad) (?:x-)?api[ -](?:key|token)"
    r"|api[ -]key (?:you provided )?(?:is |was |has been )?(?:not )?"
    r"(?:valid|invalid|missing|wrong|expired|revoked|required|supplied|found)"
    r"|not authenticated|unauthenticated|(?:unable to|couldn't|could not|cannot) authenticate"
    r"|authentication (?:fails|failed|is required)|invalid (?:authentication|credentials)"
    r"|security token included in the request is (?:invalid|expired)"
    r"|request signature we calculated does not match|api key is valid|invalid api key"
    r"|must provide an api key|without (?:an )?api key|unregistered callers"
)
_RATE_TEXT = re.compile(r"rate[ -]?limit|too many requests|throttl")

_LIST_KEYS = frozenset({"data", "models", "output"})
_WORD_FIELDS = ("code", "type", "status", "reason")
_TEXT_FIELDS = ("message", "Message", "detail", "msg", "error")
_SHOWN_WORD = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_MOST_PARTS = 10
_LONGEST_TEXT = 1000


class ErrorBody:
    """The code words and texts of an error; a body that is no JSON object says nothing."""

    def __init__(self, body: bytes) -> None:
        found = _object(body)
        parts = list(_parts(found))
        self.declared = _declared(found)
        """Whether the body calls itself an error, whatever the HTTP status was."""
        self._words = [word for part in parts for word in _values(part, _WORD_FIELDS)]
        self._texts = [text.lower() for part in parts for text in _values(part, _TEXT_FIELDS)]

    @property
    def about_key(self) -> bool:
        """Whether it says that the key is wrong or missing."""
        return self._says(_KEY_WORD, _KEY_TEXT, "401")

    @property
    def about_rate(self) -> bool:
        """Whether it says that there were too many requests."""
        return self._says(_RATE_WORD, _RATE_TEXT, "429")

    @property
    def about_credit(self) -> bool:
        """Whether it says that the account has nothing left to spend."""
        return any(_CREDIT_WORD.fullmatch(_normal(one)) for one in self._words)

    @property
    def word(self) -> str | None:
        """Its code word, as `invalid_api_key`; `None` unless the word is one known here.

        Some providers repeat the key in their errors, so no unknown word leaves this object.
        """
        for word in self._words:
            normal = _normal(word)
            known = any(one.fullmatch(normal) for one in (_KEY_WORD, _RATE_WORD, _CREDIT_WORD))
            if known and _SHOWN_WORD.fullmatch(word):
                return word
        return None

    def _says(self, word: re.Pattern[str], text: re.Pattern[str], number: str) -> bool:
        return any(word.fullmatch(_normal(one)) or one == number for one in self._words) or any(
            text.search(one) for one in self._texts
        )


def decoded(body: bytes) -> Any:
    """The JSON value of a body; `...` when it is none, or too deep or too long to look into."""
    if len(body) > LARGEST_BYTES:
        return ...
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return ...


def _object(body: bytes) -> Mapping[str, Any]:
    found = decoded(body)
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict):
        # Gemini's OpenAI-compatible surface wraps its error in an array of one.
        found = found[0] if "error" in found[0] else None
    return found if isinstance(found, dict) else {}


def _declared(body: Mapping[str, Any]) -> bool:
    if body.get("success") is False or (
        body.get("error") and isinstance(body["error"], dict | str)
    ):
        return True
    coded = bool(body.get("code") or body.get("errors"))
    return coded and _LIST_KEYS.isdisjoint(body) and ("message" in body or "errors" in body)


def _parts(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The body, its error object or objects, and their details."""
    yield body
    for one in (body.get("error"), *_listed(body.get("errors"))):
        if isinstance(one, dict):
            yield one
            yield from (part for part in _listed(one.get("details")) if isinstance(part, dict))


def _listed(value: object) -> list[Any]:
    return value[:_MOST_PARTS] if isinstance(value, list) else []


def _values(part: Mapping[str, Any], fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        value = part.get(field)
        if isinstance(value, str):
            yield value[:_LONGEST_TEXT]
        elif type(value) is int and 0 <= value <= 999:
            yield str(value)


def _normal(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())
