"""A value that must never be seen: not printed, not logged, not pickled, not compared in the clear."""

import hmac
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, NoReturn, final
from urllib.parse import quote, quote_plus
from weakref import WeakValueDictionary

HIDDEN = "(hidden)"
"""What stands in a text where a secret stood."""
_SHORTEST = 8
"""Characters below which a value may be any word, and is left where it stands."""
LONGEST_KEY = 16 * 1024
"""Characters that the longest key may have; those with a signed token in them have thousands."""
NO_KEY = "the key has a space or a line break, or a character that no key has: copy it again"
"""What to tell who gives a text that cannot be one."""
_KEY = re.compile(r"[\x21-\x7e]+")


def can_be_key(text: str) -> bool:
    """Whether a header can carry the text as it stands: printable ASCII without a gap.

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.5, which lets a header have spaces and
    tabs inside; keys have none.
    """
    return len(text) <= LONGEST_KEY and _KEY.fullmatch(text) is not None


@final
class Secret:
    """A key in memory. Only `reveal()` gives the value, and only `transport` may call it."""

    __slots__ = ("__name", "__value", "__weakref__")

    def __init__(self, value: str, name: str | None = None) -> None:
        """`name` is what may be shown of a secret that has a public part, such as a key's id."""
        self.__value = value
        self.__name = name
        _ALIVE[id(self)] = self

    def reveal(self) -> str:
        """The key itself, for the one header that carries it."""
        return self.__value

    @property
    def hint(self) -> str:
        """`…c9f2` for a key long enough to spare four characters, else `…`."""
        if self.__name is not None:
            return f"…{self.__name[-4:]}"
        return f"…{self.__value[-4:]}" if len(self.__value) >= 20 else "…"

    @property
    def can_be_key(self) -> bool:
        """Whether a header can carry it as it stands."""
        return can_be_key(self.__value)

    def begins_with(self, prefix: str) -> bool:
        """Whether it starts with a published mark such as `sk-ant-`; says nothing of the rest."""
        return self.__value.startswith(prefix)

    def hidden_in(self, text: str) -> str:
        """The text without this value, as it is, or as URLs, base64 and hex write it."""
        if len(self.__value) < _SHORTEST:
            return text
        for written in _spellings(self.__value):
            text = text.replace(written, HIDDEN)
        return text

    def fingerprint(self, context: str) -> str:
        """A name for this key within `context` that cannot be turned back into it."""
        return blake2b(self.__value.encode(), digest_size=8, person=_person(context)).hexdigest()

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__value.encode(), other.__value.encode())

    def __hash__(self) -> int:
        return hash(self.fingerprint("hash"))

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a Secret is never pickled or copied out: pass the object itself")

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self


def _person(context: str) -> bytes:
    return blake2b(context.encode(), digest_size=16).digest()


def without_secrets(text: str) -> str:
    """The text without the value of any secret that the process holds at the moment."""
    for secret in list(_ALIVE.values()):
        text = secret.hidden_in(text)
    return text


def _spellings(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield quote(raw, safe="")
    yield quote_plus(raw)
    yield raw.hex()
    for shift in range(3):
        # Base64 writes the same bytes in three ways, by where among others they begin.
        whole = raw[(3 - shift) % 3 :]
        whole = whole[: len(whole) - len(whole) % 3]
        yield b64encode(whole).decode()
        yield urlsafe_b64encode(whole).decode()


_ALIVE: "WeakValueDictionary[int, Secret]" = WeakValueDictionary()
"""Every secret that somebody still holds."""
