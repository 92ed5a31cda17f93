"""One visit may do for several plans; a wrong entry is withdrawn with a reason."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0004_catalogue'),
        ('communities', '0002_venues'),
        ('grids', '0004_search_keys'),
        ('visits', '0002_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name='visit',
            name='plan',
        ),
        migrations.AddField(
            model_name='visit',
            name='plans',
            field=models.ManyToManyField(blank=True, related_name='visits', to='visits.visitplan', verbose_name='计划'),
        ),
        migrations.AddField(
            model_name='visit',
            name='withdraw_reason',
            field=models.CharField(blank=True, choices=[('wrong_door', '记错门牌'), ('twice', '重复登记'), ('wrong_entry', '结果、日期或对象选错'), ('not_made', '实际没有走访')], max_length=12, verbose_name='撤销原因'),
        ),
        migrations.AddField(
            model_name='visit',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='撤销时间'),
        ),
        migrations.AddField(
            model_name='visit',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdraw_reason', ''), ('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdraw_reason', ''), _negated=True)), _connector='OR'), name='visits_visit_withdrawn_with_reason'),
        ),
    ]
