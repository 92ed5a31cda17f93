"""Visit plans, visits, needs."""

import django.db.models.deletion
import django.utils.timezone
import grids.validators
import uuid
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
            name='NeedKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, unique=True, validators=[grids.validators.refuse_forbidden], verbose_name='名称')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '需求类型',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='VisitItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, unique=True, validators=[grids.validators.refuse_forbidden], verbose_name='名称')),
                ('category', models.CharField(choices=[('brought', '送去'), ('told', '告知')], max_length=8, verbose_name='类别')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '走访事项',
                'ordering': ['category', 'position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='VisitPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, validators=[grids.validators.refuse_forbidden], verbose_name='名称')),
                ('interval_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='每几天走访一次')),
                ('starts_on', models.DateField(verbose_name='开始日期')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('client_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visit_plans', to='communities.community', verbose_name='社区')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建立人')),
                ('grids', models.ManyToManyField(blank=True, to='grids.grid', verbose_name='网格')),
                ('groups', models.ManyToManyField(blank=True, to='grids.populationgroup', verbose_name='人群')),
                ('households', models.ManyToManyField(blank=True, related_name='visit_plans', to='grids.household', verbose_name='住户')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.activitykind', verbose_name='走访类型')),
            ],
            options={
                'verbose_name': '走访计划',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('done', '已走访'), ('follow_up', '需跟进'), ('not_home', '未遇'), ('declined', '谢绝')], max_length=10, verbose_name='结果')),
                ('visited_at', models.DateTimeField(verbose_name='走访时间')),
                ('follow_up_on', models.DateField(blank=True, null=True, verbose_name='下次联系')),
                ('followed_up_at', models.DateTimeField(blank=True, null=True, verbose_name='跟进时间')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='记录时间')),
                ('client_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('activity', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visit', to='activities.activity', verbose_name='活动')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='communities.community', verbose_name='社区')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='grids.household', verbose_name='住户')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.activitykind', verbose_name='走访类型')),
                ('visitor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='走访人')),
                ('items', models.ManyToManyField(blank=True, to='visits.visititem', verbose_name='送去和告知')),
                ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='visits.visitplan', verbose_name='计划')),
            ],
            options={
                'verbose_name': '走访',
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wish', models.CharField(blank=True, max_length=60, validators=[grids.validators.refuse_forbidden], verbose_name='愿望')),
                ('due_on', models.DateField(verbose_name='答复期限')),
                ('result', models.CharField(blank=True, choices=[('done', '已办好'), ('referred', '已转有关单位'), ('not_possible', '办不到，已说明'), ('withdrawn', '居民不再需要')], max_length=12, verbose_name='结果')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办结人')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.needkind', verbose_name='需求类型')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='visits.visit', verbose_name='走访')),
            ],
            options={
                'verbose_name': '居民需求',
                'ordering': ['due_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('result', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='visits_need_closed_with_result')],
            },
        ),
        migrations.AddConstraint(
            model_name='visitplan',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='visits_plan_order', violation_error_message='结束日期不能早于开始日期'),
        ),
        migrations.AddConstraint(
            model_name='visitplan',
            constraint=models.CheckConstraint(condition=models.Q(('interval_days', None), ('interval_days__gte', 1), _connector='OR'), name='visits_plan_interval'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['household', '-visited_at'], name='visits_of_household'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['community', '-visited_at', '-id'], name='visits_of_community'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activity__isnull', False), ('outcome__in', ['done', 'follow_up'])), models.Q(('activity', None), ('outcome__in', ['not_home', 'declined'])), _connector='OR'), name='visits_visit_counts_when_met'),
        ),
    ]
