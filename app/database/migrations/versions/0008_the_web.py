"""The archive grown up: tags, corrections, words to find letters by; groups that tests go to; changed details."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_on", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_correction_campaign_id_campaign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_correction_user_id_user"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_correction_campaign_id")),
    )
    op.create_table(
        "campaign_tag",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_tag_campaign_id_campaign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_tag")),
        sa.UniqueConstraint("campaign_id", "slug", name=op.f("uq_campaign_tag_campaign_id_slug")),
    )
    op.create_index("ix_campaign_tag_slug", "campaign_tag", ["slug"], unique=False)
    op.create_table(
        "issue_word",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("word", sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql"), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_issue_word_campaign_id_campaign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_word")),
        sa.UniqueConstraint("campaign_id", "word", name=op.f("uq_issue_word_campaign_id_word")),
    )
    found_by = ["word", "campaign_id", "weight"]
    op.create_index("ix_issue_word_word_campaign_id_weight", "issue_word", found_by, unique=False)
    op.create_table(
        "address_group",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("brand_id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("addresses", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_address_group_brand_id_brand"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_group")),
        sa.UniqueConstraint("brand_id", "name", name=op.f("uq_address_group_brand_id_name")),
    )
    op.add_column("campaign", sa.Column("indexed_at", TIME, nullable=True))
    op.add_column("subscriber", sa.Column("details_changed_at", TIME, nullable=True, server_default=this_moment()))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("subscriber", "details_changed_at", server_default=None)


def this_moment() -> sa.TextClause:
    """Of people who are here already nobody knows since when their details are what they are: since now, at most.

    A constant default tells that of all of them without a row being written.
    """
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        moment = bind.execute(sa.text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'")).scalar_one()
    else:
        moment = bind.execute(sa.text("SELECT CAST(now() AS varchar)")).scalar_one()
    return sa.text(f"'{moment}'")


def downgrade() -> None:
    op.drop_column("subscriber", "details_changed_at")
    op.drop_column("campaign", "indexed_at")
    for table in ("address_group", "issue_word", "campaign_tag", "correction"):
        op.drop_table(table)
