"""MX groups: recipients' domains whose mail one provider takes share one pace."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mx_group",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("group", sa.String(length=255), nullable=False),
        sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_mx_group")),
    )
    op.create_index(op.f("ix_mx_group_group"), "mx_group", ["group"])


def downgrade() -> None:
    op.drop_table("mx_group")
