"""The statements of a page of an import for those who are here already: compared, then written, in sets.

`incoming` holds these people of the page, `merged` their details, `joining` who is new or to be confirmed on which
list. Strangers are written by `bring_in` of each database, without any of this.
"""

from sqlalchemy import TextClause, bindparam, text

from app.models.base import UtcTime

# Who left one of the lists: nobody is brought back.
LEFT = """
    UPDATE incoming SET reason = 'unsubscribed' WHERE subscriber_id IN (
      SELECT u.subscriber_id FROM subscription u JOIN incoming i ON i.subscriber_id = u.subscriber_id
      WHERE u.list_id IN :lists AND u.status = 'unsubscribed')
"""
# A detail is taken where there is none yet, or where the file was chosen to win; an empty one never takes anything.
MERGED = """
    CREATE TEMP TABLE merged /* ends */ AS
    SELECT m.n, m.subscriber_id, m.first_name, m.last_name, m.language, m.patch,
      m.first_name <> m.old_first OR m.last_name <> m.old_last OR m.language <> m.old_language
        OR CAST(m.patch AS text) <> '{}' AS changed
    FROM (
      SELECT i.n, s.id AS subscriber_id, s.first_name AS old_first, s.last_name AS old_last, s.language AS old_language,
        CASE WHEN i.first_name <> '' AND (:overwrite OR s.first_name = '') THEN i.first_name ELSE s.first_name END
          AS first_name,
        CASE WHEN i.last_name <> '' AND (:overwrite OR s.last_name = '') THEN i.last_name ELSE s.last_name END
          AS last_name,
        CASE WHEN i.language <> '' AND (:overwrite OR s.language = '') THEN i.language ELSE s.language END AS language,
        CASE WHEN CAST(i.fields AS text) = '{}' THEN i.fields ELSE /* patch */ END AS patch
      FROM incoming i JOIN subscriber s ON s.id = i.subscriber_id WHERE i.reason IS NULL) m
"""
JOINING = """
    CREATE TEMP TABLE joining /* ends */ AS
    SELECT i.n, i.subscriber_id, l.id AS list_id, u.status AS was
    FROM incoming i CROSS JOIN mailing_list l
    LEFT JOIN subscription u ON u.subscriber_id = i.subscriber_id AND u.list_id = l.id
    WHERE l.id IN :lists AND i.reason IS NULL AND (u.id IS NULL OR u.status = 'unconfirmed')
"""
CHANGES = text(
    """
    UPDATE incoming SET reason =
      CASE WHEN n IN (SELECT n FROM merged WHERE changed) OR n IN (SELECT n FROM joining) THEN 'updated'
      ELSE 'unchanged' END
    WHERE reason IS NULL
    """
)
COUNTS = text("SELECT reason, count(*) FROM incoming GROUP BY reason")
# The number of the import is the proof that they were added and confirmed; see `models/subscription`.
SUBSCRIBE = """
    INSERT INTO subscription (subscriber_id, list_id, status, confirmed_at, created_at, import_id, agreed_at)
    SELECT i.subscriber_id, j.list_id, 'confirmed', :now, :now, :import_id, i.agreed_at
    FROM joining j JOIN incoming i ON i.n = j.n WHERE j.was IS NULL
    ON CONFLICT DO NOTHING
"""
CONFIRM = """
    UPDATE subscription SET status = 'confirmed', confirmed_at = :now
    FROM joining j
    WHERE j.was = 'unconfirmed' AND subscription.subscriber_id = j.subscriber_id
      AND subscription.list_id = j.list_id AND subscription.status = 'unconfirmed'
"""
# The proof and the event of those who stood unconfirmed, as `subscriptions.write_down` keeps them.
PROOFS = """
    INSERT INTO consent (subscriber_id, list_id, act, way, basis, user_id, asked_at, ip_address, user_agent, created_at)
    SELECT t.subscriber_id, t.list_id, 'confirmed', 'import', :basis, CAST(:user_id AS bigint), i.agreed_at,
      '', '', :now
    FROM /* told */ t JOIN incoming i ON i.subscriber_id = t.subscriber_id
"""
EVENTS = """
    INSERT INTO event (kind, at, subscriber_id, list_id, facts)
    SELECT 'confirmed', :now, t.subscriber_id, t.list_id, '{"way": "import"}' FROM /* told */ t
"""


def timed(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("now", type_=UtcTime()))


def listed(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("lists", expanding=True))
