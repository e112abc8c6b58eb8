"""On PostgreSQL, the parents of messages are kept by triggers of their own instead of a look at three for each message.

A freeze reads the parents in the very statement that writes the messages, so only their end could make an orphan.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PARENTS = ("campaign", "subscriber", "variant")

# `message` is found beside the parent's own table, wherever a search path or a restore may look. What waits below is
# over before the look, and the look is newer than the wait: of two that meet, the later one sees what the first did.
KEEP_ROW = """
CREATE FUNCTION keep_parent_of_message() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  referred integer;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.id = OLD.id THEN
      RETURN NEW;
    END IF;
  ELSIF current_setting('transaction_isolation') = 'read committed' THEN
    IF TG_TABLE_NAME = 'subscriber' THEN
      EXECUTE format('LOCK TABLE %I.message IN SHARE ROW EXCLUSIVE MODE', TG_TABLE_SCHEMA);
      EXECUTE format('SELECT 1 FROM %I.message WHERE subscriber_id = $1 LIMIT 1', TG_TABLE_SCHEMA)
        INTO referred USING OLD.id;
    ELSIF TG_TABLE_NAME = 'variant' THEN
      EXECUTE format('SELECT 1 FROM %I.campaign WHERE id = $1 FOR KEY SHARE', TG_TABLE_SCHEMA) USING OLD.campaign_id;
      EXECUTE format('SELECT 1 FROM %I.message WHERE campaign_id = $1 LIMIT 1', TG_TABLE_SCHEMA)
        INTO referred USING OLD.campaign_id;
    ELSE
      EXECUTE format('SELECT 1 FROM %I.message WHERE campaign_id = $1 LIMIT 1', TG_TABLE_SCHEMA)
        INTO referred USING OLD.id;
    END IF;
    IF referred IS NULL THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE foreign_key_violation USING
    MESSAGE = format('%s %s has messages, or may have: it is neither deleted nor numbered anew', TG_TABLE_NAME, OLD.id),
    HINT = 'A person is erased instead, and their row stays; whatever deletes must be READ COMMITTED.';
END $$
"""
KEEP_TABLE = """
CREATE FUNCTION keep_parents_of_messages() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  referred integer;
BEGIN
  EXECUTE format('SELECT 1 FROM %I.message LIMIT 1', TG_TABLE_SCHEMA) INTO referred;
  IF referred IS NOT NULL THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('table %s has messages: it is not emptied before them', TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # Nobody writes messages between the last check of the old kind and the first of the new.
    op.execute("LOCK TABLE message IN SHARE ROW EXCLUSIVE MODE")
    op.execute(sa.text(KEEP_ROW))
    op.execute(sa.text(KEEP_TABLE))
    for parent in PARENTS:
        op.execute(
            f"CREATE TRIGGER keep_parent_of_message BEFORE DELETE OR UPDATE OF id ON {parent}"
            " FOR EACH ROW EXECUTE FUNCTION keep_parent_of_message()"
        )
        op.execute(
            f"CREATE TRIGGER keep_parents_of_messages BEFORE TRUNCATE ON {parent}"
            " FOR EACH STATEMENT EXECUTE FUNCTION keep_parents_of_messages()"
        )
        op.drop_constraint(f"fk_message_{parent}_id_{parent}", "message", type_="foreignkey")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for parent in PARENTS:
        op.create_foreign_key(f"fk_message_{parent}_id_{parent}", "message", parent, [f"{parent}_id"], ["id"])
        op.execute(f"DROP TRIGGER keep_parent_of_message ON {parent}")
        op.execute(f"DROP TRIGGER keep_parents_of_messages ON {parent}")
    op.execute("DROP FUNCTION keep_parent_of_message()")
    op.execute("DROP FUNCTION keep_parents_of_messages()")
