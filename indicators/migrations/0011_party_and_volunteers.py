"""What party organisations and volunteers change leaves marks."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0010_silent_ratings'),
        ('party', '0001_initial'),
        ('volunteers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkedAttendanceNote',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.attendancenote',),
        ),
        migrations.CreateModel(
            name='MarkedExemption',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.exemption',),
        ),
        migrations.CreateModel(
            name='MarkedMeeting',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.meeting',),
        ),
        migrations.CreateModel(
            name='MarkedMeetingRule',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.meetingrule',),
        ),
        migrations.CreateModel(
            name='MarkedMember',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.member',),
        ),
        migrations.CreateModel(
            name='MarkedOffice',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.office',),
        ),
        migrations.CreateModel(
            name='MarkedOrganisation',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.organisation',),
        ),
        migrations.CreateModel(
            name='MarkedPledge',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.pledge',),
        ),
        migrations.CreateModel(
            name='MarkedPledgeItem',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.pledgeitem',),
        ),
        migrations.CreateModel(
            name='MarkedPostClaim',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.postclaim',),
        ),
        migrations.CreateModel(
            name='MarkedServiceField',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('volunteers.servicefield',),
        ),
        migrations.CreateModel(
            name='MarkedServiceLink',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.servicelink',),
        ),
        migrations.CreateModel(
            name='MarkedServiceRecord',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('volunteers.servicerecord',),
        ),
        migrations.CreateModel(
            name='MarkedSlotExemption',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.slotexemption',),
        ),
        migrations.CreateModel(
            name='MarkedSpellInBranch',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('party.membership',),
        ),
        migrations.CreateModel(
            name='MarkedVolunteer',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('volunteers.volunteer',),
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
            model_name='markedparticipation',
            name='mark_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedparticipation',
            name='mark_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedparticipation',
            name='mark_delete',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, g.id from touched t\n    join activities_participation p on p.activity_id = t.id\n    join grids_residence s on s.resident_id = p.resident_id join grids_grid g on g.id = s.grid_id\n    union \n        select o.community_id, null::bigint from touched t\n        join party_meeting k on k.activity_id = t.id\n        join activities_participation p on p.activity_id = k.activity_id\n        join party_member m on m.resident_id = p.resident_id\n        join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n        union select o.community_id, null from touched t\n        join party_attendancenote n on n.meeting_id = t.id\n        join party_membership s on s.member_id = n.member_id join party_organisation o on o.id = s.organisation_id\n    \n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='35037ee24b97de2db3280199240d2c0368459c28', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_f98d6', referencing='REFERENCING NEW TABLE AS new_rows ', table='activities_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.starts_at, o.status) is distinct from (n.starts_at, n.status))) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, g.id from touched t\n    join activities_participation p on p.activity_id = t.id\n    join grids_residence s on s.resident_id = p.resident_id join grids_grid g on g.id = s.grid_id\n    union \n        select o.community_id, null::bigint from touched t\n        join party_meeting k on k.activity_id = t.id\n        join activities_participation p on p.activity_id = k.activity_id\n        join party_member m on m.resident_id = p.resident_id\n        join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n        union select o.community_id, null from touched t\n        join party_attendancenote n on n.meeting_id = t.id\n        join party_membership s on s.member_id = n.member_id join party_organisation o on o.id = s.organisation_id\n    \n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='816b3f3551c75f528a8920079ddbb50b142b963c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_ddebe', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, g.id from touched t\n    join activities_participation p on p.activity_id = t.id\n    join grids_residence s on s.resident_id = p.resident_id join grids_grid g on g.id = s.grid_id\n    union \n        select o.community_id, null::bigint from touched t\n        join party_meeting k on k.activity_id = t.id\n        join activities_participation p on p.activity_id = k.activity_id\n        join party_member m on m.resident_id = p.resident_id\n        join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n        union select o.community_id, null from touched t\n        join party_attendancenote n on n.meeting_id = t.id\n        join party_membership s on s.member_id = n.member_id join party_organisation o on o.id = s.organisation_id\n    \n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='598f09328f0f3b4fbefbdf9c3b7777235e3b4028', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_4fa5a', referencing='REFERENCING OLD TABLE AS old_rows ', table='activities_activity', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedparticipation',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    \n    select g.community_id, g.id from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n\n    union select a.community_id, null from touched t join activities_activity a on a.id = t.activity_id\n    union \n    select o.community_id, null::bigint from touched t\n    join party_meeting k on k.activity_id = t.activity_id\n    join party_member m on m.resident_id = t.resident_id\n    join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='8b94232d5ade7fa917016b144e67144ebf9fbc77', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_e780f', referencing='REFERENCING NEW TABLE AS new_rows ', table='activities_participation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedparticipation',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.activity_id, o.resident_id) is distinct from (n.activity_id, n.resident_id))) \n    \n    select g.community_id, g.id from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n\n    union select a.community_id, null from touched t join activities_activity a on a.id = t.activity_id\n    union \n    select o.community_id, null::bigint from touched t\n    join party_meeting k on k.activity_id = t.activity_id\n    join party_member m on m.resident_id = t.resident_id\n    join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='b04bbd0e8a482a657985cde5cfd23a3a8793ef36', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_45180', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_participation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedparticipation',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    \n    select g.community_id, g.id from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n\n    union select a.community_id, null from touched t join activities_activity a on a.id = t.activity_id\n    union \n    select o.community_id, null::bigint from touched t\n    join party_meeting k on k.activity_id = t.activity_id\n    join party_member m on m.resident_id = t.resident_id\n    join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='2d6e6618f50d3b39d066420330e6f247648a6868', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_f814d', referencing='REFERENCING OLD TABLE AS old_rows ', table='activities_participation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedattendancenote',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='105cb520ab442a4889cb066bd7616804ec0b0636', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_7bd28', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_attendancenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedattendancenote',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.meeting_id, o.member_id, o.made_up_on) is distinct from (n.meeting_id, n.member_id, n.made_up_on))) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='790bcbf1608e60949cb2e4ba94785577df0d5535', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_f5f3b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_attendancenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedattendancenote',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='d092b83cb503d54b2428c661f16126fc39d55028', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_53ba3', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_attendancenote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedexemption',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e0fc9f6ace27d7279f306b8152f31804e698983a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_4e7c9', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_exemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedexemption',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.member_id, o.since, o.until) is distinct from (n.member_id, n.since, n.until))) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='3343a325ca38f84d8641c53e2af0662d3a48864b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_bf4d2', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_exemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedexemption',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='ff636a703809f42b86f78bcc3fe1e493b59bd618', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_2017c', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_exemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedmeeting',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n     union \n        select o.community_id, null::bigint from touched t\n        join party_meeting k on k.activity_id = t.activity_id\n        join activities_participation p on p.activity_id = k.activity_id\n        join party_member m on m.resident_id = p.resident_id\n        join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n        union select o.community_id, null from touched t\n        join party_attendancenote n on n.meeting_id = t.activity_id\n        join party_membership s on s.member_id = n.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e394d19d2a2327f09401c8a9df940e5ec7bd3e22', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_6d70c', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_meeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedmeeting',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where activity_id in (select n.activity_id from old_rows o join new_rows n using (activity_id) where (o.organisation_id, o.kind, o.slot_start, o.is_first_topic) is distinct from (n.organisation_id, n.kind, n.slot_start, n.is_first_topic))) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n     union \n        select o.community_id, null::bigint from touched t\n        join party_meeting k on k.activity_id = t.activity_id\n        join activities_participation p on p.activity_id = k.activity_id\n        join party_member m on m.resident_id = p.resident_id\n        join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n        union select o.community_id, null from touched t\n        join party_attendancenote n on n.meeting_id = t.activity_id\n        join party_membership s on s.member_id = n.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='4ab644394e6c978b56626957fe98590324352fcf', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_811d2', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_meeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedmeeting',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n     union \n        select o.community_id, null::bigint from touched t\n        join party_meeting k on k.activity_id = t.activity_id\n        join activities_participation p on p.activity_id = k.activity_id\n        join party_member m on m.resident_id = p.resident_id\n        join party_membership s on s.member_id = m.id join party_organisation o on o.id = s.organisation_id\n        union select o.community_id, null from touched t\n        join party_attendancenote n on n.meeting_id = t.activity_id\n        join party_membership s on s.member_id = n.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='fa912b2131b69921bb4dbc75e9f7982301e5f44d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_d46e8', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_meeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedmeetingrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='1ed0e2704f6f8fa4c37afaca8d2057a7b76e29d1', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_eae51', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_meetingrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedmeetingrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.organisation_id, o.kind, o.every, o.grace_days, o.starts_on) is distinct from (n.organisation_id, n.kind, n.every, n.grace_days, n.starts_on))) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='1d40027d7d4e0bb786eabbd864b38ff6f71728f9', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_a5c51', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_meetingrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedmeetingrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='78785e926cbf42b51d1e73bd4cb838279ef24be1', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_8745b', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_meetingrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedmember',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.resident_id) is distinct from (n.resident_id))) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e73de29357fa4b5847c2d2f8e6a67bfafd19bc39', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_7c206', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_member', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedoffice',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id union \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e98894b4b4f458de8a870ac9d1afc8a337d99a5d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_add5a', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_office', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedoffice',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.organisation_id, o.post, o.member_id, o.since, o.until) is distinct from (n.organisation_id, n.post, n.member_id, n.since, n.until))) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id union \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='b59350dfe79c1491c7a085a70affcea19fd427d2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_b56d5', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_office', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedoffice',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id union \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='67a3891e113e903ac347b7d867a78a4182a6bb75', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_82fe3', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_office', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedorganisation',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select t.community_id, null::bigint from touched t union \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e6459de36c1b73c55816b3e9c9534f94491d2d4c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_c463b', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_organisation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedorganisation',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.community_id, o.kind, o.has_committee, o.founded_on, o.closed_on) is distinct from (n.community_id, n.kind, n.has_committee, n.founded_on, n.closed_on))) select t.community_id, null::bigint from touched t union \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='2d1998dcccd2c7f382165be51d12d5ba5c02ec5b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_3543d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_organisation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedorganisation',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select t.community_id, null::bigint from touched t union \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='f0528978b7a96b74500cd78c55f1f951a98b3fb6', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_c853f', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_organisation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpledge',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id union \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='afbbc2bc0501b36346416e991c266fc63545e8a8', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_8bc22', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_pledge', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpledge',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.organisation_id, o.member_id, o.side, o.year, o.signed_on, o.published_at) is distinct from (n.organisation_id, n.member_id, n.side, n.year, n.signed_on, n.published_at))) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id union \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e3aca12a3080bc35cdcc036d91d85495188e221c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_e4d0a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_pledge', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpledge',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id union \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='5718db96913028a6ec17b937f2f10c05254ff0ba', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_d4bc3', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_pledge', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpledgeitem',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select o.community_id, null::bigint from touched t\n    join party_pledge g on g.id = t.pledge_id join party_organisation o on o.id = g.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='3b541011acf2a1671e96c15e5d9309695ce06633', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_019c1', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_pledgeitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpledgeitem',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.pledge_id, o.is_public, o.reviewed_at, o.result_published_at) is distinct from (n.pledge_id, n.is_public, n.reviewed_at, n.result_published_at))) \n    select o.community_id, null::bigint from touched t\n    join party_pledge g on g.id = t.pledge_id join party_organisation o on o.id = g.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='6f9748b0356e509945a8a3f72ffea3cfa57547b4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_aa4a6', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_pledgeitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpledgeitem',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select o.community_id, null::bigint from touched t\n    join party_pledge g on g.id = t.pledge_id join party_organisation o on o.id = g.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='5ec785706fc62e0a1bba04339fe9845a0148a739', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_8f925', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_pledgeitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpostclaim',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='9f84b0cb336d7403fc4617498950b03051d9d10c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_141af', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_postclaim', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpostclaim',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.member_id, o.since, o.until) is distinct from (n.member_id, n.since, n.until))) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='772bf843f72d499b3e1fb33e14db7f45e7f8b874', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_28fea', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_postclaim', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedpostclaim',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='6230c086c4f865dec9be1dcfec9b91ad0fc7ba00', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_464d6', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_postclaim', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedservicefield',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.is_priority) is distinct from (n.is_priority))) \n    select v.community_id, null::bigint from touched t\n    join volunteers_servicerecord r on r.field_id = t.id join volunteers_volunteer v on v.id = r.volunteer_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='4589e2d736c3d5ae99afcbd23cd4b5143f8961d6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_5276a', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='volunteers_servicefield', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedservicelink',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='761aa1d151a9daa0708460f897b4e31e98defc32', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_c24f6', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_servicelink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedservicelink',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.member_id, o.grid_id, o.household_id, o.since, o.until) is distinct from (n.member_id, n.grid_id, n.household_id, n.since, n.until))) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='c38b972adcf7091b5dc17b4273a27d7b69c72018', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_d3c96', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_servicelink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedservicelink',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select o.community_id, null::bigint from touched t\n    join party_membership s on s.member_id = t.member_id join party_organisation o on o.id = s.organisation_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='3911961992b7ea66a93d026d007fa9fd95774ef3', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_2a865', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_servicelink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedservicerecord',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select v.community_id, null::bigint from touched t join volunteers_volunteer v on v.id = t.volunteer_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='22c86757384fa195d631b4e426a32dd29dc66a80', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_b0a70', referencing='REFERENCING NEW TABLE AS new_rows ', table='volunteers_servicerecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedservicerecord',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.volunteer_id, o.field_id, o.starts_at, o.ends_at, o.confirmed_at, o.withdrawn_at) is distinct from (n.volunteer_id, n.field_id, n.starts_at, n.ends_at, n.confirmed_at, n.withdrawn_at))) select v.community_id, null::bigint from touched t join volunteers_volunteer v on v.id = t.volunteer_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='153e119c57299fda97c46910dab0be21cf33451c', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_e6de3', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='volunteers_servicerecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedservicerecord',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select v.community_id, null::bigint from touched t join volunteers_volunteer v on v.id = t.volunteer_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='fcfbcc7d6b3a674aaaa5f5063f81a075f89b10b3', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_b1009', referencing='REFERENCING OLD TABLE AS old_rows ', table='volunteers_servicerecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedslotexemption',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='04b58cd87b2271eef8f306f338f7e199affc1efc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_a754f', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_slotexemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedslotexemption',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.organisation_id, o.kind, o.slot_start) is distinct from (n.organisation_id, n.kind, n.slot_start))) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='608a2c44ecdf4be840a34288b689aa5c967f9631', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_5e935', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_slotexemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedslotexemption',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n        select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id\n        union select o.community_id, null from touched t\n        join party_office f on f.organisation_id = t.organisation_id\n        join party_membership s on s.member_id = f.member_id join party_organisation o on o.id = s.organisation_id\n    ) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='657d8f792e521cea95365ae4c5458b1dc98a739c', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_1becf', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_slotexemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedspellinbranch',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='3d07467b4113cb9713cd959395403d840dfaa156', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_a99b8', referencing='REFERENCING NEW TABLE AS new_rows ', table='party_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedspellinbranch',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.member_id, o.organisation_id, o.group_id, o.since, o.until) is distinct from (n.member_id, n.organisation_id, n.group_id, n.since, n.until))) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='45165a9f5bb07a5ef65925e661b238ee9b25d701', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_715f1', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='party_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedspellinbranch',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select o.community_id, null::bigint from touched t join party_organisation o on o.id = t.organisation_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='1fd163019f132c8b5d751b19e09ccb07a872d97f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_57f26', referencing='REFERENCING OLD TABLE AS old_rows ', table='party_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvolunteer',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, null from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='7d0f87cc42f80894f8c15695b1a1ab4bccd54657', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_67aa4', referencing='REFERENCING NEW TABLE AS new_rows ', table='volunteers_volunteer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvolunteer',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.community_id, o.resident_id, o.registered_on, o.left_on) is distinct from (n.community_id, n.resident_id, n.registered_on, n.left_on))) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, null from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e97c9e4c197c5985783347eec7841ded34af84d7', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_13d93', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='volunteers_volunteer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvolunteer',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, null from touched t\n    join grids_residence s on s.resident_id = t.resident_id join grids_grid g on g.id = s.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='b67d8c14c7258642e3dd1a8fc6fb44534a488b9f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_e458f', referencing='REFERENCING OLD TABLE AS old_rows ', table='volunteers_volunteer', when='AFTER')),
        ),
    ]
