"""Named people from elsewhere count in 人次, beside residents."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0004_catalogue'),
        ('indicators', '0002_marks_once'),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkedOutsider',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('activities.outsider',),
        ),
        migrations.AddField(
            model_name='activitycell',
            name='outsiders',
            field=models.PositiveIntegerField(default=0, verbose_name='非本社区登记姓名的人次'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedoutsider',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e3effbad3b759ad1900d0ac9517b36c07a5a244e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_9be87', referencing='REFERENCING NEW TABLE AS new_rows ', table='activities_outsider', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedoutsider',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.activity_id) is distinct from (n.activity_id))) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e29b6a027798fb9cc83c58d2f60e6e496241408e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_35bb4', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_outsider', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedoutsider',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='47e772240cd12ee22e13700abdb9137fae6079fc', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_277c8', referencing='REFERENCING OLD TABLE AS old_rows ', table='activities_outsider', when='AFTER')),
        ),
    ]
