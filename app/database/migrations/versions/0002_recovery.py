"""What recovery needs: why campaigns are held, deaths in chunks, beats of hosts, proofs of letters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "host_beat",
        sa.Column("host", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("boot_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_beat")),
    )
    op.add_column("campaign", sa.Column("hold_cause", sa.String(40), nullable=True))
    op.add_column("campaign", sa.Column("told_epoch", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("campaign", sa.Column("unknown_left", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("campaign", sa.Column("left_out", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True))
    op.add_column("chunk", sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("chunk", sa.Column("left_at_death", sa.Integer(), nullable=True))
    op.add_column("chunk", sa.Column("suspects", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True))
    op.create_index("ix_event_message_id_kind", "event", ["message_id", "kind"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE message SET (fillfactor = 50)")
    # Nobody is mailed about what ended before there was such mail; until now, a held letter had always been changed.
    op.execute("UPDATE campaign SET told_epoch = epoch")
    op.execute("UPDATE campaign SET hold_cause = 'changed' WHERE status = 'held'")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE message RESET (fillfactor)")
    op.drop_index("ix_event_message_id_kind", "event")
    for column in ("suspects", "left_at_death", "deaths"):
        op.drop_column("chunk", column)
    for column in ("left_out", "unknown_left", "told_epoch", "hold_cause"):
        op.drop_column("campaign", column)
    op.drop_table("host_beat")
