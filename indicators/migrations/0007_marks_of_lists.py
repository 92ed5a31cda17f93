"""Marks when the lists of plans, rules and activities change, a new grid comes, or an entry becomes complete."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0006_of_resident'),
        ('cadence', '0002_party_life_kinds'),
        ('indicators', '0006_frozen_figures'),
        ('visits', '0003_several_plans_and_withdrawal'),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkedGridOfActivity',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('activities.activity_target_grids',),
        ),
        migrations.CreateModel(
            name='MarkedGridOfPlan',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('visits.visitplan_grids',),
        ),
        migrations.CreateModel(
            name='MarkedGroupOfPlan',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('visits.visitplan_groups',),
        ),
        migrations.CreateModel(
            name='MarkedHouseholdOfPlan',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('visits.visitplan_households',),
        ),
        migrations.CreateModel(
            name='MarkedKindOfRule',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cadence.cadencerule_kinds',),
        ),
        migrations.CreateModel(
            name='MarkedProgrammeOfActivity',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('activities.activity_programmes',),
        ),
        migrations.CreateModel(
            name='MarkedThemeOfRule',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('cadence.cadencerule_themes',),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedresidence',
            name='mark_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedresident',
            name='mark_door_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedvisit',
            name='mark_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedvisit',
            name='mark_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedvisit',
            name='mark_delete',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgrid',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select t.community_id, t.id from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e429cd458cbdd98be20a35d05f525e8430f9940a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_e77f0', referencing='REFERENCING NEW TABLE AS new_rows ', table='grids_grid', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedresidence',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.grid_id, o.since, o.until, o.end_reason, o.resident_id) is distinct from (n.grid_id, n.since, n.until, n.end_reason, n.resident_id))) select g.community_id, g.id from touched t join grids_grid g on g.id = t.grid_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='fb4aa449f162ba20ad363c9920b8fd1ee08c9274', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_4de0c', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_residence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedresident',
            trigger=pgtrigger.compiler.Trigger(name='mark_door_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.household_id, o.id_hash, o.phone_hash) is distinct from (n.household_id, n.id_hash, n.phone_hash))) select t.community_id, null::bigint from touched t) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='73686910cb1b0a15f6bd25cd0b6ff2e1e13a33af', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_door_update_6ac01', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='grids_resident', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisit',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, null from touched t\n    join grids_household h on h.id = t.household_id\n    join grids_building b on b.id = h.building_id join grids_grid g on g.id = b.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='d73d677142244975393449e03c5991f3df4a6d0d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_16fad', referencing='REFERENCING NEW TABLE AS new_rows ', table='visits_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisit',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.community_id, o.household_id, o.outcome, o.visited_at, o.withdrawn_at, o.kind_id) is distinct from (n.community_id, n.household_id, n.outcome, n.visited_at, n.withdrawn_at, n.kind_id))) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, null from touched t\n    join grids_household h on h.id = t.household_id\n    join grids_building b on b.id = h.building_id join grids_grid g on g.id = b.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='a4e9b0e7de1315a1d1e98aab1eac899d4094a121', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_7d7bc', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='visits_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedvisit',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select t.community_id, null::bigint from touched t\n    union select g.community_id, null from touched t\n    join grids_household h on h.id = t.household_id\n    join grids_building b on b.id = h.building_id join grids_grid g on g.id = b.grid_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='91d1c92cace45e18498e271c2fdb42bbe3f8ab5a', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_d146b', referencing='REFERENCING OLD TABLE AS old_rows ', table='visits_visit', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgridofactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='1a46d7f0317d77ccb9d82ecafbf71c421b993966', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_46045', referencing='REFERENCING NEW TABLE AS new_rows ', table='activities_activity_target_grids', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgridofactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.activity_id, o.grid_id) is distinct from (n.activity_id, n.grid_id))) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='13cdb61ce38409cab230c2e61bda845d5ad6d8b4', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_efd53', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_activity_target_grids', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgridofactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='9257e3ac360e6c9bfe8070fc83133f536780c270', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_497a7', referencing='REFERENCING OLD TABLE AS old_rows ', table='activities_activity_target_grids', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgridofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='7a9816268304c14ce4378a683ffbe37a4bc32b90', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_9ae7b', referencing='REFERENCING NEW TABLE AS new_rows ', table='visits_visitplan_grids', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgridofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.visitplan_id, o.grid_id) is distinct from (n.visitplan_id, n.grid_id))) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='55b0102a332c6386ea200785cb6587d82c72c613', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_fc698', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='visits_visitplan_grids', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgridofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='05d19ee785a26ad1fc91b7bfb1999884380d10d2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_1d883', referencing='REFERENCING OLD TABLE AS old_rows ', table='visits_visitplan_grids', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgroupofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='fa77bd8842552fab90e277da57916eaa7f1c2d1c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_cdf05', referencing='REFERENCING NEW TABLE AS new_rows ', table='visits_visitplan_groups', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgroupofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.visitplan_id, o.populationgroup_id) is distinct from (n.visitplan_id, n.populationgroup_id))) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='05d75a56a1307a2a1e3363f5441ebe76ec29a7be', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_fc746', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='visits_visitplan_groups', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedgroupofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='34ecaaf4b4e9b33ca9b14d7d2a1dd2a7630680a2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_48b89', referencing='REFERENCING OLD TABLE AS old_rows ', table='visits_visitplan_groups', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedhouseholdofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='4401ec8310e3d372a383f2488bb96d113bc06a5d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_44d22', referencing='REFERENCING NEW TABLE AS new_rows ', table='visits_visitplan_households', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedhouseholdofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.visitplan_id, o.household_id) is distinct from (n.visitplan_id, n.household_id))) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='14faf3893775832dd5bf34ed1093318d45696d0a', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_14fb9', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='visits_visitplan_households', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedhouseholdofplan',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) select p.community_id, null::bigint from touched t join visits_visitplan p on p.id = t.visitplan_id) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='c0ea0c5e9ec33b1addee84851e6404199e6168a1', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_3e23b', referencing='REFERENCING OLD TABLE AS old_rows ', table='visits_visitplan_households', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedkindofrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select c.id, null::bigint from touched t join cadence_cadencerule r on r.id = t.cadencerule_id\n    join communities_community c on c.id = r.community_id or c.street_id = r.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='df9b808762e758a922896827482b537ba47e5348', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_570ec', referencing='REFERENCING NEW TABLE AS new_rows ', table='cadence_cadencerule_kinds', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedkindofrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.cadencerule_id, o.activitykind_id) is distinct from (n.cadencerule_id, n.activitykind_id))) \n    select c.id, null::bigint from touched t join cadence_cadencerule r on r.id = t.cadencerule_id\n    join communities_community c on c.id = r.community_id or c.street_id = r.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='3134cb9d366bf59c4a79f33c693b004467e32837', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_db1c8', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='cadence_cadencerule_kinds', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedkindofrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select c.id, null::bigint from touched t join cadence_cadencerule r on r.id = t.cadencerule_id\n    join communities_community c on c.id = r.community_id or c.street_id = r.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='bde1d5eb9ec16c46bf96e8751e53486faf78760a', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_8e747', referencing='REFERENCING OLD TABLE AS old_rows ', table='cadence_cadencerule_kinds', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedprogrammeofactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='91f4172ac2b91a6cbd2a476c02e5df8f7caa8c7d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_f2624', referencing='REFERENCING NEW TABLE AS new_rows ', table='activities_activity_programmes', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedprogrammeofactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.activity_id, o.programme_id) is distinct from (n.activity_id, n.programme_id))) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='a58629b62b07cd6d2333388462f2a6b9204935a0', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_451a3', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='activities_activity_programmes', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedprogrammeofactivity',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select a.community_id, null::bigint from touched t join activities_activity a on a.id = t.activity_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='1ae8920d1c58f6e8c8f85a9ac917f126633cf71f', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_d709e', referencing='REFERENCING OLD TABLE AS old_rows ', table='activities_activity_programmes', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedthemeofrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from new_rows) \n    select c.id, null::bigint from touched t join cadence_cadencerule r on r.id = t.cadencerule_id\n    join communities_community c on c.id = r.community_id or c.street_id = r.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='122749591f25ee4e1bcbe7c2b8439069d5f35d79', level='STATEMENT', operation='INSERT', pgid='pgtrigger_mark_insert_8a489', referencing='REFERENCING NEW TABLE AS new_rows ', table='cadence_cadencerule_themes', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedthemeofrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from (select * from old_rows union all select * from new_rows) both_rows where id in (select n.id from old_rows o join new_rows n using (id) where (o.cadencerule_id, o.theme_id) is distinct from (n.cadencerule_id, n.theme_id))) \n    select c.id, null::bigint from touched t join cadence_cadencerule r on r.id = t.cadencerule_id\n    join communities_community c on c.id = r.community_id or c.street_id = r.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='e5d97bdc88aadd49893d5cdb1131fa27404df590', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_mark_update_02334', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='cadence_cadencerule_themes', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markedthemeofrule',
            trigger=pgtrigger.compiler.Trigger(name='mark_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='execute $sql$\n    insert into indicators_dirtymark (community_id, grid_id, marked_at)\n    select community_id, grid_id, clock_timestamp()\n    from (select distinct * from (with touched as (select * from old_rows) \n    select c.id, null::bigint from touched t join cadence_cadencerule r on r.id = t.cadencerule_id\n    join communities_community c on c.id = r.community_id or c.street_id = r.street_id\n) as rows (community_id, grid_id)) as marks\n$sql$; return null;', hash='43308d4dc2812e6806934f58b4ba481ee8a1ac19', level='STATEMENT', operation='DELETE', pgid='pgtrigger_mark_delete_f5a56', referencing='REFERENCING OLD TABLE AS old_rows ', table='cadence_cadencerule_themes', when='AFTER')),
        ),
    ]
