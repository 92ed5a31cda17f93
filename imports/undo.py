"""Taking a written import back: who was edited since, and the statements that restore what stood before."""

from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from communities.keys import list_keys
from grids.models import GroupMembership, Household, Residence, Resident
from imports.models import ImportBefore, ImportTrace, ResidentImport

# Relations whose rows go or come back with the resident; any other row that names a newcomer is somebody's later work.
OWN_TABLES = (Residence, GroupMembership)

THESE = "resident_import_id = %s"
CHANGED = "select resident_id from imports_importbefore where {these}"
NEWCOMERS = "select unnest(residents) from imports_importtrace where {these}"
RESTORE = (
    "delete from grids_groupmembership where resident_id in ({changed})",
    "delete from grids_residence where resident_id in ({changed})",
    """update grids_resident r
       set (community_id, grid_id, household_id, name, initials, sex, birth_date, id_number, id_hash, id_kept, id_tail,
            phone, phone_hash, phone_kept, education, ethnic_group, occupation)
         = (select x.community_id, x.grid_id, (select h.id from grids_household h where h.id = x.household_id),
                   x.name, x.initials, x.sex, x.birth_date, x.id_number, x.id_hash, x.id_kept, x.id_tail,
                   x.phone, x.phone_hash, x.phone_kept, x.education, x.ethnic_group, x.occupation
            from jsonb_populate_record(null::grids_resident, b.person) x)
       from imports_importbefore b where b.{these} and r.id = b.resident_id""",
    """insert into grids_residence select x.* from imports_importbefore b,
       lateral jsonb_populate_recordset(null::grids_residence, b.spells) x where b.{these}""",
    """insert into grids_groupmembership select x.* from imports_importbefore b,
       lateral jsonb_populate_recordset(null::grids_groupmembership, b.memberships) x where b.{these}""",
    "delete from grids_groupmembership where resident_id in ({newcomers})",
    "delete from grids_residence where resident_id in ({newcomers})",
    "delete from grids_resident where id in ({newcomers})",
    # Doors that the import made and nobody uses.
    """delete from grids_household h where h.id in (select unnest(households) from imports_importtrace where {these})
       and not exists (select from grids_resident r where r.household_id = h.id){named}""",
    """delete from grids_building b where b.id in (select unnest(buildings) from imports_importtrace where {these})
       and not exists (select from grids_household h where h.building_id = b.id)
       and not exists (select from grids_appointment a where a.building_id = b.id)""",
    "delete from imports_importbefore where {these}",
    "delete from imports_importtrace where {these}",
    "delete from imports_stagedrow where {these}",
    "delete from imports_importreview where {these}",
)


def find_edited_since(job: ResidentImport) -> QuerySet[Resident]:
    """Return the residents whom an undo would rob of later work: edits, spells, memberships, or rows that name them."""
    trace = ImportTrace.objects.get(resident_import=job)
    touched = Resident.objects.filter(
        Q(pk__in=trace.residents) | Q(pk__in=ImportBefore.objects.filter(resident_import=job).values("resident"))
    )
    later = Q(changed_at__gt=min(trace.moments)) & ~Q(changed_at__in=trace.moments)
    edited: Any = later
    for model in OWN_TABLES:
        edited |= Exists(model.objects.filter(later, resident=OuterRef("pk")))
    for relation in Resident._meta.related_objects:
        other: Any = relation.related_model
        if other not in OWN_TABLES and other._meta.app_label != "imports":
            named = other._default_manager.filter(**{relation.field.name: OuterRef("pk")})
            edited |= Q(pk__in=trace.residents) & Exists(named)
    return touched.filter(edited).order_by("pk")


def restore(job: ResidentImport) -> None:
    """Put everything back that the import changed, in the caller's transaction, once find_edited_since() is empty."""
    named = "".join(  # a home that a visit names stays
        f" and not exists (select from {model._meta.db_table} c where c.{column} = h.id)"
        for model, column in list_keys(Household)
        if model._meta.app_label not in ("grids", "imports")
    )
    with connection.cursor() as cursor:
        for step in RESTORE:
            sql = (
                step.replace("{named}", named)
                .replace("{changed}", CHANGED)
                .replace("{newcomers}", NEWCOMERS)
                .replace("{these}", THESE)
            )
            cursor.execute(sql, [job.pk])
