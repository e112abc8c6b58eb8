"""People by what their names, their address or its domain begin with."""

from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

NAMES = ("first_name", "last_name")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in NAMES:
            op.execute(f"CREATE INDEX ix_subscriber_{name} ON subscriber ({name} COLLATE NOCASE)")
        return
    for name in NAMES:
        op.execute(f"CREATE INDEX ix_subscriber_{name} ON subscriber (lower({name}) text_pattern_ops)")
    op.execute("CREATE INDEX ix_subscriber_email_key_begins ON subscriber (email_key text_pattern_ops)")
    op.execute("DROP INDEX ix_subscriber_domain")
    op.execute("CREATE INDEX ix_subscriber_domain ON subscriber (domain text_pattern_ops)")


def downgrade() -> None:
    for name in NAMES:
        op.drop_index(f"ix_subscriber_{name}", "subscriber")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_subscriber_email_key_begins", "subscriber")
        op.execute("DROP INDEX ix_subscriber_domain")
        op.execute("CREATE INDEX ix_subscriber_domain ON subscriber (domain)")
