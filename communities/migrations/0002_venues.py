"""Venues and when they are open."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Venue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('address', models.CharField(blank=True, max_length=80, verbose_name='地址')),
                ('capacity', models.PositiveIntegerField(blank=True, null=True, verbose_name='可容纳人数')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='venues', to='communities.community', verbose_name='社区')),
            ],
            options={
                'verbose_name': '场地',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='VenueHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(1, '星期一'), (2, '星期二'), (3, '星期三'), (4, '星期四'), (5, '星期五'), (6, '星期六'), (7, '星期日')], verbose_name='星期')),
                ('opens', models.TimeField(verbose_name='开放')),
                ('closes', models.TimeField(verbose_name='关闭')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='communities.venue', verbose_name='场地')),
            ],
            options={
                'verbose_name': '开放时间',
                'ordering': ['weekday', 'opens'],
            },
        ),
        migrations.AddConstraint(
            model_name='venue',
            constraint=models.UniqueConstraint(fields=('community', 'name'), name='communities_venue_name', violation_error_message='本社区已有同名的场地'),
        ),
        migrations.AddConstraint(
            model_name='venuehours',
            constraint=models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens'))), name='communities_venuehours_order', violation_error_message='关闭时间要晚于开放时间'),
        ),
        migrations.AddConstraint(
            model_name='venuehours',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__gte', 1), ('weekday__lte', 7)), name='communities_venuehours_weekday'),
        ),
    ]
