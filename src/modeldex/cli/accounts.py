"""`modeldex accounts`: the database of people and their keys, for whoever runs a shared installation."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ..domain.errors import UserMistake
from . import cells, output
from .context import Services
from .extras import ask_for
from .options import Early, common

if TYPE_CHECKING:
    from ..service.accounts.standing import Standing
    from ..storage.accounts.opening import Accounts

_NEEDED = ("alembic", "argon2", "cryptography", "joserfc", "sqlalchemy", "zxcvbn")
_EACH = 100
"""A line of progress for so many keys."""


@click.group("accounts", cls=Early)
def command() -> None:
    """People and their kept keys: the database that MODELDEX_DATABASE_URL names."""


@command.command("migrate")
@common
@click.pass_obj
def migrate(services: Services, as_json: bool) -> int:
    """Bring the tables to what this version needs, in one transaction.

    A replica that starts does so too; of several at once one does it, and the others wait.
    """
    with _opened(services, as_it_is=True) as accounts:
        before = accounts.migration()
    with _opened(services) as accounts:
        after = accounts.migration()
        place = accounts.place
    if as_json:
        output.json_document({"database": place, "from": before, "to": after})
    elif before == after:
        output.say(f"{place} stands at {after}, as it should")
    else:
        output.say(f"{place} was brought from {before or 'nothing'} to {after}")
    return 0


@command.command("status")
@common
@click.pass_obj
def status(services: Services, as_json: bool) -> int:
    """Show how the database stands: tables, people, keys by master key, leases. Changes nothing.

    Exit code 1: the tables are not as this version needs them.
    """
    from ..service.accounts.standing import standing

    with _opened(services, as_it_is=True) as accounts:
        found = standing(accounts)
    if as_json:
        output.json_document(found)
    else:
        output.tsv(_lines(found))
    if found.migration != found.newest:
        output.note("`modeldex accounts migrate` brings the tables to this version", output.YELLOW)
        return 1
    return 0


@command.command("setup-code")
@common
@click.pass_obj
def setup_code(services: Services, as_json: bool) -> int:
    """Print a code with which the first administrator is made; it is good for half an hour."""
    from ..credentials.passwords import Passwords
    from ..service.accounts.people import People

    with _opened(services) as accounts:
        code = People(accounts, Passwords()).setup_code(services.now())
    if code is None:
        raise UserMistake("somebody has an account already, so no code counts any more")
    if as_json:
        output.json_document({"code": code})
    else:
        output.say(code)
        output.note("POST it with a name and a password to /api/v1/setup; it works once")
    return 0


@command.command("rotate")
@common
@click.pass_obj
def rotate(services: Services, as_json: bool) -> int:
    """Reseal every kept key under the first master key that is named, while the service runs.

    Interrupted, it is run again and goes on where it was. Every replica has to know the new master
    key before. Exit code 5: some keys cannot be opened; they are named, and left as they are.
    """
    _asked_for()
    from ..credentials.master_keys import read
    from ..service.accounts.auditing import Occasion
    from ..service.accounts.opening_vault import open_vault
    from ..service.accounts.rotating import rotate

    ring = read(services.environ)
    with _opened(services) as accounts:
        vault = open_vault(ring, accounts.ring)
        done = rotate(accounts, vault, Occasion(services.now()), _progress())
    for one in done.skipped:
        output.note(f"connection {one.connection} of {one.user}: {one.why}", output.YELLOW)
    if as_json:
        skipped = [one._asdict() for one in done.skipped]
        output.json_document({"version": ring.current, **done._asdict(), "skipped": skipped})
    else:
        output.say(f"{cells.count(done.resealed)} resealed under version {ring.current}")
        output.note(
            f"{cells.count(done.left)} are left under other versions"
            if done.left
            else "the other versions may go, once every replica seals with this one"
        )
    return 5 if done.left else 0


@command.command("verify-audit")
@common
@click.pass_obj
def verify_audit(services: Services, as_json: bool) -> int:
    """Read the whole audit log and compare its hashes. Exit code 1: somebody changed it."""
    with _opened(services) as accounts:
        found = accounts.audit.verify()
    if as_json:
        output.json_document(found)
    elif found.broken_at is None:
        output.say(f"{cells.count(found.entries)} entries, unbroken, ending in {found.hash}")
    else:
        output.say(f"entry {found.broken_at} is missing, was changed, or is one too many")
    return 0 if found.broken_at is None else 1


def _asked_for() -> None:
    ask_for("modeldex accounts", _NEEDED)


@contextmanager
def _opened(services: Services, *, as_it_is: bool = False) -> "Iterator[Accounts]":
    _asked_for()
    accounts = services.accounts(as_it_is=as_it_is)
    try:
        yield accounts
    finally:
        accounts.close()


def _progress() -> Callable[[int], None]:
    """How many keys are done: a line that moves for a person, one for each hundred for a log."""
    watched = output.watched()

    def tell(resealed: int) -> None:
        if watched:
            sys.stderr.write(f"\r{resealed} resealed …\x1b[K")
            sys.stderr.flush()
        elif resealed % _EACH == 0:
            output.note(f"{resealed} resealed")

    return tell


def _lines(found: "Standing") -> Iterator[tuple[str, str]]:
    yield "database", found.database
    yield "tables", found.migration or "none"
    if found.keys is None:
        return
    yield "people", f"{found.people}, {found.administrators} of them administrators"
    for version, keys in found.keys.items():
        yield "keys", f"{keys} under version {version} of the master key"
    for lease in found.leases:
        held = f"held by {lease.holder} until {cells.moment(lease.until)}"
        yield "lease", f"{lease.name} {held if lease.holder else 'is free'}"
