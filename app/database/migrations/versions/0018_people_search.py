"""People by what their names, their address or its domain begin with."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAMES = ("first_name", "last_name")
KEYS = {"email_key": 320, "domain": 255}


def upgrade() -> None:
    """PostgreSQL orders what is kept folded by its bytes, so that its indexes know what begins with a word."""
    if op.get_bind().dialect.name == "sqlite":
        for name in NAMES:
            op.execute(f"CREATE INDEX ix_subscriber_{name} ON subscriber ({name} COLLATE NOCASE)")
        return
    for name in NAMES:
        op.execute(f"CREATE INDEX ix_subscriber_{name} ON subscriber (lower({name}) text_pattern_ops)")
    for name, length in KEYS.items():
        op.execute(f'ALTER TABLE subscriber ALTER COLUMN {name} TYPE varchar({length}) COLLATE "C"')


def downgrade() -> None:
    for name in NAMES:
        op.drop_index(f"ix_subscriber_{name}", "subscriber")
    if op.get_bind().dialect.name == "postgresql":
        for name, length in KEYS.items():
            op.execute(f'ALTER TABLE subscriber ALTER COLUMN {name} TYPE varchar({length}) COLLATE "default"')
