"""Which rows of which table the web processes may meet: one table of paths, and the policies made of it.

A path leads from a row to its community, as Django writes it ("activity__community"); a row is met when one of its
paths ends in a community of the scope (accounts/scope.py). Putting the policies in place: privacy/database_roles.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

WEB, WORKER = "portal_web", "portal_worker"
# Wrapped in `select`, the setting is read once a statement, and an index on community_id is used. Not told, or told
# nothing: nothing.
MINE = "any ((select string_to_array(nullif(current_setting('app.communities', true), ''), ',')::bigint[])::bigint[])"
ME = "(select nullif(current_setting('app.user', true), '')::bigint)"
STREETS = f"(select street_id from communities_community where id = {MINE})"

# What a path may end in: the community itself, the street in which it lies, or the account of who is signed in.
ENDS = {"community": f"= {MINE}", "street": f"in {STREETS}", "by": f"= {ME}", "uploaded_by": f"= {ME}"}
# Of these there are few: a list made once a statement is quicker than a look at each row.
SHORT_LISTS = {"grids.Grid", "party.Organisation", "surveys.WaveLink"}

PATHS: dict[str, tuple[str, ...]] = {
    "grids.Household": ("building__grid__community",),
    "grids.Resident": ("community",),
    # Where somebody lived before stands in the register of where she lives now.
    "grids.Residence": ("grid__community", "resident__community"),
    "grids.GroupMembership": ("resident__community",),
    "grids.GuardianConsent": ("resident__community",),
    "grids.Appointment": ("grid__community",),
    "grids.ResidentExport": ("by",),
    "imports.ResidentImport": ("street",),
    "imports.ImportFile": ("resident_import__street",),
    "imports.ImportProgress": ("resident_import__street",),
    "imports.StagedRow": ("resident_import__street",),
    "imports.ImportMessage": ("resident_import__street",),
    # A row of one street may name somebody who is registered in another: that one decides.
    "imports.ImportReview": ("resident_import__street", "resident__community"),
    "imports.ImportMissing": ("resident_import__street",),
    "imports.ImportTrace": ("resident_import__street",),
    "imports.ImportBefore": ("resident_import__street",),
    # Who goes to an activity next door is met there and at home.
    "activities.Participation": ("grid__community", "activity__community", "resident__community"),
    "activities.Outsider": ("activity__community",),
    "activities.CheckIn": ("activity__community", "resident__community"),
    "activities.PersonalCode": ("resident__community",),
    "activities.SignUp": ("activity__community", "resident__community"),
    "activities.ActivityPhoto": ("activity__community", "uploaded_by"),
    "visits.Visit": ("community",),
    "visits.Need": ("visit__community",),
    "visits.Visit_plans": ("visit__community",),
    "visits.Visit_items": ("visit__community",),
    "visits.VisitPlan_households": ("visitplan__community",),
    "surveys.NamedAnswer": ("link__community",),
    "surveys.SampledResident": ("resident__community",),
    # A member is met at home and in the branches she was ever in.
    "party.Member": ("resident", "memberships__organisation__community"),
    "party.Membership": ("organisation__community",),
    "party.Exemption": ("member",),
    "party.ServiceLink": (
        "grid__community",
        "member",
        "household__building__grid__community",
        "building__grid__community",
    ),
    "party.Registration": ("organisation__community", "resident"),
    "party.Office": ("organisation__community", "member"),
    "party.AttendanceNote": ("meeting__organisation__community",),
    "party.Pledge": ("organisation__community",),
    "party.PledgeItem": ("pledge__organisation__community",),
    "party.PostClaim": ("post__organisation__community",),
    "party.PostReview": ("claim__post__organisation__community",),
    "volunteers.Volunteer": ("community", "resident__community"),
    "volunteers.Volunteer_skills": ("volunteer",),
    "volunteers.Volunteer_free_times": ("volunteer",),
    "volunteers.ServiceRecord": ("volunteer", "activity__community"),
    "volunteers.RecordEntry": ("volunteer",),
    "volunteers.Thanks": ("volunteer",),
    "volunteers.Certificate": ("volunteer",),
    "volunteers.ShiftSignUp": ("need__shift__activity__community", "volunteer"),
    "volunteers.TeamMember": ("team__community",),
    "privacy.SubjectRequest": ("community",),
}

# Tables that name a protected row and are open all the same, each with its reason.
OPEN: dict[str, str] = {}

# Residents of elsewhere who are met all the same, to be read and not to be changed: who lived here, and whom a branch
# or the volunteers of a community here have on their lists. A function of the tables' owner, or the policies of these
# tables would ask each other in circles. The list is made once a statement, and only for rows of elsewhere.
GUESTS = "portal_guests"
CREATE_GUESTS = f"""
    create or replace function {GUESTS}() returns setof bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $guests$
        select s.resident_id from public.grids_residence s join public.grids_grid g on g.id = s.grid_id
        where g.community_id = {MINE}
        union all
        select m.resident_id from public.party_organisation o
        join public.party_membership s on s.organisation_id = o.id join public.party_member m on m.id = s.member_id
        where o.community_id = {MINE}
        union all
        select v.resident_id from public.volunteers_volunteer v
        where v.community_id = {MINE} and v.resident_id is not null
    $guests$
"""


# A street that imports a list may name somebody of ours: we read its question, and of the list that one row.
ASKING = "portal_asking_imports"
CREATE_ASKING = f"""
    create or replace function {ASKING}() returns setof bigint
    language sql stable security definer set search_path = pg_catalog, public, pg_temp as $asking$
        select v.resident_import_id from public.imports_importreview v
        join public.grids_resident r on r.id = v.resident_id
        where v.kind = 'elsewhere' and r.community_id = {MINE}
    $asking$
"""
FUNCTIONS = (CREATE_GUESTS, CREATE_ASKING)
# Beside the paths, these rows may be read and not changed: model -> (name of the policy, condition).
READABLE = {
    "grids.Resident": ("guests", f"grids_resident.id in (select {GUESTS}())"),
    "imports.ResidentImport": ("asking", f"imports_residentimport.id in (select {ASKING}())"),
    "imports.StagedRow": (
        "asking",
        "exists (select 1 from imports_importreview v where v.kind = 'elsewhere' and v.position = "
        "imports_stagedrow.position and v.resident_import_id = imports_stagedrow.resident_import_id)",
    ),
}


@dataclass(frozen=True)
class Policy:
    """What a role may meet of a table: `command` is "all" or "select"."""

    name: str
    role: str
    command: str
    condition: str


@dataclass(frozen=True)
class Table:
    """A protected table with its policies: a row is met when one of them holds."""

    name: str
    policies: tuple[Policy, ...]


def list_tables() -> list[Table]:
    """Return the protected tables."""
    return [make_table(label) for label in PATHS]


def make_table(label: str) -> Table:
    """Return the protected table of a model."""
    model = apps.get_model(label)
    table = model._meta.db_table
    own = " or ".join(make_condition(model, path, table) for path in PATHS[label])
    policies = [Policy("own_areas", WEB, "all", own), Policy("computations", WORKER, "all", "true")]
    if label in READABLE:
        name, condition = READABLE[label]
        policies.append(Policy(name, WEB, "select", condition))
    return Table(table, tuple(policies))


def make_condition(model: Any, path: str, row: str) -> str:
    """Return the condition that a path leads from `row`, a row of the model, into the scope."""
    name, _between, rest = path.partition("__")
    field: Any = model._meta.get_field(name)
    if not rest and name in ENDS:
        return f"{row}.{field.column} {ENDS[name]}"
    parent = field.related_model
    table, key = parent._meta.db_table, parent._meta.pk.column
    inner = f" and {make_condition(parent, rest, table)}" if rest else ""  # without a rest the parent's policy decides
    if isinstance(field, models.ForeignKey) and parent._meta.label in SHORT_LISTS:
        return f"{row}.{field.column} in (select {table}.{key} from {table} where true{inner})"
    if isinstance(field, models.ForeignKey):
        join = f"{table}.{key} = {row}.{field.column}"
    else:  # the other way round: rows that name this one
        join = f"{table}.{field.field.column} = {row}.{model._meta.pk.column}"
    return f"exists (select 1 from {table} where {join}{inner})"


def list_unprotected() -> Iterator[str]:
    """Yield the models that name a row of a protected table and are neither protected nor open for a reason."""
    protected = {apps.get_model(label) for label in PATHS}
    for model in apps.get_models(include_auto_created=True):
        keys = [field for field in model._meta.concrete_fields if field.is_relation]
        label = model._meta.label
        if (
            protected & {key.related_model for key in keys}
            and not model._meta.proxy
            and label not in PATHS
            and label not in OPEN
        ):
            yield label
