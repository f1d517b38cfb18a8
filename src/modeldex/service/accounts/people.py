"""Let people in and shut them out: the first administrator by a code of one use, the others by an administrator."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, final

from ...credentials.api_tokens import SETUP, hashed, is_well_formed, made
from ...credentials.key_ring import Randomness
from ...credentials.passwords import Passwords
from ...domain.account import Role, User
from ...domain.errors import AccessDenied, NotFound, UserMistake
from .auditing import Action, Occasion, recorded

if TYPE_CHECKING:
    from ...storage.accounts.opening import Accounts

CODE_FOR = timedelta(minutes=30)
_LONGEST_NAME = 200


@final
class People:
    """Adds, disables and promotes people; each raises `StorageError` when the database is away,
    and then nothing was done."""

    def __init__(
        self,
        accounts: "Accounts",
        passwords: Passwords,
        randomness: Randomness = secrets.token_bytes,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._randomness = randomness

    def setup_code(self, now: datetime) -> str | None:
        """A code with which whoever sees this console becomes the first administrator, for half
        an hour; `None` when there is somebody already."""
        if self._accounts.people.count():
            return None
        code = made(SETUP, self._randomness)
        until = (now + CODE_FOR).isoformat().encode()
        self._accounts.ring.put_once(_name(code), until)
        return code

    def first_admin(self, on: Occasion, code: str, name: str, password: str) -> User:
        """Become the first administrator; raises `AccessDenied` for a wrong code, an old one, and
        when there is somebody already, `BadPassword` and `UserMistake`."""
        self._vet_code(code, on.now)
        user = self._person(on.now, name, Role.ADMIN)
        kept = self._passwords.hashed(password, user.name)
        with recorded(self._accounts, on, Action.PERSON_ADDED, user.id):
            if self._accounts.people.count():
                raise _no_code()
            self._accounts.people.add(user, kept)
        return user

    def add(self, on: Occasion, name: str, password: str | None, role: Role = Role.USER) -> User:
        """Let somebody in; `None`: not by a password. Raises `BadPassword` and `UserMistake`."""
        user = self._person(on.now, name, role)
        kept = None if password is None else self._passwords.hashed(password, user.name)
        with recorded(self._accounts, on, Action.PERSON_ADDED, user.id):
            self._accounts.people.add(user, kept)
        return user

    def disable(self, on: Occasion, id: str) -> None:
        """Shut somebody out at once: their sessions end, their tokens count no more; raises
        `NotFound`, and `UserMistake` for the last administrator."""
        with recorded(self._accounts, on, Action.PERSON_DISABLED, id):
            if not self._accounts.people.disable(id, on.now):
                raise _nobody()
            self._accounts.tokens.end_all(id, on.now)
            self._keep_an_admin()

    def enable(self, on: Occasion, id: str) -> None:
        """Let somebody in again, who has to sign in anew; raises `NotFound`."""
        with recorded(self._accounts, on, Action.PERSON_ENABLED, id):
            if not self._accounts.people.disable(id, None):
                raise _nobody()

    def set_role(self, on: Occasion, id: str, role: Role) -> None:
        """Change what somebody may do, from their next request on; raises as `disable`."""
        with recorded(self._accounts, on, Action.ROLE_CHANGED, id):
            if not self._accounts.people.set_role(id, role):
                raise _nobody()
            self._keep_an_admin()

    def _keep_an_admin(self) -> None:
        everybody = self._accounts.people.all()
        if not any(one.role is Role.ADMIN and one.disabled_at is None for one in everybody):
            raise UserMistake("this is the last administrator: make somebody else one first")

    def _person(self, now: datetime, name: str, role: Role) -> User:
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UserMistake(f"take a name of 1 to {_LONGEST_NAME} letters that can be printed")
        return User(id=self._randomness(16).hex(), name=name, role=role, created_at=now)

    def _vet_code(self, code: str, now: datetime) -> None:
        until = None
        if is_well_formed(code, SETUP):
            until = self._accounts.ring.get(_name(code))
        if until is None or now >= datetime.fromisoformat(until.decode()):
            raise _no_code()


def _name(code: str) -> str:
    return f"set-up code {hashed(code)}"


def _no_code() -> AccessDenied:
    return AccessDenied(
        "that code is wrong, used or too old: start the service again, and take the one it prints"
    )


def _nobody() -> NotFound:
    return NotFound("there is no such person")
