"""How fast a domain may be written to, once it has asked for patience."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "domain_pace",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("per_minute", sa.Float(), nullable=False),
        sa.Column("slowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_domain_pace")),
    )


def downgrade() -> None:
    op.drop_table("domain_pace")
