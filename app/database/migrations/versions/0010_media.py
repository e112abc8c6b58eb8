"""The library of pictures, articles brought in by the many, and pictures fetched from the web."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)

# Pictures that are here already belong to the first brand, as all pages did.
ENLIST = """
INSERT INTO media_item (brand_id, asset_id, name, alt, user_id, created_at)
SELECT brand.id, asset.id, substr(asset.filename, 1, 200), '', asset.user_id, asset.created_at
FROM asset JOIN brand ON brand.id = (SELECT min(id) FROM brand)
"""


def upgrade() -> None:
    op.create_table(
        "media_item",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("brand_id", ID, nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("updated_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_media_item_brand_id_brand"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_media_item_asset_id_asset")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_media_item_user_id_user"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_item")),
        sa.UniqueConstraint("brand_id", "asset_id", name=op.f("uq_media_item_brand_id_asset_id")),
    )
    op.create_index(op.f("ix_media_item_asset_id"), "media_item", ["asset_id"], unique=False)
    op.execute(ENLIST)
    create_imports()
    op.create_table(
        "picture_fetch",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("campaign_id", ID, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("wanted", DOCUMENT, nullable=False),
        sa.Column("came", DOCUMENT, nullable=False),
        sa.Column("failed", DOCUMENT, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("beat_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_picture_fetch_campaign_id_campaign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_picture_fetch_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture_fetch")),
    )
    op.create_index(op.f("ix_picture_fetch_campaign_id"), "picture_fetch", ["campaign_id"], unique=False)
    op.create_index(op.f("ix_picture_fetch_status"), "picture_fetch", ["status"], unique=False)


def create_imports() -> None:
    op.create_table(
        "article_import",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("brand_id", ID, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("kept_as", sa.String(length=100), nullable=False),
        sa.Column("told", DOCUMENT, nullable=False),
        sa.Column("with_pictures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("beat_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_article_import_brand_id_brand"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_article_import_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_import")),
    )
    op.create_index(op.f("ix_article_import_status"), "article_import", ["status"], unique=False)
    op.create_table(
        "found_article",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.Column("pictures", DOCUMENT, nullable=False),
        sa.Column("campaign_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_found_article_campaign_id_campaign"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["article_import.id"],
            name=op.f("fk_found_article_import_id_article_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_article")),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_found_article_import_id_number")),
    )


def downgrade() -> None:
    for table in ("picture_fetch", "found_article", "article_import", "media_item"):
        op.drop_table(table)
