"""The words of a query: split at spaces, with quotes that keep a phrase together."""

from collections.abc import Iterator
from typing import NamedTuple

from ..domain.errors import BadQuery

QUOTED = "\0"
"""Stands in `Token.plain` for a character that was quoted, and so means only itself."""


class Token(NamedTuple):
    """One word of a query, without its quotes."""

    text: str
    plain: str
    """As long as `text`, with `QUOTED` wherever a character was quoted."""
    start: int
    """Where it starts in the query, from 0."""
    end: int

    def after(self, count: int) -> "Token":
        """The same without its first characters."""
        return self._replace(text=self.text[count:], plain=self.plain[count:])

    def split(self, mark: str) -> Iterator[str]:
        """The pieces between unquoted marks."""
        begin = 0
        for end, char in enumerate(self.plain + mark):
            if char == mark:
                yield self.text[begin:end]
                begin = end + 1


def tokens(query: str) -> Iterator[Token]:
    """The words of `query`; a doubled quote inside quotes is a quote.

    Raises `BadQuery` for a quote that is never closed.
    """
    at = 0
    while at < len(query):
        if query[at].isspace():
            at += 1
            continue
        token = _token(query, at)
        if token.text:
            yield token
        at = token.end


def quoted(text: str) -> str:
    """`text` as one word that means only itself."""
    return '"' + text.replace('"', '""') + '"'


def _token(query: str, start: int) -> Token:
    text, plain = [], []
    at, opened = start, -1
    while at < len(query) and (opened >= 0 or not query[at].isspace()):
        char = query[at]
        if char == '"' and opened >= 0 and query[at + 1 : at + 2] == '"':
            at += 1
        elif char == '"':
            opened = at if opened < 0 else -1
            at += 1
            continue
        text.append(char)
        plain.append(char if opened < 0 and char != QUOTED else QUOTED)
        at += 1
    if opened >= 0:
        raise BadQuery("a quote is opened and never closed", column=opened + 1)
    return Token("".join(text), "".join(plain), start, at)
