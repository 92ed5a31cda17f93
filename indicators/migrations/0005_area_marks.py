"""Marks when a grid changes its community or its days."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0004_search_keys'),
        ('indicators', '0004_engine'),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkedGrid',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('grids.grid',),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgrid',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.community_id, o.valid_from, o.valid_to) is distinct from (n.community_id, n.valid_from, n.valid_to))) select t.community_id, t.id from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='d97ef73e3b85a207a11ffbdc239dd9a58ca0e14e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_d3df4', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_grid', when='AFTER')),
        ),
    ]
