"""The tables of the accounts database as they stand after the last migration."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from .columns import Amount, Moment, Words

REVISION = "0003"
"""The last migration in `migrations/versions`."""

metadata = MetaData()


def _owner(*, primary_key: bool = False) -> Column[str]:
    """Whose row it is; it goes with them."""
    person_id = ForeignKey("person.id", ondelete="CASCADE")
    return Column("owner", Words, person_id, primary_key=primary_key, nullable=False)


def _of_connection() -> Column[str]:
    """Whose one row it is; it goes with it."""
    return Column(
        "connection", Words, ForeignKey("connection.id", ondelete="CASCADE"), primary_key=True
    )


person = Table(
    "person",
    metadata,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("name_key", Words, nullable=False),  # the name without regard to case
    Column("role", Words, nullable=False),
    Column("password_hash", Words),  # NULL: no sign-in by password
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Index("person_by_name", "name_key", unique=True),
)

connection = Table(
    "connection",
    metadata,
    Column("id", Words, primary_key=True),
    _owner(),
    Column("provider", Words, nullable=False),
    Column("label", Words, nullable=False),
    Column("base_url", Words),
    Column("host", Words, nullable=False),
    Column("last4", Words),
    Column("fingerprint", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("connection_by_owner", "owner"),
)

sealed_key = Table(
    "sealed_key",
    metadata,
    _of_connection(),
    Column("version", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("sealed_key_by_version", "version", "connection"),
)

view = Table(
    "view",
    metadata,
    _of_connection(),
    Column("listing", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("message", Words, nullable=False),
    Column("fetched_at", Moment),
    Column("checked_at", Moment, nullable=False),
    Index("view_by_age", "checked_at"),
    Index("view_by_listing", "listing"),
)

listing = Table(
    "listing",
    metadata,
    Column("hash", Words, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("orphaned_at", Moment),  # since when no view is known to show it
)

session = Table(
    "session",
    metadata,
    Column("id", Words, primary_key=True),
    _owner(),
    Column("client", Words, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("used_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("session_by_owner", "owner"),
)

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("hash", Words, primary_key=True),
    Column("session", Words, ForeignKey("session.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),  # when it was exchanged: a second time is theft
    Index("refresh_token_by_session", "session"),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", Words, primary_key=True),
    _owner(),
    Column("name", Words, nullable=False),
    Column("hash", Words, nullable=False),
    Column("scopes", Words),  # words with spaces between; NULL: unlimited
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
    Index("api_token_by_owner", "owner"),
    Index("api_token_by_hash", "hash", unique=True),
)

identity = Table(
    "identity",
    metadata,
    Column("issuer", Words, primary_key=True),
    Column("subject", Words, primary_key=True),
    _owner(),
    Column("created_at", Moment, nullable=False),
    Index("identity_by_owner", "owner"),
)

spent_ticket = Table(
    "spent_ticket",
    metadata,
    Column("id", Words, primary_key=True),
    Column("until", Moment, nullable=False),
    Index("spent_ticket_by_time", "until"),
)

favourite = Table(
    "favourite",
    metadata,
    _owner(primary_key=True),
    Column("model", Words, primary_key=True),
)

preference = Table(
    "preference",
    metadata,
    _owner(primary_key=True),
    Column("body", Words, nullable=False),  # a JSON object
)

binding = Table(
    "binding",
    metadata,
    _owner(primary_key=True),
    Column("program", Words, primary_key=True),
    Column("model", Words, primary_key=True),
    Column("said", Words),  # NULL, with the next two: bound before these were kept
    Column("how", Words),
    Column("since", Moment),
)

call = Table(
    "call",
    metadata,
    _owner(primary_key=True),
    Column("id", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("model", Words, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("capability", Words),
    Column("latency_ms", Amount),
    Column("input_tokens", Amount),
    Column("output_tokens", Amount),
    Column("error", Words),
    Index("call_by_time", "at"),
)

call_count = Table(
    "call_count",
    metadata,
    _owner(primary_key=True),
    Column("day", Date, primary_key=True),
    Column("model", Words, primary_key=True),
    Column("capability", Words, primary_key=True),  # empty: nothing special
    Column("ok", Boolean, primary_key=True),
    Column("error", Words, primary_key=True),  # empty: none, or not said
    Column("calls", BigInteger, nullable=False),
    Column("timed", BigInteger, nullable=False),  # how many of them told their latency
    Column("latency_ms", BigInteger, nullable=False),  # the sum of what they told
    Column("input_tokens", BigInteger),  # NULL: no call told its own
    Column("output_tokens", BigInteger),
    Index("call_count_by_model", "model", "day"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("who", Words),
    Column("action", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("result", Words, nullable=False),
    Column("origin", Words, nullable=False),
    Column("request_id", Words, nullable=False),
    Column("hash", Words, nullable=False),
    Index("audit_by_person", "who", "number"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row: 1
    Column("number", BigInteger, nullable=False),
    Column("hash", Words, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words),  # NULL: given back
    Column("token", BigInteger, nullable=False),
    Column("until", Moment, nullable=False),
)

ring_version = Table(
    "ring_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

ring_meta = Table(
    "ring_meta",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
