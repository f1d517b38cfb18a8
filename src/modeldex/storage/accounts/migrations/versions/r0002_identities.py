"""Who people are at an identity provider, and which of its sign-ins were used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make two tables; nobody has an identity yet."""
    goes_with = sa.ForeignKey("person.id", ondelete="CASCADE")
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), primary_key=True, nullable=False),
        sa.Column("subject", sa.Text(), primary_key=True, nullable=False),
        sa.Column("owner", sa.Text(), goes_with, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("identity_by_owner", "identity", ["owner"])
    op.create_table(
        "spent_ticket",
        sa.Column("id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
    op.create_index("spent_ticket_by_time", "spent_ticket", ["until"])
