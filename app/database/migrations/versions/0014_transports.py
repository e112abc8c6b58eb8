"""Transports: ways out as rows, what they took, letters that try them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "transport",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("domains", JSON, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("connections", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("per_second", sa.Integer(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aside_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aside_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("aside_times", sa.Integer(), nullable=False),
        sa.Column("aside_reason", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport")),
    )
    op.create_table(
        "transport_hour",
        sa.Column("transport_id", ID, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transport_id"],
            ["transport.id"],
            name=op.f("fk_transport_hour_transport_id_transport"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("transport_id", "hour", name=op.f("pk_transport_hour")),
    )
    op.create_table(
        "transport_test",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("transport_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["transport_id"],
            ["transport.id"],
            name=op.f("fk_transport_test_transport_id_transport"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_transport_test_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transport_test")),
    )
    op.create_index("ix_transport_test_transport_id", "transport_test", ["transport_id"])


def downgrade() -> None:
    op.drop_index("ix_transport_test_transport_id", "transport_test")
    op.drop_table("transport_test")
    op.drop_table("transport_hour")
    op.drop_table("transport")
