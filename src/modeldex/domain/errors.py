"""Mistakes, by who must act; a failure of one provider is no error but a line in a report.

ModeldexError
  UserMistake          the caller mends the request             exit 2
    BadQuery · BadConfig · UnknownProvider · BadBinding · BadKey ·
    BadAddress · BadPassword · KeyNeeded
  NotFound             nothing goes by that name                exit 3
  AccessDenied         who asks is not known, or not let in     exit 4
  Locked               the master key of a kept key is not here exit 1
  Tampered             a kept key was changed where it lies     exit 1
  NoCatalog            there is no catalog, not even a packaged one   exit 6
  StorageError         the disk or its rights need attention    exit 1
  BadReferenceData     a packaged data file is wrong            exit 1
"""

from typing import ClassVar


class ModeldexError(Exception):
    """The root of all errors raised on purpose; its message says what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        """What is shown below the message, such as the closest names; may have several lines."""


class UserMistake(ModeldexError):
    """The request cannot be understood; mend it and ask again."""

    exit_code = 2


class BadQuery(UserMistake):
    """A query has a word or an operator that means nothing."""

    def __init__(self, message: str, *, hint: str = "", column: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.column = column
        """Where in the text it stands, from 1; `None` when there is no text."""


class BadConfig(UserMistake):
    """The configuration file has a key or a value that means nothing."""


class BadBinding(UserMistake):
    """A program, or a model that it is to be bound to, has no name that can be kept."""


class UnknownProvider(UserMistake):
    """No provider row goes by that name."""


class BadKey(UserMistake):
    """What was given as a provider's key cannot be one."""


class BadAddress(UserMistake):
    """What was given as a provider's address cannot be one, or no key may be sent there."""


class BadPassword(UserMistake):
    """A password is too short, too long, or among those that are tried first."""


class KeyNeeded(UserMistake):
    """The address leads to another host than the key was given for: give the key again."""


class NotFound(ModeldexError):
    """Nothing in the catalog goes by that name."""

    exit_code = 3


class AccessDenied(ModeldexError):
    """Who asks is not known or not let in; the message never says which part was wrong."""

    exit_code = 4


class Locked(ModeldexError):
    """A kept key, or all of them, cannot be opened with the master keys at hand; nothing is lost."""


class Tampered(ModeldexError):
    """A kept key is not what was put there, or stands in another's place; it was not used."""


class NoCatalog(ModeldexError):
    """There is no catalog that can be read, not even the packaged one."""

    exit_code = 6


class StorageError(ModeldexError):
    """A file cannot be read or written; the message names it and says what to do."""


class BadReferenceData(ModeldexError):
    """One of the packaged data files is wrong; the message names file and row."""
