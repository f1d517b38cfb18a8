"""Entity tags: a name for each answer, so that what is known already is not sent again.

Source: https://www.rfc-editor.org/rfc/rfc9110#name-etag
"""

from hashlib import blake2b

_ANY = b"*"
_WEAK = b"W/"


def tag(*parts: str) -> str:
    """A strong tag, without its quotes, for the answer that `parts` determine."""
    said = blake2b(digest_size=16)
    for part in parts:
        raw = part.encode(errors="surrogatepass")
        said.update(len(raw).to_bytes(8, "big") + raw)
    return said.hexdigest()


def quoted(name: str, encoding: str = "") -> bytes:
    """The header's value; each encoding of an answer has a tag of its own."""
    return f'"{name}-{encoding}"'.encode() if encoding else f'"{name}"'.encode()


def names(if_none_match: bytes, etag: bytes) -> bool:
    """Whether `If-None-Match` names the tag, compared weakly as the RFC wants it."""
    if if_none_match in (etag, _ANY):
        return True
    if b"," not in if_none_match and not if_none_match.startswith(_WEAK):
        return False
    return any(one.strip().removeprefix(_WEAK) == etag for one in if_none_match.split(b","))
