"""Segments, the campaigns that use them, and who was in one at a freeze."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "segment",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("name_key", name=op.f("uq_segment_name_key")),
    )
    op.create_table(
        "campaign_segment",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("segment_id", ID, nullable=True),
        sa.Column("use", sa.String(40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("rule", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_segment_campaign_id_campaign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_campaign_segment_segment_id_segment"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_segment")),
        sa.UniqueConstraint("campaign_id", "segment_id", name=op.f("uq_campaign_segment_campaign_id_segment_id")),
    )
    op.create_index(op.f("ix_campaign_segment_segment_id"), "campaign_segment", ["segment_id"])
    op.create_table(
        "segment_member",
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column("campaign_segment_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_segment_member_subscriber_id_subscriber")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_segment_id"],
            ["campaign_segment.id"],
            name=op.f("fk_segment_member_campaign_segment_id_campaign_segment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "campaign_segment_id", name=op.f("pk_segment_member")),
    )


def downgrade() -> None:
    op.drop_table("segment_member")
    op.drop_index(op.f("ix_campaign_segment_segment_id"), "campaign_segment")
    op.drop_table("campaign_segment")
    op.drop_table("segment")
