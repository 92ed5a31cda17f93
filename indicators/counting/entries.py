"""Queries about how soon things are written down: reports of activities, and entries after the month is over."""

from django.conf import settings

# Counting rule 10: on time / (done + still open past due).
REPORTS = f"""
    select a.community_id, null::bigint, p.code, a.id,
           coalesce((a.reported_at at time zone %(zone)s)::date <= a.held_on + {settings.ACTIVITY_REPORT_DAYS:d}, false)
    from activities_activity a
    join activities_activitykind k on k.id = a.kind_id and k.category <> 'visit'
    join period p on a.held_on >= p.starts and a.held_on <= p.reference
    where a.community_id = any(%(communities)s) and a.status <> 'cancelled'
      and (a.reported_at is not null or a.held_on + {settings.ACTIVITY_REPORT_DAYS:d} < %(today)s)
"""
LATE_ENTRIES = """
    select a.community_id, null::bigint, p.code, a.id,
           (a.recorded_at at time zone %(zone)s)::date >= date_trunc('month', a.held_on) + interval '1 month'
    from activities_activity a
    join period p on a.held_on >= p.starts and a.held_on <= p.reference
    where a.community_id = any(%(communities)s) and a.status = 'held'
"""
