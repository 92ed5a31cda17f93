"""A grid that is deleted was counted among those without a post until then."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0008_residence_marks'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='markedgrid',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select t.community_id, t.id from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='1438c3f8dcdc97e6d6c756560c32258eeae04ec1', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_48d62', referencing='REFERENCING OLD TABLE AS old_rows ', table='grids_grid', when='AFTER')),
        ),
    ]
