"""A value that must never be seen: not printed, not logged, not pickled, not compared in the clear."""

import hmac
from hashlib import blake2b
from typing import Any, NoReturn, final


@final
class Secret:
    """A key in memory. Only `reveal()` gives the value, and only `transport` may call it."""

    __slots__ = ("__name", "__value")

    def __init__(self, value: str, name: str | None = None) -> None:
        """`name` is what may be shown of a secret that has a public part, such as a key's id."""
        self.__value = value
        self.__name = name

    def reveal(self) -> str:
        """The key itself, for the one header that carries it."""
        return self.__value

    @property
    def hint(self) -> str:
        """`…c9f2` for a key long enough to spare four characters, else `…`."""
        if self.__name is not None:
            return f"…{self.__name[-4:]}"
        return f"…{self.__value[-4:]}" if len(self.__value) >= 20 else "…"

    def begins_with(self, prefix: str) -> bool:
        """Whether it starts with a published mark such as `sk-ant-`; says nothing of the rest."""
        return self.__value.startswith(prefix)

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
