"""Who may do what, and over which level of area: two tables that a non-programmer can read. Nothing else decides."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does here. System, security and audit administration are separate hands (rule R22)."""

    WORKER = "worker", _("社区工作者")
    STREET_OFFICER = "street_officer", _("街道工作人员")
    DISTRICT_OFFICER = "district_officer", _("区级工作人员")
    DATA_ADMIN = "data_admin", _("底册管理员")
    SECURITY_ADMIN = "security_admin", _("账号管理员")
    AUDITOR = "auditor", _("审计员")


class Level(models.TextChoices):
    """The level of area a role works on."""

    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区县")


class Permission(StrEnum):
    """Things one may do. On which rows is another question: User.communities()."""

    VIEW_RESIDENTS = "view_residents"
    UNMASK_RESIDENTS = "unmask_residents"
    EDIT_RESIDENTS = "edit_residents"
    MERGE_RESIDENTS = "merge_residents"
    IMPORT_RESIDENTS = "import_residents"
    EXPORT_RESIDENTS = "export_residents"
    EXPORT_UNMASKED = "export_unmasked"
    MANAGE_POSTS = "manage_posts"
    CHANGE_AREAS = "change_areas"
    ADMINISTER = "administer"
    LOG_ACTIVITIES = "log_activities"
    PLAN_ACTIVITIES = "plan_activities"
    CHECK_IN = "check_in"
    VERIFY_ACTIVITIES = "verify_activities"
    MANAGE_VISITS = "manage_visits"
    VIEW_CADENCE = "view_cadence"
    MANAGE_CADENCE = "manage_cadence"
    VIEW_ACTIVITIES = "view_activities"
    VIEW_PHOTOS = "view_photos"
    VIEW_SURVEYS = "view_surveys"
    DESIGN_SURVEYS = "design_surveys"
    COLLECT_ANSWERS = "collect_answers"
    DELIVER_CARDS = "deliver_cards"
    READ_NAMED_ANSWERS = "read_named_answers"
    EXPORT_ANSWERS = "export_answers"
    VIEW_FIGURES = "view_figures"
    FILL_GAPS = "fill_gaps"
    REPORT_FIGURES = "report_figures"
    CLOSE_PERIODS = "close_periods"
    SET_TARGETS = "set_targets"
    MANAGE_WALLS = "manage_walls"
    GET_ALERTS = "get_alerts"
    VIEW_HEALTH = "view_health"
    RETRY_FIGURES = "retry_figures"
    MANAGE_ACCOUNTS = "manage_accounts"
    VIEW_AUDIT = "view_audit"


LEVEL_OF_ROLE = {
    Role.WORKER: Level.COMMUNITY,
    Role.STREET_OFFICER: Level.STREET,
    Role.DISTRICT_OFFICER: Level.DISTRICT,
    Role.DATA_ADMIN: Level.STREET,
    Role.SECURITY_ADMIN: Level.STREET,
    Role.AUDITOR: Level.STREET,
}

PERMISSIONS_OF_ROLE: dict[str, frozenset[Permission]] = {
    Role.WORKER: frozenset(
        {
            Permission.VIEW_RESIDENTS,
            Permission.UNMASK_RESIDENTS,
            Permission.EDIT_RESIDENTS,
            Permission.LOG_ACTIVITIES,
            Permission.PLAN_ACTIVITIES,
            Permission.CHECK_IN,
            Permission.VIEW_ACTIVITIES,
            Permission.VIEW_PHOTOS,
            Permission.MANAGE_VISITS,
            Permission.VIEW_CADENCE,
            Permission.MANAGE_CADENCE,
            Permission.VIEW_SURVEYS,
            Permission.DESIGN_SURVEYS,
            Permission.COLLECT_ANSWERS,
            Permission.DELIVER_CARDS,
            Permission.READ_NAMED_ANSWERS,
            Permission.VIEW_FIGURES,
            Permission.FILL_GAPS,
            Permission.REPORT_FIGURES,
            Permission.GET_ALERTS,
        }
    ),
    # Street and district staff read aggregates, never persons (rule R11); workers have no export of persons (rule R4).
    # Who verifies an activity sees how many came, not who.
    Role.STREET_OFFICER: frozenset(
        {
            Permission.VIEW_FIGURES,
            Permission.FILL_GAPS,
            Permission.REPORT_FIGURES,
            Permission.VIEW_ACTIVITIES,
            Permission.VIEW_PHOTOS,
            Permission.VERIFY_ACTIVITIES,
            Permission.VIEW_CADENCE,
            Permission.MANAGE_CADENCE,
            Permission.VIEW_SURVEYS,
            Permission.DESIGN_SURVEYS,
            Permission.COLLECT_ANSWERS,
            Permission.EXPORT_ANSWERS,
            Permission.CLOSE_PERIODS,
            Permission.SET_TARGETS,
            Permission.MANAGE_WALLS,
            Permission.GET_ALERTS,
        }
    ),
    Role.DISTRICT_OFFICER: frozenset(
        {Permission.VIEW_FIGURES, Permission.VIEW_ACTIVITIES, Permission.VIEW_CADENCE, Permission.VIEW_SURVEYS}
    ),
    Role.DATA_ADMIN: frozenset(
        {
            Permission.VIEW_RESIDENTS,
            Permission.UNMASK_RESIDENTS,
            Permission.EDIT_RESIDENTS,
            Permission.MERGE_RESIDENTS,
            Permission.IMPORT_RESIDENTS,
            Permission.EXPORT_RESIDENTS,
            Permission.EXPORT_UNMASKED,
            Permission.MANAGE_POSTS,
            Permission.CHANGE_AREAS,
            Permission.ADMINISTER,
            Permission.VIEW_FIGURES,
            Permission.MANAGE_WALLS,
            Permission.VIEW_HEALTH,
            Permission.RETRY_FIGURES,
        }
    ),
    Role.SECURITY_ADMIN: frozenset({Permission.MANAGE_ACCOUNTS, Permission.VIEW_HEALTH, Permission.RETRY_FIGURES}),
    Role.AUDITOR: frozenset({Permission.VIEW_AUDIT}),
}
