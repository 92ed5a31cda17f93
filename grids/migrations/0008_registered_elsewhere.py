"""The one question about residents of all communities: which of these ID numbers are registered at all?"""

from django.db import migrations

CREATE = """
    create function grids_registered(hashes bytea[]) returns table (registered_hash bytea)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as 'select id_hash from public.grids_resident where id_hash = any (hashes)';
    revoke all on function grids_registered(bytea[]) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("grids", "0007_protection")]

    operations = [migrations.RunSQL(CREATE, "drop function grids_registered(bytea[])")]
