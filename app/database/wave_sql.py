"""The order in which a campaign's letters leave, where there is one: waves, cut when its audience is frozen.

Wave 0 goes first and is judged; those after it follow in their order. Both databases understand it.
"""

# So many people of the page that what was frozen so far has its share of `:target`, spread evenly: by domain, and in
# each by some digits of the keyed hash, which no campaign chooses twice in a row. The last page makes the number full.
IN_WAVES = """
SELECT subscriber_id, address_hash, wave, warmth,
  CASE WHEN count(*) OVER (PARTITION BY wave, domain) >= :large_group THEN domain ELSE '' END AS domain_group
FROM (
  SELECT subscriber_id, address_hash, domain, warmth,
    CASE WHEN place * firsts / size > (place - 1) * firsts / size THEN 0 ELSE later END AS wave
  FROM (
    SELECT subscriber_id, address_hash, domain, warmth, later, place, size,
      CASE WHEN wished > size THEN size WHEN wished < 0 THEN 0 ELSE wished END AS firsts
    FROM (
      SELECT subscriber_id, address_hash, domain, warmth, later, count(*) OVER () AS size,
        row_number() OVER (ORDER BY domain, substr(address_hash, CAST(:salt AS integer), 8), subscriber_id) AS place,
        CASE WHEN CAST(:is_last AS integer) = 1 THEN CAST(:target AS bigint) - CAST(:done AS bigint)
          ELSE CAST(:target AS bigint) * (CAST(:frozen AS bigint) + count(*) OVER ()) / CAST(:expected AS bigint)
            - CAST(:done AS bigint) END AS wished
      FROM (/* known */) known
    ) sized
  ) placed
) waved
"""

# `domain` stands for all that share its pace.
ANYBODY = """
SELECT k.subscriber_id, k.address_hash, coalesce(g."group", k.domain) AS domain, '' AS warmth, 1 AS later
FROM looked k LEFT JOIN mx_group g ON g.domain = k.domain WHERE k.reason IS NULL
"""

# Who is glad of our letters first: the last opening or click by a person, else the newest confirmation.
WARMEST_FIRST = """
SELECT subscriber_id, address_hash, domain, COALESCE(hit, agreed, :never) AS warmth,
  CASE WHEN hit >= :hit_1 THEN 1 WHEN hit >= :hit_2 THEN 2 WHEN hit >= :hit_3 THEN 3 WHEN hit IS NOT NULL THEN 4
    WHEN agreed >= :agreed_1 THEN 5 WHEN agreed >= :agreed_2 THEN 6 WHEN agreed >= :agreed_3 THEN 7 ELSE 8 END AS later
FROM (
  SELECT k.subscriber_id, k.address_hash, coalesce(g."group", k.domain) AS domain,
    (SELECT max(e.at) FROM event e
      WHERE e.subscriber_id = k.subscriber_id AND e.at >= :since AND e.kind IN ('opened', 'clicked')
        AND e.verdict = 'human') AS hit,
    (SELECT max(b.confirmed_at) FROM subscription b
      JOIN campaign_list l ON l.list_id = b.list_id AND l."use" = 'include' AND l.campaign_id = :campaign_id
      WHERE b.subscriber_id = k.subscriber_id AND b.status = 'confirmed') AS agreed
  FROM looked k LEFT JOIN mx_group g ON g.domain = k.domain WHERE k.reason IS NULL
) warm
"""

TIMES = ("since", "never", "hit_1", "hit_2", "hit_3", "agreed_1", "agreed_2", "agreed_3")
WAVES = IN_WAVES.replace("/* known */", ANYBODY)
WARM = IN_WAVES.replace("/* known */", WARMEST_FIRST)
