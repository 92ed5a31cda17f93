"""The life of an activity: plans, templates, sign-up, check-in, photos, ratings, reports and their verification."""

import activities.models.activities
import activities.models.participation
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import grids.validators
from django.conf import settings
from django.db import migrations, models

# What was logged so far was held, and reported when it was logged; nobody wrote down how long it took.
FILL = """
    update activities_activity set
        ends_at = starts_at + interval '90 minutes',
        reported_at = case when status = 'held' then recorded_at end,
        reported_by_id = case when status = 'held' then recorded_by_id end,
        public_id = left(replace(gen_random_uuid()::text, '-', ''), 16);
    set constraints all immediate
"""


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0002_kinds_and_themes'),
        ('communities', '0002_venues'),
        ('grids', '0004_search_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ActivityPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_token', models.UUIDField(db_index=True)),
                ('client_id', models.UUIDField(unique=True)),
                ('consent', models.CharField(choices=[('agreed', '照片里的人同意拍摄和留存'), ('nobody', '看不出具体的人')], max_length=8, verbose_name='同意')),
                ('image', models.FileField(upload_to='photos/')),
                ('thumbnail', models.FileField(upload_to='photos/')),
                ('width', models.PositiveSmallIntegerField()),
                ('height', models.PositiveSmallIntegerField()),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='上传时间')),
            ],
            options={
                'verbose_name': '活动照片',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ActivityTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='模板名称')),
                ('title', models.CharField(max_length=80, verbose_name='活动名称')),
                ('description', models.TextField(blank=True, max_length=600, verbose_name='介绍')),
                ('mode', models.CharField(default='in_person', max_length=12, verbose_name='方式')),
                ('origin', models.CharField(default='own', max_length=12, verbose_name='来源')),
                ('assigned_by', models.CharField(blank=True, max_length=40, verbose_name='布置单位')),
                ('place', models.CharField(blank=True, max_length=60, verbose_name='地点')),
                ('capacity', models.PositiveIntegerField(blank=True, null=True, verbose_name='名额')),
                ('is_public', models.BooleanField(default=False, verbose_name='向居民公布')),
                ('sign_up_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='提前几天开始报名')),
                ('starts_at', models.TimeField(verbose_name='开始时间')),
                ('minutes', models.PositiveSmallIntegerField(default=90, verbose_name='时长（分钟）')),
                ('recurrence', models.CharField(choices=[('none', '不重复'), ('weekly', '每周'), ('month_days', '每月固定日子'), ('festival', '节日')], default='none', max_length=12, verbose_name='重复')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='星期')),
                ('month_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='日子')),
                ('festival', models.CharField(blank=True, max_length=20, verbose_name='节日')),
                ('days_before', models.PositiveSmallIntegerField(default=0, verbose_name='提前几天')),
                ('since', models.DateField(blank=True, null=True, verbose_name='从哪天起')),
                ('until', models.DateField(blank=True, null=True, verbose_name='到哪天止')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '活动模板',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('direction', models.CharField(choices=[('in', '签到'), ('out', '签退')], default='in', max_length=3, verbose_name='方向')),
                ('method', models.CharField(choices=[('ticked', '勾选'), ('listed', '名单'), ('scanned', '扫码'), ('poster', '海报签到'), ('kiosk', '签到台'), ('visited', '走访')], max_length=12, verbose_name='登记方式')),
                ('refusal', models.CharField(blank=True, choices=[('unknown_code', '认不出的码'), ('other_community', '不在本社区底册'), ('other_activity', '别的活动的码'), ('gone', '当天已迁出或去世'), ('confidential', '这类活动不登记姓名'), ('not_in', '没有签到，不能签退')], max_length=20, verbose_name='未接受的原因')),
                ('claimed_at', models.DateTimeField(verbose_name='设备时间')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='处理时间')),
            ],
            options={
                'verbose_name': '签到',
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('activity', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='feedback', serialize=False, to='activities.activity', verbose_name='活动')),
                ('raters', models.PositiveIntegerField(default=0)),
                ('tally', models.JSONField(default=dict)),
                ('shown_raters', models.PositiveIntegerField(default=0, verbose_name='评价人数')),
                ('shown', models.JSONField(default=dict, verbose_name='评价')),
            ],
            options={
                'verbose_name': '活动评价',
            },
        ),
        migrations.CreateModel(
            name='Outsider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('ticked', '勾选'), ('listed', '名单'), ('scanned', '扫码'), ('poster', '海报签到'), ('kiosk', '签到台'), ('visited', '走访')], default='ticked', max_length=12, verbose_name='登记方式')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('checked_in_at', models.DateTimeField(blank=True, null=True, verbose_name='签到时间')),
                ('checked_out_at', models.DateTimeField(blank=True, null=True, verbose_name='签退时间')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('tail', models.CharField(blank=True, max_length=4, verbose_name='手机后四位')),
            ],
            options={
                'verbose_name': '非本社区参加者',
            },
        ),
        migrations.CreateModel(
            name='PersonalCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=activities.models.participation.make_code, max_length=16, unique=True)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='发放时间')),
            ],
            options={
                'verbose_name': '个人码',
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, unique=True, validators=[grids.validators.refuse_forbidden], verbose_name='名称')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '工作项目',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SeatQuota',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seats', models.PositiveIntegerField(verbose_name='保留名额')),
            ],
            options={
                'verbose_name': '保留名额',
            },
        ),
        migrations.CreateModel(
            name='SignUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('phone', models.BinaryField(null=True, verbose_name='手机号')),
                ('phone_hash', models.BinaryField(null=True)),
                ('phone_kept', models.CharField(blank=True, max_length=7)),
                ('source', models.CharField(choices=[('public', '网页'), ('phone', '来电'), ('walk_in', '到场')], default='public', max_length=8, verbose_name='途径')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='报名时间')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='取消时间')),
                ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='已通知')),
            ],
            options={
                'verbose_name': '报名',
            },
        ),
        migrations.RemoveIndex(
            model_name='activity',
            name='activities_of_community',
        ),
        migrations.AddField(
            model_name='activity',
            name='assigned_by',
            field=models.CharField(blank=True, max_length=40, verbose_name='布置单位'),
        ),
        migrations.AddField(
            model_name='activity',
            name='capacity',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='名额'),
        ),
        migrations.AddField(
            model_name='activity',
            name='description',
            field=models.TextField(blank=True, max_length=600, verbose_name='介绍'),
        ),
        migrations.AddField(
            model_name='activity',
            name='ends_at',
            field=models.DateTimeField(null=True, verbose_name='结束时间'),
        ),
        migrations.AddField(
            model_name='activity',
            name='is_public',
            field=models.BooleanField(default=False, verbose_name='向居民公布'),
        ),
        migrations.AddField(
            model_name='activity',
            name='place',
            field=models.CharField(blank=True, max_length=60, verbose_name='地点'),
        ),
        migrations.AddField(
            model_name='activity',
            name='public_id',
            field=models.CharField(default='', editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name='activity',
            name='reported_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='填报时间'),
        ),
        migrations.AddField(
            model_name='activity',
            name='reported_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填报人'),
        ),
        migrations.AddField(
            model_name='activity',
            name='responsible',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='led_activities', to=settings.AUTH_USER_MODEL, verbose_name='负责人'),
        ),
        migrations.AddField(
            model_name='activity',
            name='return_reason',
            field=models.CharField(blank=True, max_length=100, verbose_name='退回原因'),
        ),
        migrations.AddField(
            model_name='activity',
            name='returned_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='退回时间'),
        ),
        migrations.AddField(
            model_name='activity',
            name='sign_up_closes_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='报名截止'),
        ),
        migrations.AddField(
            model_name='activity',
            name='sign_up_opens_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='报名开始'),
        ),
        migrations.AddField(
            model_name='activity',
            name='slot_date',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='activity',
            name='venue',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='communities.venue', verbose_name='场地'),
        ),
        migrations.AddField(
            model_name='activity',
            name='verified_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='核验时间'),
        ),
        migrations.AddField(
            model_name='activity',
            name='verified_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核验人'),
        ),
        migrations.AddField(
            model_name='activity',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='activitykind',
            name='counts_hours',
            field=models.BooleanField(default=False, verbose_name='记录时长'),
        ),
        migrations.AddField(
            model_name='activitykind',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='启用'),
        ),
        migrations.AddField(
            model_name='activitykind',
            name='usual_minutes',
            field=models.PositiveSmallIntegerField(default=90, verbose_name='通常时长（分钟）'),
        ),
        migrations.AddField(
            model_name='participation',
            name='checked_in_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='签到时间'),
        ),
        migrations.AddField(
            model_name='participation',
            name='checked_out_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='签退时间'),
        ),
        migrations.AddField(
            model_name='participation',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='theme',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='启用'),
        ),
        migrations.AlterField(
            model_name='activity',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录人'),
        ),
        migrations.AlterField(
            model_name='activity',
            name='status',
            field=models.CharField(choices=[('planned', '计划'), ('published', '已发布'), ('held', '已举办'), ('cancelled', '已撤销')], default='held', max_length=12, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='activitykind',
            name='category',
            field=models.CharField(choices=[('event', '综合活动'), ('culture', '文化娱乐'), ('practice', '社会实践'), ('lecture', '专题讲座'), ('sports', '体育健身'), ('visit', '走访'), ('volunteer', '志愿服务'), ('party_life', '组织生活'), ('counselling', '咨询疏导'), ('online', '线上活动'), ('other', '其他')], max_length=20, verbose_name='类别'),
        ),
        migrations.AlterField(
            model_name='activitykind',
            name='name',
            field=models.CharField(max_length=30, unique=True, validators=[grids.validators.refuse_forbidden], verbose_name='名称'),
        ),
        migrations.AlterField(
            model_name='participation',
            name='method',
            field=models.CharField(choices=[('ticked', '勾选'), ('listed', '名单'), ('scanned', '扫码'), ('poster', '海报签到'), ('kiosk', '签到台'), ('visited', '走访')], default='ticked', max_length=12, verbose_name='登记方式'),
        ),
        migrations.AlterField(
            model_name='theme',
            name='name',
            field=models.CharField(max_length=30, unique=True, validators=[grids.validators.refuse_forbidden], verbose_name='名称'),
        ),
        migrations.AddField(
            model_name='activityphoto',
            name='activity',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='activities.activity', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='activityphoto',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='community',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='templates', to='communities.community', verbose_name='社区'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建立人'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='kind',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='activities.activitykind', verbose_name='类型'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='responsible',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='负责人'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='target_grids',
            field=models.ManyToManyField(blank=True, to='grids.grid', verbose_name='面向网格'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='target_groups',
            field=models.ManyToManyField(blank=True, to='grids.populationgroup', verbose_name='面向人群'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='theme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='activities.theme', verbose_name='主题'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='venue',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='communities.venue', verbose_name='场地'),
        ),
        migrations.AddField(
            model_name='activity',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='activities', to='activities.activitytemplate', verbose_name='模板'),
        ),
        migrations.AddField(
            model_name='checkin',
            name='activity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='activities.activity', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='checkin',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='checkin',
            name='resident',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='grids.resident', verbose_name='居民'),
        ),
        migrations.AddField(
            model_name='outsider',
            name='activity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outsiders', to='activities.activity', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='outsider',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='checkin',
            name='outsider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='check_ins', to='activities.outsider', verbose_name='非本社区参加者'),
        ),
        migrations.AddField(
            model_name='personalcode',
            name='issued_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发放人'),
        ),
        migrations.AddField(
            model_name='personalcode',
            name='resident',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='personal_code', to='grids.resident', verbose_name='居民'),
        ),
        migrations.AddField(
            model_name='activitytemplate',
            name='programmes',
            field=models.ManyToManyField(blank=True, to='activities.programme', verbose_name='工作项目'),
        ),
        migrations.AddField(
            model_name='activity',
            name='programmes',
            field=models.ManyToManyField(blank=True, to='activities.programme', verbose_name='工作项目'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='activity',
            name='ends_at',
            field=models.DateTimeField(verbose_name='结束时间'),
        ),
        migrations.AlterField(
            model_name='activity',
            name='public_id',
            field=models.CharField(default=activities.models.activities.make_public_id, editable=False, max_length=16, unique=True),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['community', '-starts_at', '-id'], name='activities_of_community'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['community', 'held_on'], name='activities_on_day'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='activities_activity_ends_after_start', violation_error_message='结束时间要晚于开始时间'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sign_up_closes_at', None), ('sign_up_opens_at', None)), models.Q(('sign_up_closes_at__gt', models.F('sign_up_opens_at')), ('sign_up_opens_at__isnull', False)), _connector='OR'), name='activities_activity_sign_up_order', violation_error_message='报名要同时写明开始和截止时间，截止要晚于开始'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reported_at', None), ('reported_by', None)), models.Q(('reported_at__isnull', False), ('reported_by__isnull', False), ('status__in', ['held', 'cancelled'])), _connector='OR'), name='activities_activity_reported_when_held'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('return_reason', ''), ('returned_at', None), ('verified_at', None), ('verified_by', None)), models.Q(('reported_at__isnull', False), ('returned_at', None), ('verified_at__isnull', False), ('verified_by__isnull', False)), models.Q(('reported_at__isnull', False), ('returned_at__isnull', False), ('verified_at', None), ('verified_by', None), models.Q(('return_reason', ''), _negated=True)), _connector='OR'), name='activities_activity_verified_or_returned'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.UniqueConstraint(condition=models.Q(('slot_date__isnull', False)), fields=('template', 'slot_date'), name='activities_activity_once_a_slot'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('status__in', ['planned', 'published']), ('venue__isnull', False)), expressions=[(models.Func(models.F('venue'), models.F('venue'), models.Value('[]'), function='int8range'), '&&'), (activities.models.activities.TimeRange('starts_at', 'ends_at'), '&&')], name='activities_activity_one_at_a_venue', violation_error_message='这个场地在这段时间已经有别的活动'),
        ),
        migrations.AddField(
            model_name='seatquota',
            name='activity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quotas', to='activities.activity', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='seatquota',
            name='group',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='grids.populationgroup', verbose_name='人群'),
        ),
        migrations.AddField(
            model_name='signup',
            name='activity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ups', to='activities.activity', verbose_name='活动'),
        ),
        migrations.AddField(
            model_name='signup',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signup',
            name='resident',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sign_ups', to='grids.resident', verbose_name='居民'),
        ),
        migrations.AddConstraint(
            model_name='outsider',
            constraint=models.UniqueConstraint(fields=('activity', 'name', 'tail'), name='activities_outsider_once'),
        ),
        migrations.AddConstraint(
            model_name='outsider',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='activities_outsider_named'),
        ),
        migrations.AddConstraint(
            model_name='checkin',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outsider', None), ('refusal', ''), ('resident__isnull', False)), models.Q(('outsider__isnull', False), ('refusal', ''), ('resident', None)), models.Q(('refusal', ''), _negated=True), _connector='OR'), name='activities_checkin_somebody_or_refused'),
        ),
        migrations.AddConstraint(
            model_name='activitytemplate',
            constraint=models.CheckConstraint(condition=models.Q(('recurrence', 'none'), models.Q(('recurrence', 'weekly'), ('weekdays__len__gt', 0)), models.Q(('month_days__len__gt', 0), ('recurrence', 'month_days')), models.Q(('recurrence', 'festival'), models.Q(('festival', ''), _negated=True)), _connector='OR'), name='activities_template_series_says_when', violation_error_message='请选好在哪些日子重复'),
        ),
        migrations.AddConstraint(
            model_name='activitytemplate',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('community', 'name'), name='activities_template_name', violation_error_message='本社区已有同名的模板'),
        ),
        migrations.AddConstraint(
            model_name='seatquota',
            constraint=models.UniqueConstraint(fields=('activity', 'group'), name='activities_quota_once'),
        ),
        migrations.AddConstraint(
            model_name='seatquota',
            constraint=models.CheckConstraint(condition=models.Q(('seats__gt', 0)), name='activities_quota_seats'),
        ),
        migrations.AddConstraint(
            model_name='signup',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_at', None), ('phone_hash__isnull', False)), fields=('activity', 'phone_hash', 'name'), name='activities_signup_once_by_phone'),
        ),
        migrations.AddConstraint(
            model_name='signup',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_at', None), ('resident__isnull', False)), fields=('activity', 'resident'), name='activities_signup_once_by_resident'),
        ),
    ]
