"""How text, numbers and times stand in a column, the same in SQLite as in PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from ...domain.errors import UserMistake

MOST = 2**40
"""The largest number that is kept of what a program reports: sums of millions of them still fit."""


class Words(TypeDecorator[str]):
    """Text that both engines can hold: PostgreSQL has no NUL, UTF-8 no half of a character."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and ("\0" in value or not _is_whole(value)):
            raise UserMistake("a text has a character that is none (NUL or half a pair): remove it")
        return value


def _is_whole(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


class Amount(TypeDecorator[int]):
    """A count of something, from zero to `MOST`."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and not 0 <= value <= MOST:
            raise UserMistake(f"a number is out of range: give one from 0 to {MOST}")
        return value


class Moment(TypeDecorator[datetime]):
    """An aware time to the microsecond: `TIMESTAMPTZ`, or RFC 3339 in UTC of one length, which
    sorts by time."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        value = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return value
        return value.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def process_result_value(
        self, value: datetime | str | None, dialect: Dialect
    ) -> datetime | None:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        return None if value is None else value.astimezone(UTC)
