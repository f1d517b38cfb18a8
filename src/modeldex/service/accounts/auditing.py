"""What is written down of who did what: before a secret is used, and together with what changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts


class Occasion(NamedTuple):
    """When, by whom and from where something is asked for."""

    now: datetime
    user: str | None = None
    """`User.id`; `None` while nobody has signed in."""
    where: str = ""
    """The address they ask from."""
    request_id: str = ""


class Action(StrEnum):
    """What is written down."""

    KEY_ADDED = "key.add"
    KEY_REPLACED = "key.replace"
    KEY_REMOVED = "key.remove"
    KEY_CHECKED = "key.check"
    KEYS_ROTATED = "keys.rotate"
    SIGNED_IN = "session.start"
    SIGNED_OUT = "session.end"
    RENEWED_TWICE = "session.reuse"
    PASSWORD_CHANGED = "password.change"  # noqa: S105  (an action's name)
    PERSON_ADDED = "person.add"
    IDENTITY_ADDED = "identity.add"
    PERSON_DISABLED = "person.disable"
    PERSON_ENABLED = "person.enable"
    ROLE_CHANGED = "person.role"
    TOKEN_ADDED = "token.add"  # noqa: S105  (an action's name)
    TOKEN_REMOVED = "token.remove"  # noqa: S105  (an action's name)
    DENIED = "access.deny"
    """Turned away; the subject is what was lacking: a right, `token`, `whole token`, `setup code`."""


DONE, REFUSED = "done", "refused"
"""What came of it."""


def write(
    accounts: "Accounts", on: Occasion, action: Action, subject: str, result: str = DONE
) -> None:
    """Write a line of the audit log; raises `StorageError`, and then the action must not be done.

    `subject` is an id or a keyed fingerprint, never what a person typed.
    """
    accounts.audit.write(
        now=on.now,
        user=on.user,
        action=action.value,
        subject=subject,
        result=result,
        where=on.where,
        request_id=on.request_id,
    )


@contextmanager
def recorded(accounts: "Accounts", on: Occasion, action: Action, subject: str) -> Iterator[None]:
    """A change and its line in the audit log, written first: both hold, or neither does.

    The log's end is locked until then, so that changes which are recorded come one after another:
    what is read within stays true until it is written.
    """
    with accounts.transaction():
        write(accounts, on, action, subject)
        yield
