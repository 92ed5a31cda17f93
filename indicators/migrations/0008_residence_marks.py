"""Marks of spells reach everywhere the person lives or lived."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0007_marks_of_lists'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedresidence',
            name='mark_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedresidence',
            name='mark_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedresidence',
            name='mark_update',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedresidence',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select g.community_id, g.id from touched t join grids_grid g on g.id = t.grid_id\n    union \n    select g.community_id, g.id from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='18e26abfba0e52c95ae8c011c00c6e1b1f355af2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_21ed8', referencing='REFERENCING NEW TABLE AS new_rows ', table='grids_residence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedresidence',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.grid_id, o.since, o.until, o.end_reason, o.resident_id) is distinct from (n.grid_id, n.since, n.until, n.end_reason, n.resident_id))) \n    select g.community_id, g.id from touched t join grids_grid g on g.id = t.grid_id\n    union \n    select g.community_id, g.id from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='1f52675dfb5d245076d13d9116ffe434c679e79f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_4de0c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_residence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedresidence',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select g.community_id, g.id from touched t join grids_grid g on g.id = t.grid_id\n    union \n    select g.community_id, g.id from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='ffc13264bde09d3e434c8425167d9e4f2fdfd4cc', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_94b9f', referencing='REFERENCING OLD TABLE AS old_rows ', table='grids_residence', when='AFTER')),
        ),
    ]
