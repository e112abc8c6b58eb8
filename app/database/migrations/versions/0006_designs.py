"""Designs of a brand's own with their versions, letters written whole, notices in a brand's own words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "design",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("brand_id", ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("choices", DOCUMENT, nullable=False),
        sa.Column("shell", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", TIME, nullable=True),
        sa.Column("archived_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_design_brand_id_brand"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design")),
    )
    op.create_index(op.f("ix_design_brand_id"), "design", ["brand_id"], unique=False)
    op.create_table(
        "design_version",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("design_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("choices", DOCUMENT, nullable=False),
        sa.Column("shell", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["design_id"], ["design.id"], name=op.f("fk_design_version_design_id_design"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_design_version_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_version")),
        sa.UniqueConstraint("design_id", "number", name=op.f("uq_design_version_design_id_number")),
    )
    op.create_table(
        "notice_wording",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("brand_id", ID, nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_notice_wording_brand_id_brand"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_wording")),
        sa.UniqueConstraint("brand_id", "notice", "language", name=op.f("uq_notice_wording_brand_id_notice_language")),
    )
    op.add_column("article", sa.Column("letter_kind", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("article", sa.Column("letter_source", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("article", "letter_source")
    op.drop_column("article", "letter_kind")
    for table in ("notice_wording", "design_version", "design"):
        op.drop_table(table)
