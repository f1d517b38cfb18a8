"""By which name a program calls a model that it uses, how that led there, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Add three columns; of what is bound already they are not known."""
    op.add_column("binding", sa.Column("said", sa.Text(), nullable=True))
    op.add_column("binding", sa.Column("how", sa.Text(), nullable=True))
    op.add_column("binding", sa.Column("since", MOMENT, nullable=True))
