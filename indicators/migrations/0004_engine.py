"""Cells with their keys as primary key, tallies, closings, targets, reports, and marks on what these count."""


import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import grids.validators
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0006_of_resident'),
        ('cadence', '0002_party_life_kinds'),
        ('communities', '0002_venues'),
        ('grids', '0004_search_keys'),
        ('indicators', '0003_outsiders'),
        ('visits', '0003_several_plans_and_withdrawal'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name='ReachCell'),
        migrations.DeleteModel(name='ActivityCell'),
        migrations.RunSQL('delete from indicators_freshness', migrations.RunSQL.noop),  # all is computed anew
        migrations.CreateModel(
            name='ActivityCell',
            fields=[
                ('level', models.CharField(choices=[('grid', '网格'), ('community', '社区'), ('street', '街道'), ('district', '区县')], db_collation='C', max_length=10)),
                ('area_id', models.BigIntegerField()),
                ('period', models.CharField(db_collation='C', max_length=7)),
                ('pk', models.CompositePrimaryKey('level', 'area_id', 'period', 'kind_id', 'theme_id', 'origin', 'mode', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, to='activities.activitykind', verbose_name='类型')),
                ('theme_id', models.BigIntegerField(default=0)),
                ('origin', models.CharField(db_collation='C', max_length=12)),
                ('mode', models.CharField(db_collation='C', max_length=12)),
                ('held', models.PositiveIntegerField(verbose_name='场次')),
                ('named', models.PositiveIntegerField(verbose_name='登记姓名的人次')),
                ('outsiders', models.PositiveIntegerField(verbose_name='非本社区登记姓名的人次')),
                ('unnamed', models.PositiveIntegerField(verbose_name='未登记姓名的人次')),
            ],
            options={
                'verbose_name': '活动单元',
            },
        ),
        migrations.CreateModel(
            name='CellCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='开始时间')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('cells', models.PositiveIntegerField(default=0, verbose_name='核对的单元数')),
                ('drifted', models.PositiveIntegerField(default=0, verbose_name='不一致的单元数')),
                ('drift', models.JSONField(default=list)),
                ('code_version', models.CharField(blank=True, max_length=40, verbose_name='程序版本')),
            ],
            options={
                'verbose_name': '数字核对',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='FigureReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(db_collation='C', max_length=7, verbose_name='时段')),
                ('first_submitted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='首次报送时间')),
                ('submitted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='最近报送时间')),
                ('client_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': '数字报送',
            },
        ),
        migrations.CreateModel(
            name='FrozenCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(choices=[('reach', '触达'), ('activity', '活动'), ('tally', '计数')], db_collation='C', max_length=8)),
                ('level', models.CharField(db_collation='C', max_length=10)),
                ('area_id', models.BigIntegerField()),
                ('key', models.CharField(db_collation='C', max_length=80)),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None)),
            ],
            options={
                'verbose_name': '关账单元',
            },
        ),
        migrations.CreateModel(
            name='PeriodClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(db_collation='C', max_length=7, verbose_name='时段')),
                ('closed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='关账时间')),
                ('as_of', models.DateTimeField(verbose_name='数据截至')),
                ('code_version', models.CharField(max_length=40, verbose_name='程序版本')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='数据指纹')),
            ],
            options={
                'verbose_name': '已关账时段',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ReachCell',
            fields=[
                ('level', models.CharField(choices=[('grid', '网格'), ('community', '社区'), ('street', '街道'), ('district', '区县')], db_collation='C', max_length=10)),
                ('area_id', models.BigIntegerField()),
                ('period', models.CharField(db_collation='C', max_length=7)),
                ('pk', models.CompositePrimaryKey('level', 'area_id', 'period', 'grouping', blank=True, editable=False, primary_key=True, serialize=False)),
                ('grouping', models.CharField(db_collation='C', max_length=30)),
                ('population', models.PositiveIntegerField(verbose_name='人数')),
                ('reached', models.PositiveIntegerField(verbose_name='触达人数')),
                ('contacts', models.PositiveIntegerField(verbose_name='人次')),
                ('newcomers', models.PositiveIntegerField(verbose_name='首次参加人数')),
                ('twice', models.PositiveIntegerField(verbose_name='参加两次及以上的人数')),
                ('active', models.PositiveIntegerField(verbose_name='经常参加人数')),
                ('often', models.PositiveIntegerField(verbose_name='参加六次及以上的人数')),
                ('settled', models.PositiveIntegerField(verbose_name='住满一年人数')),
                ('never', models.PositiveIntegerField(verbose_name='其中从未触达人数')),
            ],
            options={
                'verbose_name': '触达单元',
            },
        ),
        migrations.CreateModel(
            name='RefreshAttempt',
            fields=[
                ('community', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='refresh_attempt', serialize=False, to='communities.community')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('started_at', models.DateTimeField(verbose_name='开始时间')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
            ],
            options={
                'verbose_name': '未算成的社区',
            },
        ),
        migrations.CreateModel(
            name='ReportedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=10, verbose_name='指标')),
                ('value', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='数值')),
                ('explanation', models.CharField(blank=True, max_length=60, validators=[grids.validators.refuse_forbidden], verbose_name='说明')),
            ],
            options={
                'verbose_name': '报送的数字',
            },
        ),
        migrations.CreateModel(
            name='TallyCell',
            fields=[
                ('level', models.CharField(choices=[('grid', '网格'), ('community', '社区'), ('street', '街道'), ('district', '区县')], db_collation='C', max_length=10)),
                ('area_id', models.BigIntegerField()),
                ('period', models.CharField(db_collation='C', max_length=7)),
                ('pk', models.CompositePrimaryKey('level', 'area_id', 'period', 'indicator', blank=True, editable=False, primary_key=True, serialize=False)),
                ('indicator', models.CharField(db_collation='C', max_length=10)),
                ('numerator', models.PositiveIntegerField(verbose_name='分子')),
                ('denominator', models.PositiveIntegerField(verbose_name='分母')),
            ],
            options={
                'verbose_name': '计数单元',
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(max_length=10, verbose_name='指标')),
                ('area_code', models.CharField(max_length=15, verbose_name='区划代码')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('value', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='目标')),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='设定时间')),
            ],
            options={
                'verbose_name': '目标值',
            },
        ),
        migrations.CreateModel(
            name='MarkedAppointment',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('grids.appointment',),
        ),
        migrations.CreateModel(
            name='MarkedBuilding',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('grids.building',),
        ),
        migrations.CreateModel(
            name='MarkedCadenceNote',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cadence.cadencenote',),
        ),
        migrations.CreateModel(
            name='MarkedCadenceRule',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cadence.cadencerule',),
        ),
        migrations.CreateModel(
            name='MarkedFeedback',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('activities.feedback',),
        ),
        migrations.CreateModel(
            name='MarkedGroup',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('grids.populationgroup',),
        ),
        migrations.CreateModel(
            name='MarkedHousehold',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('grids.household',),
        ),
        migrations.CreateModel(
            name='MarkedNeed',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('visits.need',),
        ),
        migrations.CreateModel(
            name='MarkedPlan',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('visits.visitplan',),
        ),
        migrations.CreateModel(
            name='MarkedTarget',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('activities.activity_target_groups',),
        ),
        migrations.CreateModel(
            name='MarkedVisit',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('visits.visit',),
        ),
        migrations.CreateModel(
            name='MarkedVisitOfPlan',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('visits.visit_plans',),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedactivity',
            name='mark_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedactivity',
            name='mark_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedactivity',
            name='mark_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedresident',
            name='mark_update',
        ),
        migrations.AddField(
            model_name='freshness',
            name='tallied_at',
            field=models.DateTimeField(null=True, verbose_name='其他指标的计算时间'),
        ),
        migrations.AddField(
            model_name='freshness',
            name='tallied_for',
            field=models.DateTimeField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, g.id from touched t\n    join activities_participation p on p.activity_id = t.id\n    join grids_residence s on s.resident_id = p.resident_id join grids_grid g on g.id = s.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='6a22486fde175e1207b7d049326a71d3138704ad', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_f98d6', referencing='REFERENCING NEW TABLE AS new_rows ', table='activities_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.starts_at, o.status) is distinct from (n.starts_at, n.status))) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, g.id from touched t\n    join activities_participation p on p.activity_id = t.id\n    join grids_residence s on s.resident_id = p.resident_id join grids_grid g on g.id = s.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='90e9d8d3973d4161d79f96d74cffb065e3d4e273', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_ddebe', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, g.id from touched t\n    join activities_participation p on p.activity_id = t.id\n    join grids_residence s on s.resident_id = p.resident_id join grids_grid g on g.id = s.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='ec67f710a53e17707df8bad5bcd23477b11b7166', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_4fa5a', referencing='REFERENCING OLD TABLE AS old_rows ', table='activities_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_work_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.community_id, o.kind_id, o.theme_id, o.mode, o.origin, o.unnamed_count, o.ends_at, o.reported_at) is distinct from (n.community_id, n.kind_id, n.theme_id, n.mode, n.origin, n.unnamed_count, n.ends_at, n.reported_at))) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='5c40148e515e6c246625487bf8d3ac91da099d97', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_work_update_e808c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedresident',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.birth_date, o.sex, o.occupation) is distinct from (n.birth_date, n.sex, n.occupation))) \n    select g.community_id, g.id from touched t\n    join grids_residence s on s.resident_id = t.id join grids_grid g on g.id = s.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='de27e5d775b84d962243a8d6160348c1f6eba7b3', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_e6f50', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_resident', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedresident',
            trigger=pgtrigger.compiler.Trigger(name='mark_door_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.household_id) is distinct from (n.household_id))) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='3ebe9b61c8ae257e960403f8577aff1f8b0eed8b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_door_update_6ac01', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_resident', when='AFTER')),
        ),
        migrations.AddField(
            model_name='figurereport',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figure_reports', to='communities.community', verbose_name='社区'),
        ),
        migrations.AddField(
            model_name='figurereport',
            name='submitted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='报送人'),
        ),
        migrations.CreateModel(
            name='MarkedReport',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('indicators.figurereport',),
        ),
        migrations.AddField(
            model_name='periodclosing',
            name='closed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='关账人'),
        ),
        migrations.AddField(
            model_name='periodclosing',
            name='street',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings', to='communities.street', verbose_name='街道'),
        ),
        migrations.AddField(
            model_name='frozencell',
            name='closing',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='indicators.periodclosing'),
        ),
        migrations.AddConstraint(
            model_name='reachcell',
            constraint=models.CheckConstraint(condition=models.Q(('reached__lte', models.F('population'))), name='indicators_reachcell_reached_within_population'),
        ),
        migrations.AddConstraint(
            model_name='reachcell',
            constraint=models.CheckConstraint(condition=models.Q(('never__lte', models.F('settled')), ('settled__lte', models.F('population'))), name='indicators_reachcell_never_within_settled'),
        ),
        migrations.AddField(
            model_name='reportedfigure',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='indicators.figurereport', verbose_name='报送'),
        ),
        migrations.CreateModel(
            name='MarkedReportedFigure',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('indicators.reportedfigure',),
        ),
        migrations.AddField(
            model_name='target',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='设定人'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedappointment',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select g.community_id, null::bigint from touched t join grids_grid g on g.id = t.grid_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='7b768537e7ecf2bf01dde5ea346e87074d436bb7', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_cf416', referencing='REFERENCING NEW TABLE AS new_rows ', table='grids_appointment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedappointment',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.grid_id, o.building_id, o.post, o.since, o.until, o.user_id, o.resident_id) is distinct from (n.grid_id, n.building_id, n.post, n.since, n.until, n.user_id, n.resident_id))) select g.community_id, null::bigint from touched t join grids_grid g on g.id = t.grid_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='fc8aa407615769b4614e71201c57bb7bbe19e6a7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_25088', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_appointment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedappointment',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select g.community_id, null::bigint from touched t join grids_grid g on g.id = t.grid_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='2cc71ec1445e07af48b03183e0ab959d16785249', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_2d6c9', referencing='REFERENCING OLD TABLE AS old_rows ', table='grids_appointment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedbuilding',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select g.community_id, null::bigint from touched t join grids_grid g on g.id = t.grid_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='8c9c7a516f64011a731c8d9356816d80298734f2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_d2151', referencing='REFERENCING NEW TABLE AS new_rows ', table='grids_building', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedbuilding',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.grid_id) is distinct from (n.grid_id))) select g.community_id, null::bigint from touched t join grids_grid g on g.id = t.grid_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='dec674c7c84bea8bfb1aa6174f66e2f3287d91d4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_203b6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_building', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedbuilding',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select g.community_id, null::bigint from touched t join grids_grid g on g.id = t.grid_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='bd297a9a6e03ad13b81800235ddd07b27f160c16', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_8b412', referencing='REFERENCING OLD TABLE AS old_rows ', table='grids_building', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedcadencenote',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='69d2ecbcd74a7fb134895e599045a2172a46d000', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_44ae3', referencing='REFERENCING NEW TABLE AS new_rows ', table='cadence_cadencenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedcadencenote',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.rule_id, o.community_id, o.kind, o.activity_id) is distinct from (n.rule_id, n.community_id, n.kind, n.activity_id))) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='33030a00e78d5767b77718cbeea6fbdff003aac4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_74d6e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='cadence_cadencenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedcadencenote',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='f08a9bf64f462e45fdab9130f4e47058a0896026', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_ee827', referencing='REFERENCING OLD TABLE AS old_rows ', table='cadence_cadencenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedcadencerule',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select c.id, null::bigint from touched t\n    join communities_community c on c.id = t.community_id or c.street_id = t.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='03fa7433f94f5ae791cef25c6e9f31419d15d699', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_b68a5', referencing='REFERENCING NEW TABLE AS new_rows ', table='cadence_cadencerule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedcadencerule',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.street_id, o.community_id, o.every, o.weekdays, o.per, o.times, o.category, o.programme_id, o.min_people, o.grace_days, o.starts_on, o.ends_on) is distinct from (n.street_id, n.community_id, n.every, n.weekdays, n.per, n.times, n.category, n.programme_id, n.min_people, n.grace_days, n.starts_on, n.ends_on))) \n    select c.id, null::bigint from touched t\n    join communities_community c on c.id = t.community_id or c.street_id = t.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='2bf891c297cf285a9049c072bb0bac6ee75d7bd2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_2e326', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='cadence_cadencerule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedcadencerule',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select c.id, null::bigint from touched t\n    join communities_community c on c.id = t.community_id or c.street_id = t.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='2418e182c250b3bb6a8d8d41e6507270dfd859a2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_01485', referencing='REFERENCING OLD TABLE AS old_rows ', table='cadence_cadencerule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedfeedback',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='571790f2640c6fbcc140dba6985e96f768acef3e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_48302', referencing='REFERENCING NEW TABLE AS new_rows ', table='activities_feedback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedfeedback',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where activity_id in (select n.activity_id from old_rows o join new_rows n using (activity_id) where (o.shown_raters) is distinct from (n.shown_raters))) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='6876ea3d2450e1b918ab315b2f92760cc19e61eb', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_92279', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_feedback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedfeedback',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e334a8a30d6e350122bca2f2c84b446b4adabd2d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_fd890', referencing='REFERENCING OLD TABLE AS old_rows ', table='activities_feedback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgroup',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.code) is distinct from (n.code))) \n    select g.community_id, g.id from touched t join grids_groupmembership m on m.group_id = t.id\n    join grids_residence s on s.resident_id = m.resident_id join grids_grid g on g.id = s.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='93675ed6c2fe242c33b9594f2299ab61d6bca892', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_c84d2', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_populationgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedhousehold',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select g.community_id, null::bigint from touched t\n    join grids_building b on b.id = t.building_id join grids_grid g on g.id = b.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='addfe51ee06ebb2696f6ed5cd3f2d5b92c1041b2', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_76a45', referencing='REFERENCING NEW TABLE AS new_rows ', table='grids_household', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedhousehold',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.building_id, o.unit, o.room) is distinct from (n.building_id, n.unit, n.room))) \n    select g.community_id, null::bigint from touched t\n    join grids_building b on b.id = t.building_id join grids_grid g on g.id = b.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='a4319464b932f7044120f838f4497d1fc253055c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_a3628', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_household', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedhousehold',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select g.community_id, null::bigint from touched t\n    join grids_building b on b.id = t.building_id join grids_grid g on g.id = b.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='aab804263ff59481e9f8cb71addff511d120061c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_a1194', referencing='REFERENCING OLD TABLE AS old_rows ', table='grids_household', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedneed',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select v.community_id, null::bigint from touched t join visits_visit v on v.id = t.visit_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='9661cd63bd349ed96d9f839bd791a4d501b673f8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_eaed6', referencing='REFERENCING NEW TABLE AS new_rows ', table='visits_need', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedneed',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.visit_id, o.kind_id, o.due_on, o.closed_at, o.result) is distinct from (n.visit_id, n.kind_id, n.due_on, n.closed_at, n.result))) select v.community_id, null::bigint from touched t join visits_visit v on v.id = t.visit_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='db142f80cbb9baf19312fc9a55ff5aeaa3bbac2e', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_350ff', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='visits_need', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedneed',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select v.community_id, null::bigint from touched t join visits_visit v on v.id = t.visit_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='34b602628d0d67cfac08f7c20555dbc87f884530', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_289a0', referencing='REFERENCING OLD TABLE AS old_rows ', table='visits_need', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='09105f4073c0e25b88cc985416e930a6b3b2a356', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_450e9', referencing='REFERENCING NEW TABLE AS new_rows ', table='visits_visitplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.community_id, o.interval_days, o.starts_on, o.ends_on, o.closed_at, o.kind_id) is distinct from (n.community_id, n.interval_days, n.starts_on, n.ends_on, n.closed_at, n.kind_id))) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='dac94eb0e74ad2e5c22710a8512ed569badf40d6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_7e44e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='visits_visitplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='bfccde0d5cc085f2108311c49c8c11f1b9f9c463', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_07de1', referencing='REFERENCING OLD TABLE AS old_rows ', table='visits_visitplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedtarget',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='f8bc1bdcb149ff52a8deb99a509df7da743d986c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_aeda9', referencing='REFERENCING NEW TABLE AS new_rows ', table='activities_activity_target_groups', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedtarget',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.activity_id) is distinct from (n.activity_id))) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='c4a3155b4e292f443eebcb62e13f136250d2e8f4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_87993', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_activity_target_groups', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedtarget',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='9a9f3c3522eccd98e39e8137f2611a6bc6a67579', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_d3d37', referencing='REFERENCING OLD TABLE AS old_rows ', table='activities_activity_target_groups', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisit',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='1665c95f6950dd9c90a732107bbc985ef9ef50af', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_16fad', referencing='REFERENCING NEW TABLE AS new_rows ', table='visits_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisit',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.community_id, o.household_id, o.outcome, o.visited_at, o.withdrawn_at, o.kind_id) is distinct from (n.community_id, n.household_id, n.outcome, n.visited_at, n.withdrawn_at, n.kind_id))) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='0ff8fac4fffc9b7687062ac0b0b7a03c085855c7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_7d7bc', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='visits_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisit',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='6bcb0bf54f100ac583c3904f5f538215f93aedf5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_d146b', referencing='REFERENCING OLD TABLE AS old_rows ', table='visits_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisitofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select v.community_id, null::bigint from touched t join visits_visit v on v.id = t.visit_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='aed600560d9e2c9188b2119cc0450e98b0189ec5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_fdc3f', referencing='REFERENCING NEW TABLE AS new_rows ', table='visits_visit_plans', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisitofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.visit_id, o.visitplan_id) is distinct from (n.visit_id, n.visitplan_id))) select v.community_id, null::bigint from touched t join visits_visit v on v.id = t.visit_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='d0655c951c95016953f9413f38c5c9ab92b9b042', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_da86a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='visits_visit_plans', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisitofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select v.community_id, null::bigint from touched t join visits_visit v on v.id = t.visit_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='88060e9f3aae1ddec83cce474d93a1d40c3eabd8', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_725a7', referencing='REFERENCING OLD TABLE AS old_rows ', table='visits_visit_plans', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='figurereport',
            constraint=models.UniqueConstraint(fields=('community', 'period'), name='indicators_report_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedreport',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='6556ecc04a0fe9e1813ac8d7bce7ed385a6f6c0f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_088e1', referencing='REFERENCING NEW TABLE AS new_rows ', table='indicators_figurereport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedreport',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.community_id, o.period, o.first_submitted_at) is distinct from (n.community_id, n.period, n.first_submitted_at))) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='7048c8b3a2730bb2e6b9c8935f69164fab8cc316', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_5463e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='indicators_figurereport', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedreport',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='9a27a48ab17972b24670723e674b6ea88404f229', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_819b5', referencing='REFERENCING OLD TABLE AS old_rows ', table='indicators_figurereport', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='periodclosing',
            constraint=models.UniqueConstraint(fields=('street', 'period'), name='indicators_closing_once', violation_error_message='这个时段已经关账'),
        ),
        migrations.AddConstraint(
            model_name='frozencell',
            constraint=models.UniqueConstraint(fields=('closing', 'table', 'level', 'area_id', 'key'), name='indicators_frozencell_key'),
        ),
        migrations.AddConstraint(
            model_name='reportedfigure',
            constraint=models.UniqueConstraint(fields=('report', 'indicator'), name='indicators_reportedfigure_once'),
        ),
        migrations.AddConstraint(
            model_name='reportedfigure',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='indicators_reportedfigure_not_negative'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedreportedfigure',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select r.community_id, null::bigint from touched t join indicators_figurereport r on r.id = t.report_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='7fdfedbccae1983ca33789fb2cc54377b11b7004', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_9c271', referencing='REFERENCING NEW TABLE AS new_rows ', table='indicators_reportedfigure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedreportedfigure',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.report_id, o.indicator, o.value) is distinct from (n.report_id, n.indicator, n.value))) select r.community_id, null::bigint from touched t join indicators_figurereport r on r.id = t.report_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='8b038521b8bb16bb3d32b819bd489ef2058bfbe7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_618de', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='indicators_reportedfigure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedreportedfigure',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select r.community_id, null::bigint from touched t join indicators_figurereport r on r.id = t.report_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='f0e04b9cc30ef9f5a1be552ad7b579460d3e3cfe', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_6f255', referencing='REFERENCING OLD TABLE AS old_rows ', table='indicators_reportedfigure', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('area_code', 'year', 'indicator'), name='indicators_target_once', violation_error_message='这个指标本年度已有目标'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='indicators_target_not_negative'),
        ),
    ]
