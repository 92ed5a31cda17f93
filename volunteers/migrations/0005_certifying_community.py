"""Whose certificate a code belongs to: who checks one has the code and nothing else."""

from django.db import migrations

CREATE = """
    create function volunteers_certifying_community(asked text) returns bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as 'select v.community_id from public.volunteers_certificate c
        join public.volunteers_volunteer v on v.id = c.volunteer_id where c.code = asked';
    revoke all on function volunteers_certifying_community(text) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0004_reapplied_and_shift_token")]

    operations = [migrations.RunSQL(CREATE, "drop function volunteers_certifying_community(text)")]
