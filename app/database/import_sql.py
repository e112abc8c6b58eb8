"""The statements of a page of an import, as both databases understand them: people are compared, then written, in sets.

`incoming` holds the page, `merged` the details of those who are here already, `joining` who is new on which list.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

from app.models.base import UtcTime

# An address that is never written to, and who left one of the lists: nobody is brought back.
SUPPRESSED = text(
    """
    UPDATE incoming SET reason = CASE WHEN p.reason = 'erased' THEN 'erased' ELSE 'suppressed' END
    FROM suppression p WHERE p.address_hash = incoming.address_hash
    """
)
LEFT = """
    UPDATE incoming SET reason = 'unsubscribed' WHERE reason IS NULL AND subscriber_id IN (
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
    SELECT i.n, l.id AS list_id, u.status AS was
    FROM incoming i CROSS JOIN mailing_list l
    LEFT JOIN subscription u ON u.subscriber_id = i.subscriber_id AND u.list_id = l.id
    WHERE l.id IN :lists AND i.reason IS NULL AND (u.id IS NULL OR u.status = 'unconfirmed')
"""
CHANGES = text(
    """
    UPDATE incoming SET reason = CASE WHEN subscriber_id IS NULL THEN 'created'
      WHEN n IN (SELECT n FROM merged WHERE changed) OR n IN (SELECT n FROM joining) THEN 'updated'
      ELSE 'unchanged' END
    WHERE reason IS NULL
    """
)
COUNTS = text("SELECT reason, count(*) FROM incoming GROUP BY reason")
CREATE_PEOPLE = """
    INSERT INTO subscriber (email, email_key, address_hash, domain, first_name, last_name, language, fields, created_at)
    SELECT email, email_key, address_hash, domain, first_name, last_name, language, fields, :now
    FROM incoming WHERE reason = 'created' /* order */ ON CONFLICT DO NOTHING
"""
SUBSCRIBE = """
    INSERT INTO subscription (subscriber_id, list_id, status, confirmed_at, created_at)
    SELECT i.subscriber_id, j.list_id, 'confirmed', :now, :now
    FROM joining j JOIN incoming i ON i.n = j.n WHERE j.was IS NULL AND i.subscriber_id IS NOT NULL
    ON CONFLICT DO NOTHING
"""
CONFIRM = """
    UPDATE subscription SET status = 'confirmed', confirmed_at = :now
    FROM joining j JOIN incoming i ON i.n = j.n
    WHERE j.was = 'unconfirmed' AND subscription.subscriber_id = i.subscriber_id
      AND subscription.list_id = j.list_id AND subscription.status = 'unconfirmed'
"""
# The proof and the event of each step, as `subscriptions.write_down` keeps them; first all that were added.
PROOFS = """
    INSERT INTO consent (subscriber_id, list_id, act, way, basis, user_id, asked_at, ip_address, user_agent, created_at)
    SELECT i.subscriber_id, j.list_id, :act, :way, :basis, CAST(:user_id AS bigint), i.agreed_at, '', '', :now
    FROM /* told */ j JOIN incoming i ON i.n = j.n WHERE i.subscriber_id IS NOT NULL /* which */
"""
EVENTS = """
    INSERT INTO event (kind, at, subscriber_id, list_id, facts)
    SELECT :act, :now, i.subscriber_id, j.list_id, /* facts */
    FROM /* told */ j JOIN incoming i ON i.n = j.n WHERE i.subscriber_id IS NOT NULL /* which */
"""
ADDED, CONFIRMED = "AND j.was IS NULL", ""


def timed(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("now", type_=UtcTime()))


def listed(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("lists", expanding=True))


class Proven:
    """Writes proofs and events of those who have joined, by the table `told`; `facts` is how JSON is bound."""

    def __init__(self, told: str, facts: str) -> None:
        proofs, events = (one.replace("/* told */", told).replace("/* facts */", facts) for one in (PROOFS, EVENTS))
        self.statements = [
            (act, timed(proofs.replace("/* which */", which)), timed(events.replace("/* which */", which)))
            for act, which in (("added", ADDED), ("confirmed", CONFIRMED))
        ]

    def write(self, session: Session, basis: dict[str, Any], moment: datetime) -> None:
        for act, proofs, events in self.statements:
            session.execute(proofs, {**basis, "act": act, "now": moment})
            session.execute(events, {"act": act, "facts": json.dumps({"way": basis["way"]}), "now": moment})
