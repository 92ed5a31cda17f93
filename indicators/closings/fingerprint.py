"""A fingerprint of the facts behind a street's figures of a period: equal as long as nothing in them has changed.

The facts are: the people who lived in the street before the period's end, their spells and memberships up to then,
what was held up to then in the street or with them, and who took part. An end that lies after the period is left open,
because it moves nothing in it. Of a birth date year and month count: years after somebody left, the day is deleted
(grids/forgetting.py). Visits that were not made, slots and posts are not in it: their figures are compared
one by one.

Every row is hashed, and the hashes are added up, so that no order matters and nothing is sorted. This finds mistakes
and late entries; it is no seal against somebody who can write SQL.
"""

from hashlib import sha256

from django.db import connection

from communities.models import Street
from indicators.periods import Period

# Text of one form on every server: dates in ISO order, nothing where a value is missing.
ACTIVITY = """concat_ws('|', a.id, a.community_id, a.kind_id, coalesce(a.theme_id, 0), a.origin, a.mode,
                        to_char(a.held_on, 'YYYY-MM-DD'), a.unnamed_count)"""
FACTS = f"""
    with person as materialized (
        select distinct s.resident_id as id
        from grids_residence s join grids_grid g on g.id = s.grid_id
        join communities_community c on c.id = g.community_id
        where c.street_id = %(street)s and s.since < %(end)s
    ),
    own as materialized (
        select a.id, {ACTIVITY} as words
        from activities_activity a join communities_community c on c.id = a.community_id
        where c.street_id = %(street)s and a.status = 'held' and a.held_on < %(end)s
    ),
    elsewhere as materialized (
        select t.activity_id, t.resident_id
        from person join activities_participation t on t.resident_id = person.id
        where t.activity_id not in (select id from own)
    ),
    other as materialized (
        select a.id, {ACTIVITY} as words
        from activities_activity a
        where a.id in (select activity_id from elsewhere) and a.status = 'held' and a.held_on < %(end)s
    ),
    fact (kind, words) as (
        select 'activity', words from own
        union all select 'activity', words from other
        union all select 'participation', concat_ws('|', t.activity_id, t.resident_id)
        from own join activities_participation t on t.activity_id = own.id
        union all select 'participation', concat_ws('|', t.activity_id, t.resident_id)
        from elsewhere t join other on other.id = t.activity_id
        union all select 'outsider', concat_ws('|', o.activity_id, o.id)
        from activities_outsider o join own on own.id = o.activity_id
        union all select 'person', concat_ws('|', r.id, r.sex, to_char(r.birth_date, 'YYYY-MM'), r.occupation)
        from grids_resident r join person on person.id = r.id
        union all select 'spell', concat_ws('|', s.resident_id, s.grid_id, to_char(s.since, 'YYYY-MM-DD'),
                                            case when s.until < %(end)s then to_char(s.until, 'YYYY-MM-DD') end)
        from grids_residence s join person on person.id = s.resident_id where s.since < %(end)s
        union all select 'membership', concat_ws('|', m.resident_id, g.code, to_char(m.since, 'YYYY-MM-DD'),
                                                 case when m.until < %(end)s then to_char(m.until, 'YYYY-MM-DD') end)
        from grids_groupmembership m join person on person.id = m.resident_id
        join grids_populationgroup g on g.id = m.group_id where m.since < %(end)s
    )
    select kind, count(*), sum(('x' || left(md5(words), 16))::bit(64)::bigint) from fact group by kind order by kind
"""


def take_fingerprint(street: Street, period: Period) -> str:
    """Return the fingerprint of the facts as they are now: 64 hexadecimal digits."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"street": street.pk, "end": period.end})
        rows = cursor.fetchall()
    return sha256("\n".join(f"{kind} {count} {total}" for kind, count, total in rows).encode()).hexdigest()
