"""When letters leave: the canary, hours and end of a campaign, and the warm-up of a sender's domain."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "departure_plan",
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("canary_count", sa.Integer(), nullable=True),
        sa.Column("canary_percent", sa.Integer(), nullable=True),
        sa.Column("canary_minutes", sa.Integer(), nullable=False),
        *(sa.Column(f"{rate}_limit", sa.Float(), nullable=False) for rate in RATES),
        sa.Column("days", sa.String(7), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("finish_by", TIME, nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("canary_until", TIME, nullable=True),
        sa.Column("canary_passed_at", TIME, nullable=True),
        sa.Column("waits_for", sa.String(40), nullable=True),
        sa.Column("waits_until", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_departure_plan_campaign_id_campaign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_departure_plan")),
    )
    op.create_table(
        "warm_up",
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("steps", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_warm_up")),
    )
    op.create_table(
        "warm_up_day",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain"], ["warm_up.domain"], name=op.f("fk_warm_up_day_domain_warm_up"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warm_up_day")),
        sa.UniqueConstraint("domain", "day", name=op.f("uq_warm_up_day_domain_day")),
    )
    op.add_column("chunk", sa.Column("grant_to", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("chunk", "grant_to")
    op.drop_table("warm_up_day")
    op.drop_table("warm_up")
    op.drop_table("departure_plan")


RATES = ("bounce", "complaint", "deferral", "unsubscribe")
