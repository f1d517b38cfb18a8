"""How large the body of a request may be, by where it goes."""

from .recognised import GUEST

LARGEST_BODY = 1024 * 1024
"""Bytes of the largest body that any address takes."""
_LARGE = "/api/v1/calls"
_USUAL = 128 * 1024
"""Bytes that are enough for a hundred names of models in any script."""
_OF_STRANGERS = 16 * 1024
"""Bytes that are enough for the longest name and password, escaped."""


def largest(path: str) -> int:
    """Bytes that a body may have at this address."""
    if path in GUEST:
        return _OF_STRANGERS
    return LARGEST_BODY if path == _LARGE else _USUAL
