"""The headers that go with every answer, errors and 304 among them.

Source: https://owasp.org/www-project-secure-headers/
"""

from typing import TypeAlias

Headers: TypeAlias = list[tuple[bytes, bytes]]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY: Headers = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    (b"strict-transport-security", b"max-age=63072000"),
]
"""No page of another site may frame, read or script what this service says."""

VARY = (b"vary", b"Accept-Encoding, Authorization, X-Api-Key, Anthropic-Version")
PERSONAL = (b"cache-control", b"private, no-store")
"""For what depends on who asks."""
COMMON = (b"cache-control", b"private, no-cache")
"""For what is the same for everybody who may ask: keep it, and ask whether it is still so."""
