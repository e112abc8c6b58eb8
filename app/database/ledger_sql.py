"""SQL of the ledger that both databases understand; what differs is in `sqlite.py` and `postgresql.py`.

`:campaign_id`, `:after_id` < id <= `:last_id` name one page of subscribers; `+ 0` keeps a statement from an index
that would read a whole list or campaign for every page or chunk. `:now` is bound as UtcTime, and `:segmented` is 1
where the page's members of segments were written before (0 spares looking for them). Nobody had another address
before `:changed_since`, and still was on an earlier page.
"""

# Everybody with any subscription on an included list, once, with the reason to leave the person out (or NULL). Whether
# an address has a message already is asked only of people who got theirs since the freeze began (an address is one
# person's at a time), and person by person: for an EXISTS, PostgreSQL would read the whole campaign.
LOOKED_AT = """
SELECT s.id AS subscriber_id, s.address_hash, s.domain,
  CASE
    WHEN s.erased_at IS NOT NULL OR s.address_hash IS NULL THEN 'erased'
    WHEN p.reason <> 'unsubscribed' THEN 'suppressed'
    WHEN p.reason = 'unsubscribed' THEN 'unsubscribed'
    WHEN x.on_excluded > 0 THEN 'excluded_list'
    WHEN x.confirmed = 0 AND x.unsubscribed > 0 THEN 'unsubscribed'
    WHEN x.confirmed = 0 THEN 'unconfirmed'
    WHEN s.paused_until > :now THEN 'paused'
    WHEN :after_id > 0 AND s.details_changed_at IS NOT NULL AND s.details_changed_at >= :changed_since
      AND (SELECT 1 FROM message m WHERE m.campaign_id = :campaign_id AND m.address_hash = s.address_hash LIMIT 1)
        IS NOT NULL
      THEN 'duplicate_address'
    WHEN :segmented = 1 AND EXISTS (
      SELECT 1 FROM segment_member i JOIN campaign_segment g ON g.id = i.campaign_segment_id
      WHERE i.subscriber_id = s.id AND g.campaign_id = :campaign_id AND g."use" = 'exclude')
      THEN 'excluded_segment'
    WHEN :segmented = 1
      AND EXISTS (SELECT 1 FROM campaign_segment g WHERE g.campaign_id = :campaign_id AND g."use" = 'include')
      AND NOT EXISTS (
        SELECT 1 FROM segment_member i JOIN campaign_segment g ON g.id = i.campaign_segment_id
        WHERE i.subscriber_id = s.id AND g.campaign_id = :campaign_id AND g."use" = 'include')
      THEN 'not_in_segment'
  END AS reason
FROM (
  SELECT b.subscriber_id,
    SUM(CASE WHEN l."use" = 'include' THEN 1 ELSE 0 END) AS included,
    SUM(CASE WHEN l."use" = 'include' AND b.status = 'confirmed' THEN 1 ELSE 0 END) AS confirmed,
    SUM(CASE WHEN l."use" = 'include' AND b.status = 'unsubscribed' THEN 1 ELSE 0 END) AS unsubscribed,
    SUM(CASE WHEN l."use" = 'exclude' AND b.status = 'confirmed' THEN 1 ELSE 0 END) AS on_excluded
  FROM subscription b JOIN campaign_list l ON l.list_id = b.list_id + 0 AND l.campaign_id = :campaign_id
  WHERE b.subscriber_id > :after_id AND b.subscriber_id <= :last_id
  GROUP BY b.subscriber_id
) x JOIN subscriber s ON s.id = x.subscriber_id LEFT JOIN suppression p ON p.address_hash = s.address_hash
WHERE x.included > 0
"""

# The same people counted another way, so that the books' equation is a check and no definition.
CANDIDATES = """
SELECT count(DISTINCT b.subscriber_id)
FROM subscription b JOIN campaign_list l ON l.list_id = b.list_id + 0
WHERE l.campaign_id = :campaign_id AND l."use" = 'include'
  AND b.subscriber_id > :after_id AND b.subscriber_id <= :last_id
"""

# Large groups of recipient domains with one pace first, so that each gets chunks of its own; the rest by person. One
# wave: where letters leave in an order, `wave_sql` says which. Groups are counted and looked up, since a
# window would sort everybody.
GROUPED = """
WITH paced AS MATERIALIZED (
  SELECT k.subscriber_id, k.address_hash, coalesce(g."group", k.domain) AS pace
  FROM looked k LEFT JOIN mx_group g ON g.domain = k.domain WHERE k.reason IS NULL
)
SELECT subscriber_id, address_hash, 0 AS wave, '' AS warmth,
  CASE WHEN pace IN (SELECT pace FROM paced GROUP BY pace HAVING count(*) >= :large_group)
    THEN pace ELSE '' END AS domain_group
FROM paced
"""

INSERT_MESSAGES = """
INSERT INTO message (campaign_id, subscriber_id, variant_id, address_hash, status, attempts)
SELECT :campaign_id, subscriber_id, :variant_id, address_hash, 'pending', 0
FROM grouped ORDER BY wave, domain_group DESC, warmth DESC, subscriber_id
"""

# The places of chunks of even size in that same order, never across groups: each group of a wave is one run.
PARTS = """
WITH RECURSIVE run AS (
  SELECT wave, domain_group, count(*) AS size,
    sum(count(*)) OVER (ORDER BY wave, domain_group DESC) - count(*) AS before
  FROM grouped GROUP BY wave, domain_group
), part AS (
  SELECT wave, domain_group, size, before, (size + :chunk_size - 1) / :chunk_size AS parts, 0 AS part FROM run
  UNION ALL
  SELECT wave, domain_group, size, before, parts, part + 1 FROM part WHERE part + 1 < parts
)
SELECT wave, domain_group, before + part * size / parts + 1 AS first_place,
  before + (part + 1) * size / parts AS last_place
FROM part
"""

INSERT_EXCLUSIONS = """
INSERT INTO exclusion (campaign_id, subscriber_id, reason)
SELECT :campaign_id, subscriber_id, reason FROM looked WHERE reason IS NOT NULL
"""

# A lease never takes a leased chunk, however old: only whoever knows the owner to be dead may open it again.
LEASE_CHUNK = """
UPDATE chunk SET state = 'leased', owner = :owner, host = :host, fence = fence + 1, begun_to = 0,
  beat = :now, lease_until = :until, next_at = NULL, counts = NULL
WHERE id = (
  SELECT id FROM chunk
  WHERE campaign_id = :campaign_id AND state = 'open' AND wave <= :wave AND (next_at IS NULL OR next_at <= :now)
  ORDER BY wave, id LIMIT 1 /* lock */)
RETURNING id, campaign_id, first_id, last_id, fence, deaths
"""

ANY_DUE = """
SELECT 1 FROM campaign c JOIN chunk k ON k.campaign_id = c.id AND k.state = 'open' AND k.wave <= c.wave_open
WHERE c.id = :campaign_id AND c.status = 'sending' AND (k.next_at IS NULL OR k.next_at <= :now) LIMIT 1
"""

# How far its letters may begin, within what a warm-up grants it.
GRANT = "UPDATE chunk SET begun_to = :begun_to, grant_to = :grant_to WHERE id = :chunk_id"

LEASE_NOTICE = """
UPDATE notice SET owner = :owner, lease_until = :until, attempts = attempts + 1
WHERE id = (
  SELECT id FROM notice
  WHERE status = 'pending' AND (next_at IS NULL OR next_at <= :now) AND (lease_until IS NULL OR lease_until < :now)
  ORDER BY id LIMIT 1 /* lock */)
RETURNING id
"""

# Why a message's person may no longer get it (or NULL). Somebody still confirmed on another of the campaign's lists
# stays; so does everybody when a list itself was deleted: what was frozen is what leaves. Each person is looked up
# alone: for an EXISTS, PostgreSQL may read every subscription there is to make one table of them, for each chunk.
GONE = """CASE
      WHEN s.erased_at IS NOT NULL OR s.address_hash IS NULL THEN 'erased'
      WHEN p.reason IS NOT NULL AND p.reason <> 'unsubscribed' THEN 'suppressed'
      WHEN p.reason IS NOT NULL THEN 'opted_out_meanwhile'
      WHEN (
          SELECT 1 FROM subscription b JOIN campaign_list l ON l.list_id = b.list_id + 0 AND l."use" = 'include'
          WHERE b.subscriber_id = s.id AND l.campaign_id = :campaign_id AND b.status = 'unsubscribed'
          LIMIT 1) IS NOT NULL
        AND (
          SELECT 1 FROM subscription b JOIN campaign_list l ON l.list_id = b.list_id + 0 AND l."use" = 'include'
          WHERE b.subscriber_id = s.id AND l.campaign_id = :campaign_id AND b.status = 'confirmed' LIMIT 1) IS NULL
        THEN 'opted_out_meanwhile'
      WHEN s.paused_until > :now THEN 'paused'
    END"""
PEOPLE = """message m JOIN subscriber s ON s.id = m.subscriber_id
    LEFT JOIN suppression p ON p.address_hash = s.address_hash"""
BETWEEN = "m.campaign_id + 0 = :campaign_id AND m.id BETWEEN :first_id AND :last_id"
ROWS_BETWEEN = f"{PEOPLE}\n  WHERE {BETWEEN}"

# Of a chunk's pending rows, those whose person has gone meanwhile.
SKIP_THE_GONE = """
UPDATE message SET status = 'skipped', reason = gone.reason
FROM (
  SELECT m.id, /* gone */ AS reason
  FROM /* rows */ AND m.status = 'pending'
) gone
WHERE message.id = gone.id AND gone.reason IS NOT NULL
""".replace("/* gone */", GONE).replace("/* rows */", ROWS_BETWEEN)

# Whether a message's person is not to be counted, by their own wish or by a list they are on.
UNCOUNTED = """(s.untracked_at IS NOT NULL OR (
      EXISTS (
        SELECT 1 FROM campaign_list l JOIN mailing_list n ON n.id = l.list_id
        WHERE l.campaign_id = :campaign_id AND l."use" = 'include' AND n.untracked_at IS NOT NULL)
      AND (
        SELECT 1 FROM subscription b
          JOIN campaign_list l ON l.list_id = b.list_id + 0 AND l."use" = 'include'
          JOIN mailing_list n ON n.id = b.list_id
        WHERE b.subscriber_id = s.id AND l.campaign_id = :campaign_id
          AND b.status = 'confirmed' AND n.untracked_at IS NOT NULL LIMIT 1) IS NOT NULL))"""

# Of a chunk's pending rows, those of people who are not to be counted.
LEAVE_UNCOUNTED = """
UPDATE message SET variant_id = :bare_id
FROM (
  SELECT m.id FROM message m JOIN subscriber s ON s.id = m.subscriber_id
  WHERE m.campaign_id + 0 = :campaign_id AND m.id BETWEEN :first_id AND :last_id AND m.status = 'pending'
    AND /* uncounted */
) uncounted
WHERE message.id = uncounted.id AND (message.variant_id IS NULL OR message.variant_id <> :bare_id)
""".replace("/* uncounted */", UNCOUNTED)

# A chunk's pending rows with their people as they are now; reading {} for everybody's fields would cost, too.
PENDING_ROWS = """
SELECT m.id, m.variant_id, m.attempts, s.email, s.first_name, s.last_name, s.language, m.subscriber_id,
  nullif(s.fields, :no_fields) AS fields, g."group", /* gone */ AS gone,
  CASE WHEN /* uncounted */ THEN 1 ELSE 0 END AS uncounted
FROM /* people */
  LEFT JOIN mx_group g ON g.domain = s.domain
WHERE /* between */ AND m.status = 'pending'
ORDER BY m.id
""".replace("/* people */", PEOPLE).replace("/* between */", BETWEEN)
PENDING_ROWS = PENDING_ROWS.replace("/* gone */", GONE).replace("/* uncounted */", UNCOUNTED)

# What a campaign may do now, and whose its leased chunks are: one reading for all that a sender asks but for its rows.
STANDING = """
SELECT c.status, c.epoch, p.campaign_id AS planned, k.id AS chunk_id, k.fence, k.owner
FROM campaign c LEFT JOIN departure_plan p ON p.campaign_id = c.id
  LEFT JOIN chunk k ON k.campaign_id = c.id AND k.state = 'leased'
WHERE c.id = :campaign_id
"""

# Whether people are gone, read only: rows that may not go any more, with the reason where they are still pending.
BARRED = """
SELECT id, reason FROM (
  SELECT m.id, m.status, CASE WHEN m.status = 'pending' THEN /* gone */ END AS reason
  FROM /* rows */
) looked
WHERE status <> 'pending' OR reason IS NOT NULL
""".replace("/* gone */", GONE).replace("/* rows */", ROWS_BETWEEN)

KEEP_MX_GROUP = """
INSERT INTO mx_group (domain, "group", looked_up_at, look_at) VALUES (:domain, :group, :looked_up_at, :look_at)
ON CONFLICT (domain) DO UPDATE SET "group" = excluded."group", looked_up_at = excluded.looked_up_at,
  look_at = excluded.look_at
"""

PUT_OFF_MX_GROUP = """
INSERT INTO mx_group (domain, "group", look_at) VALUES (:domain, :domain, :look_at)
ON CONFLICT (domain) DO UPDATE SET look_at = excluded.look_at
"""

NOTE_BEAT = """
INSERT INTO host_beat (host, at, boot_seconds) VALUES (:host, :at, :boot_seconds)
ON CONFLICT (host) DO UPDATE SET at = excluded.at, boot_seconds = excluded.boot_seconds
"""

MOVE_BEGUN_TO = """
UPDATE chunk SET begun_to = :begun_to
WHERE id = :chunk_id AND fence = :fence AND owner = :owner AND state = 'leased'
RETURNING id
"""
