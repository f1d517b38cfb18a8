"""Mistakes, by who must act; a failure of one provider is no error but a line in a report.

ModeldexError
  UserMistake          the caller mends the request             exit 2
    BadQuery · BadConfig · UnknownProvider
  NotFound             nothing goes by that name                exit 3
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


class UnknownProvider(UserMistake):
    """No provider row goes by that name."""


class NotFound(ModeldexError):
    """Nothing in the catalog goes by that name."""

    exit_code = 3


class NoCatalog(ModeldexError):
    """There is no catalog that can be read, not even the packaged one."""

    exit_code = 6


class StorageError(ModeldexError):
    """A file cannot be read or written; the message names it and says what to do."""


class BadReferenceData(ModeldexError):
    """One of the packaged data files is wrong; the message names file and row."""
