"""Imports: a subscription that an import began carries its number, which is the proof."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("import_id", sa.BigInteger(), nullable=True))
    op.add_column("subscription", sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("subscription", "agreed_at")
    op.drop_column("subscription", "import_id")
