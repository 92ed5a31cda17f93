import uuid

import django.db.models.deletion
from django.db import migrations, models

FILL = "update volunteers_shift set client_token = gen_random_uuid() where client_token is null"


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0002_venues'),
        ('volunteers', '0003_record_entries'),
    ]

    operations = [
        migrations.AddField(
            model_name='volunteer',
            name='reapplied_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='再次申请时间'),
        ),
        migrations.AddField(
            model_name='volunteer',
            name='reapplied_to',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.community', verbose_name='再次申请社区'),
        ),
        migrations.AddConstraint(
            model_name='volunteer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reapplied_at', None), ('reapplied_to', None)), models.Q(('left_on__isnull', False), ('reapplied_at__isnull', False), ('reapplied_to__isnull', False)), _connector='OR'), name='volunteers_volunteer_reapplied_after_leaving'),
        ),
        # A default of Python's would give all rows the same token.
        migrations.AddField(
            model_name='shift',
            name='client_token',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='shift',
            name='client_token',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
