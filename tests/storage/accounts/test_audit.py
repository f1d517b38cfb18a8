import threading

import pytest
from sqlalchemy import create_engine, text

from modeldex.domain.audit import AuditEntry
from modeldex.domain.errors import StorageError
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import people

REST = "at, who, action, subject, result, origin, request_id, hash"


def write(accounts: Accounts, number: int = 1, **fields: str | None) -> AuditEntry:
    said = {"user": "ann", "action": "keys.add", "subject": f"c{number}", "result": "done"}
    origin = {"where": "192.0.2.1", "request_id": f"r{number}"}
    return accounts.audit.write(NOW, **{**said, **origin, **fields})


def tampered(url: str, statement: str) -> None:
    """What somebody with all rights on the database may do, after having disabled the triggers."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as db:
        if engine.dialect.name == "sqlite":
            db.execute(text("DROP TRIGGER audit_no_update"))
            db.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            db.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        db.execute(text(statement))
    engine.dispose()


def test_the_log_is_empty_and_whole_at_first(accounts: Accounts) -> None:
    assert accounts.audit.page(0, 10) == ()
    assert accounts.audit.verify().broken_at is None
    assert accounts.audit.verify().entries == 0


def test_entries_are_read_as_written(accounts: Accounts) -> None:
    written = tuple(write(accounts, number) for number in range(3))
    assert [entry.number for entry in written] == [1, 2, 3]
    assert accounts.audit.page(0, 10) == written
    assert (written[0].user, written[0].action, written[0].at) == ("ann", "keys.add", NOW)


def test_entries_are_read_by_page_in_both_directions(accounts: Accounts) -> None:
    written = tuple(write(accounts, number) for number in range(5))
    assert accounts.audit.page(2, 2) == written[2:4]
    assert accounts.audit.last(2) == written[:2:-1]
    assert accounts.audit.last(9, before=3) == written[1::-1]


def test_one_users_entries_are_read_apart(accounts: Accounts) -> None:
    write(accounts, user="ann")
    theirs = write(accounts, user="bob")
    write(accounts, user=None)
    assert accounts.audit.page(0, 10, user="bob") == (theirs,)
    assert accounts.audit.last(10, user="bob") == (theirs,)
    assert accounts.audit.last(10, theirs.number, "bob") == ()


def test_an_untouched_log_is_whole(accounts: Accounts) -> None:
    last = [write(accounts, number) for number in range(4)][-1]
    check = accounts.audit.verify()
    assert (check.entries, check.hash, check.broken_at) == (4, last.hash, None)


def test_a_log_of_many_pages_is_read_whole(accounts: Accounts) -> None:
    with accounts.transaction():
        for number in range(501):
            write(accounts, number)
    assert accounts.audit.verify().entries == 501


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit SET result = 'failed' WHERE number = 2", 2),
        ("UPDATE audit SET who = NULL WHERE number = 1", 1),
        ("UPDATE audit SET at = (SELECT created_at FROM person) WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 4", 4),
        ("DELETE FROM audit", 1),
        ("UPDATE audit_head SET hash = 'ab'", 5),
        ("UPDATE audit_head SET number = 3", 4),
        (
            f"INSERT INTO audit SELECT 5, {REST} FROM audit WHERE number = 4",
            5,
        ),
    ],
)
def test_whatever_is_done_to_the_log_is_found(
    accounts: Accounts, url: str, statement: str, broken_at: int
) -> None:
    people(accounts, "ann")
    for number in range(4):
        accounts.audit.write(NOW.replace(year=2027), "ann", "a", f"s{number}", "done", "", "r")
    tampered(url, statement)
    assert accounts.audit.verify().broken_at == broken_at


@pytest.mark.parametrize("statement", ["UPDATE audit SET result = ''", "DELETE FROM audit"])
def test_the_database_refuses_to_change_an_entry(accounts: Accounts, statement: str) -> None:
    write(accounts)
    with pytest.raises(StorageError), accounts._database.writing() as db:
        db.execute(text(statement))
    assert accounts.audit.verify().entries == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("two\r\nlines", "two\\u{d}\\u{a}lines"),
        ("\x1b[31mred", "\\u{1b}[31mred"),
        ("nul\0", "nul\\u{0}"),
        ("half \ud800", "half \\u{d800}"),
        ("\u202eright to left", "\\u{202e}right to left"),
        ("größe ✓", "größe ✓"),
        ("x" * 400, "x" * 300),
    ],
    ids=["lines", "colour", "nul", "half a pair", "direction", "plain", "long"],
)
def test_what_strangers_write_cannot_forge_a_line(accounts: Accounts, said: str, kept: str) -> None:
    write(accounts, user=said, action=said, subject=said, result=said, where=said, request_id=said)
    entry = accounts.audit.page(0, 1)[0]
    assert {entry.user, entry.action, entry.subject, entry.result} == {kept}
    assert {entry.where, entry.request_id} == {kept}
    assert accounts.audit.verify().broken_at is None


def test_writers_side_by_side_make_one_chain(accounts: Accounts) -> None:
    def several(first: int) -> None:
        for number in range(first, first + 10):
            write(accounts, number)

    threads = [threading.Thread(target=several, args=(10 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert accounts.audit.verify().entries == 40
    assert accounts.audit.verify().broken_at is None


def test_a_deed_holds_only_with_its_entry(accounts: Accounts) -> None:
    people(accounts, "ann")

    def deed() -> None:
        with accounts.transaction():
            accounts.favourites.add("ann", "acme/one")
            write(accounts)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deed()
    assert accounts.favourites.of("ann") == ()
    assert accounts.audit.verify().entries == 0
