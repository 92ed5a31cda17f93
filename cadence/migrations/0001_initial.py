"""Rules of cadence, and notes on their slots."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import grids.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('activities', '0003_life'),
        ('communities', '0002_venues'),
        ('grids', '0004_search_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CadenceRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, validators=[grids.validators.refuse_forbidden], verbose_name='名称')),
                ('every', models.CharField(choices=[('day', '每逢所选星期'), ('week', '每周'), ('month', '每月'), ('quarter', '每季度'), ('year', '每年')], max_length=8, verbose_name='频次')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='星期')),
                ('per', models.CharField(choices=[('community', '每个社区'), ('grid', '每个网格')], default='community', max_length=10, verbose_name='范围')),
                ('times', models.PositiveSmallIntegerField(default=1, verbose_name='至少几次')),
                ('category', models.CharField(blank=True, choices=[('event', '综合活动'), ('culture', '文化娱乐'), ('practice', '社会实践'), ('lecture', '专题讲座'), ('sports', '体育健身'), ('visit', '走访'), ('volunteer', '志愿服务'), ('party_life', '组织生活'), ('counselling', '咨询疏导'), ('online', '线上活动'), ('other', '其他')], max_length=20, verbose_name='类别')),
                ('min_people', models.PositiveIntegerField(default=0, verbose_name='至少多少人')),
                ('grace_days', models.PositiveSmallIntegerField(default=14, verbose_name='几天内可以补做')),
                ('starts_on', models.DateField(verbose_name='从哪天起')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='到哪天止')),
                ('community', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cadence_rules', to='communities.community', verbose_name='社区')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建立人')),
                ('kinds', models.ManyToManyField(blank=True, to='activities.activitykind', verbose_name='类型')),
                ('programme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='activities.programme', verbose_name='工作项目')),
                ('street', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cadence_rules', to='communities.street', verbose_name='街道')),
                ('themes', models.ManyToManyField(blank=True, to='activities.theme', verbose_name='主题')),
            ],
            options={
                'verbose_name': '频次规则',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CadenceNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot_start', models.DateField(verbose_name='所属时段')),
                ('kind', models.CharField(choices=[('exempt', '免'), ('made_up', '补做')], max_length=8, verbose_name='说明')),
                ('reason', models.CharField(blank=True, max_length=60, validators=[grids.validators.refuse_forbidden], verbose_name='原因')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('activity', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='activities.activity', verbose_name='补做的活动')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.community', verbose_name='社区')),
                ('grid', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grids.grid', verbose_name='网格')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='cadence.cadencerule', verbose_name='规则')),
            ],
            options={
                'verbose_name': '频次说明',
            },
        ),
        migrations.AddConstraint(
            model_name='cadencerule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('community', None), ('street__isnull', False)), models.Q(('community__isnull', False), ('street', None)), _connector='OR'), name='cadence_rule_one_area'),
        ),
        migrations.AddConstraint(
            model_name='cadencerule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('every', 'day'), ('weekdays__len__gt', 0)), models.Q(('every', 'day'), _negated=True), _connector='OR'), name='cadence_rule_weekdays', violation_error_message='请选择星期几'),
        ),
        migrations.AddConstraint(
            model_name='cadencerule',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='cadence_rule_order', violation_error_message='结束日期不能早于开始日期'),
        ),
        migrations.AddConstraint(
            model_name='cadencerule',
            constraint=models.CheckConstraint(condition=models.Q(('times__gte', 1)), name='cadence_rule_times'),
        ),
        migrations.AddConstraint(
            model_name='cadencenote',
            constraint=models.UniqueConstraint(fields=('rule', 'community', 'grid', 'slot_start'), name='cadence_note_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='cadencenote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activity', None), ('kind', 'exempt'), models.Q(('reason', ''), _negated=True)), models.Q(('activity__isnull', False), ('kind', 'made_up')), _connector='OR'), name='cadence_note_says_why', violation_error_message='免做要写明原因，补做要选好是哪一场活动'),
        ),
    ]
