"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make everything."""
    _people()
    _connections()
    _sessions()
    _wishes()
    _calls()
    _log()
    _machinery()


def _text(name: str, *, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null, primary_key=key)


def _moment(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, MOMENT, nullable=null)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _count(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _of(name: str, parent: str, *, key: bool = False) -> sa.Column[str]:
    goes_with = sa.ForeignKey(f"{parent}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Text(), goes_with, nullable=False, primary_key=key)


def _people() -> None:
    op.create_table(
        "person",
        _text("id", key=True),
        _text("name"),
        _text("name_key"),
        _text("role"),
        _text("password_hash", null=True),
        _moment("created_at"),
        _moment("disabled_at", null=True),
    )
    op.create_index("person_by_name", "person", ["name_key"], unique=True)


def _connections() -> None:
    op.create_table(
        "connection",
        _text("id", key=True),
        _of("owner", "person"),
        _text("provider"),
        _text("label"),
        _text("base_url", null=True),
        _text("host"),
        _text("last4", null=True),
        _text("fingerprint"),
        _moment("created_at"),
        _moment("changed_at"),
    )
    op.create_index("connection_by_owner", "connection", ["owner"])
    op.create_table(
        "sealed_key",
        _of("connection", "connection", key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _bytes("wrapped"),
        _bytes("nonce"),
        _bytes("body"),
    )
    op.create_index("sealed_key_by_version", "sealed_key", ["version", "connection"])
    op.create_table(
        "view",
        _of("connection", "connection", key=True),
        _text("listing"),
        _text("outcome"),
        _text("message"),
        _moment("fetched_at", null=True),
        _moment("checked_at"),
    )
    op.create_index("view_by_age", "view", ["checked_at"])
    op.create_index("view_by_listing", "view", ["listing"])
    op.create_table(
        "listing", _text("hash", key=True), _bytes("body"), _moment("orphaned_at", null=True)
    )


def _sessions() -> None:
    op.create_table(
        "session",
        _text("id", key=True),
        _of("owner", "person"),
        _text("client"),
        _moment("started_at"),
        _moment("used_at"),
        _moment("expires_at"),
        _moment("ended_at", null=True),
    )
    op.create_index("session_by_owner", "session", ["owner"])
    op.create_table(
        "refresh_token",
        _text("hash", key=True),
        _of("session", "session"),
        _moment("expires_at"),
        _moment("used_at", null=True),
    )
    op.create_index("refresh_token_by_session", "refresh_token", ["session"])
    op.create_table(
        "api_token",
        _text("id", key=True),
        _of("owner", "person"),
        _text("name"),
        _text("hash"),
        _text("scopes", null=True),
        _moment("created_at"),
        _moment("expires_at", null=True),
        _moment("last_used_at", null=True),
    )
    op.create_index("api_token_by_owner", "api_token", ["owner"])
    op.create_index("api_token_by_hash", "api_token", ["hash"], unique=True)


def _wishes() -> None:
    op.create_table("favourite", _of("owner", "person", key=True), _text("model", key=True))
    op.create_table("preference", _of("owner", "person", key=True), _text("body"))
    op.create_table(
        "binding",
        _of("owner", "person", key=True),
        _text("program", key=True),
        _text("model", key=True),
    )


def _calls() -> None:
    op.create_table(
        "call",
        _of("owner", "person", key=True),
        _text("id", key=True),
        _moment("at"),
        _text("model"),
        sa.Column("ok", sa.Boolean(), nullable=False),
        _text("capability", null=True),
        _count("latency_ms", null=True),
        _count("input_tokens", null=True),
        _count("output_tokens", null=True),
        _text("error", null=True),
    )
    op.create_index("call_by_time", "call", ["at"])
    op.create_table(
        "call_count",
        _of("owner", "person", key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        _text("model", key=True),
        _text("capability", key=True),
        sa.Column("ok", sa.Boolean(), primary_key=True),
        _text("error", key=True),
        _count("calls"),
        _count("timed"),
        _count("latency_ms"),
        _count("input_tokens", null=True),
        _count("output_tokens", null=True),
    )
    op.create_index("call_count_by_model", "call_count", ["model", "day"])


def _log() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        _moment("at"),
        _text("who", null=True),
        _text("action"),
        _text("subject"),
        _text("result"),
        _text("origin"),
        _text("request_id"),
        _text("hash"),
    )
    op.create_index("audit_by_person", "audit", ["who", "number"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        _count("number"),
        _text("hash"),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": ""}])
    lite = op.get_bind().dialect.name == "sqlite"
    for statement in _APPEND_ONLY_SQLITE if lite else _APPEND_ONLY_POSTGRESQL:
        op.execute(statement)


_APPEND_ONLY_SQLITE = [
    f"""CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"""
    for what in ("UPDATE", "DELETE")
]
_APPEND_ONLY_POSTGRESQL = (
    """CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$""",
    """CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()""",
)


def _machinery() -> None:
    op.create_table(
        "lease",
        _text("name", key=True),
        _text("holder", null=True),
        _count("token"),
        _moment("until"),
    )
    op.create_table(
        "ring_version",
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        _bytes("wrapped"),
        _bytes("nonce"),
        _bytes("body"),
    )
    op.create_table("ring_meta", _text("name", key=True), _bytes("value"))
