"""Whether somebody for whom an identity provider vouches may come in, as what, and under which name."""

from collections.abc import Collection
from typing import NamedTuple

from ..domain.account import Role
from ..domain.identity import Vouched

ANYBODY = "*"
_LONGEST_NAME = 150


class Terms(NamedTuple):
    """On what terms people come in."""

    domains: Collection[str] = ()
    """E-mail domains; `*`: any, and no address is needed; none: it does not matter."""
    groups: Collection[str] = ()
    """Groups of which they have to be in one; none: it does not matter."""
    admin_group: str = ""
    """Whose members are administrators; empty: no group says so."""


def admitted(vouched: Vouched, terms: Terms) -> bool:
    """Whether they may come in; nobody may where the terms say nothing at all.

    >>> terms = Terms(domains=["example.com"])
    >>> admitted(Vouched(issuer="i", subject="s", email="ada@EXAMPLE.com"), terms)
    True
    >>> admitted(Vouched(issuer="i", subject="s", email="ada@example.com.evil.example"), terms)
    False
    """
    if not terms.domains and not terms.groups:
        return False
    if terms.domains and not _at_one_of(vouched.email, terms.domains):
        return False
    return not terms.groups or not vouched.groups.isdisjoint(terms.groups)


def role(vouched: Vouched, terms: Terms) -> Role | None:
    """What their groups make them; `None`: groups say nothing of it."""
    if not terms.admin_group:
        return None
    return Role.ADMIN if terms.admin_group in vouched.groups else Role.USER


def shown_name(vouched: Vouched) -> str:
    """What they are called here, if nobody has that name: it decides nothing."""
    said = (vouched.email, vouched.name)
    plain = ("".join(filter(str.isprintable, one or "")).strip() for one in said)
    return next((one[:_LONGEST_NAME].strip() for one in plain if one), "somebody")


def _at_one_of(email: str | None, domains: Collection[str]) -> bool:
    if ANYBODY in domains:
        return True
    name, at, domain = (email or "").rpartition("@")
    return bool(name and at) and domain.lower() in {one.lower() for one in domains}
