"""Who may do what, and over which level of area: two tables that a non-programmer can read. Nothing else decides."""

from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does here. System, security and audit administration are separate hands (rule R22)."""

    PLATFORM_ADMIN = "platform_admin", _("平台管理员")
    DISTRICT_ADMIN = "district_admin", _("区级账号管理员")
    WORKER = "worker", _("社区工作者")
    GRID_MEMBER = "grid_member", _("网格员")
    STREET_OFFICER = "street_officer", _("街道工作人员")
    DISTRICT_OFFICER = "district_officer", _("区级工作人员")
    DATA_ADMIN = "data_admin", _("底册管理员")
    SECURITY_ADMIN = "security_admin", _("账号管理员")
    AUDITOR = "auditor", _("审计员")
    BRANCH_SECRETARY = "branch_secretary", _("党支部书记")
    VOLUNTEER_COORDINATOR = "coordinator", _("志愿服务管理员")


class Level(models.TextChoices):
    """The level of area a role works on."""

    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    DISTRICT = "district", _("区县")
    PLATFORM = "platform", _("平台")


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
    VIEW_PARTY = "view_party"
    LEAD_PARTY = "lead_party"
    MANAGE_ORGANISATIONS = "manage_organisations"
    IMPORT_ROSTER = "import_roster"
    MANAGE_VOLUNTEERS = "manage_volunteers"
    CONFIRM_HOURS = "confirm_hours"
    CERTIFY_SERVICE = "certify_service"
    EXPORT_VOLUNTEERS = "export_volunteers"
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
    DELEGATE = "delegate"
    VIEW_ACCESS_TABLE = "view_access_table"
    SET_SIGN_IN_RULES = "set_sign_in_rules"
    SET_UP_AREAS = "set_up_areas"
    ANSWER_SUBJECTS = "answer_subjects"
    VIEW_AUDIT = "view_audit"


# What the permission lets one do, in the words of the page that shows this table.
WORDS_OF_PERMISSION: dict[Permission, str | Promise] = {
    Permission.VIEW_RESIDENTS: _("查找和查看居民（姓名、证件号、电话打码）"),
    Permission.UNMASK_RESIDENTS: _("逐项查看居民的完整信息，每次都要选用途，并留下记录"),
    Permission.EDIT_RESIDENTS: _("登记居民、更正资料、办理迁入迁出"),
    Permission.MERGE_RESIDENTS: _("合并重复登记的居民"),
    Permission.IMPORT_RESIDENTS: _("用表格导入居民"),
    Permission.EXPORT_RESIDENTS: _("导出居民名单（打码）"),
    Permission.EXPORT_UNMASKED: _("导出不打码的居民名单"),
    Permission.MANAGE_POSTS: _("安排网格员、楼栋长等岗位"),
    Permission.CHANGE_AREAS: _("合并、拆分社区和网格，上传网格边界"),
    Permission.ADMINISTER: _("维护楼栋、人群类别、活动类型等底册设置"),
    Permission.LOG_ACTIVITIES: _("记活动"),
    Permission.PLAN_ACTIVITIES: _("发布活动计划，管理报名"),
    Permission.CHECK_IN: _("给参加活动的人签到"),
    Permission.VERIFY_ACTIVITIES: _("核验活动"),
    Permission.MANAGE_VISITS: _("走访居民，记下诉求"),
    Permission.VIEW_CADENCE: _("查看活动频次"),
    Permission.MANAGE_CADENCE: _("设定活动频次要求"),
    Permission.VIEW_ACTIVITIES: _("查看活动和日历"),
    Permission.VIEW_PHOTOS: _("查看活动照片"),
    Permission.VIEW_SURVEYS: _("查看调查和结果"),
    Permission.DESIGN_SURVEYS: _("设计和发布调查"),
    Permission.COLLECT_ANSWERS: _("收集问卷，录入纸质问卷"),
    Permission.DELIVER_CARDS: _("上门送调查卡"),
    Permission.READ_NAMED_ANSWERS: _("阅读实名调查的回答"),
    Permission.EXPORT_ANSWERS: _("导出调查数据"),
    Permission.VIEW_PARTY: _("查看党组织和党建数字"),
    Permission.LEAD_PARTY: _("管理自己任书记的党组织和党员"),
    Permission.MANAGE_ORGANISATIONS: _("设立党组织，任命书记"),
    Permission.IMPORT_ROSTER: _("导入党员名册"),
    Permission.MANAGE_VOLUNTEERS: _("管理志愿者和志愿服务队"),
    Permission.CONFIRM_HOURS: _("确认志愿服务时长"),
    Permission.CERTIFY_SERVICE: _("开具志愿服务证明"),
    Permission.EXPORT_VOLUNTEERS: _("导出志愿服务记录"),
    Permission.VIEW_FIGURES: _("查看看板和指标"),
    Permission.FILL_GAPS: _("把缺口变成工作安排"),
    Permission.REPORT_FIGURES: _("上报数字"),
    Permission.CLOSE_PERIODS: _("给季度和年度封账"),
    Permission.SET_TARGETS: _("设定指标目标"),
    Permission.MANAGE_WALLS: _("管理大屏链接"),
    Permission.GET_ALERTS: _("接收指标提醒"),
    Permission.VIEW_HEALTH: _("查看系统状态"),
    Permission.RETRY_FIGURES: _("让停下的计算重新开始"),
    Permission.MANAGE_ACCOUNTS: _("开立、修改、停用下一级的账号"),
    Permission.DELEGATE: _("把自己的工作临时托付给同街道的同事"),
    Permission.VIEW_ACCESS_TABLE: _("查看权限表"),
    Permission.SET_SIGN_IN_RULES: _("规定哪些角色登录要动态口令"),
    Permission.SET_UP_AREAS: _("设立区县、街道和社区"),
    Permission.ANSWER_SUBJECTS: _("答复居民对本人信息的查询、更正和删除"),
    Permission.VIEW_AUDIT: _("查阅审计记录"),
}

LEVEL_OF_ROLE = {
    Role.PLATFORM_ADMIN: Level.PLATFORM,
    Role.DISTRICT_ADMIN: Level.DISTRICT,
    Role.WORKER: Level.COMMUNITY,
    Role.GRID_MEMBER: Level.COMMUNITY,
    Role.STREET_OFFICER: Level.STREET,
    Role.DISTRICT_OFFICER: Level.DISTRICT,
    Role.DATA_ADMIN: Level.STREET,
    Role.SECURITY_ADMIN: Level.STREET,
    Role.AUDITOR: Level.STREET,
    Role.BRANCH_SECRETARY: Level.COMMUNITY,
    Role.VOLUNTEER_COORDINATOR: Level.COMMUNITY,
}

# Accounts are in the hands of the level above: who sees persons or figures never gives access to them.
MANAGED_BY = {
    Role.PLATFORM_ADMIN: Role.PLATFORM_ADMIN,
    Role.DISTRICT_ADMIN: Role.PLATFORM_ADMIN,
    Role.DISTRICT_OFFICER: Role.PLATFORM_ADMIN,
    Role.STREET_OFFICER: Role.DISTRICT_ADMIN,
    Role.DATA_ADMIN: Role.DISTRICT_ADMIN,
    Role.SECURITY_ADMIN: Role.DISTRICT_ADMIN,
    Role.AUDITOR: Role.DISTRICT_ADMIN,
    Role.WORKER: Role.SECURITY_ADMIN,
    Role.GRID_MEMBER: Role.SECURITY_ADMIN,
    Role.BRANCH_SECRETARY: Role.SECURITY_ADMIN,
    Role.VOLUNTEER_COORDINATOR: Role.SECURITY_ADMIN,
}

# Roles that watch over the others (rule R22): each kind is in hands of its own, also for a week.
HAND_OF_ROLE: dict[str, str] = {
    Role.PLATFORM_ADMIN: "platform",
    Role.DISTRICT_ADMIN: "accounts",
    Role.SECURITY_ADMIN: "accounts",
    Role.AUDITOR: "audit",
}

# Of the persons in the area, these roles meet only those of the grids in which they hold a post.
BOUND_TO_GRIDS = frozenset({Role.GRID_MEMBER})

# What is lent is not lent on, and who acts for somebody else settles nothing in that person's name for good.
NOT_WHILE_ACTING = frozenset({Permission.DELEGATE})

PERMISSIONS_OF_ROLE: dict[str, frozenset[Permission]] = {
    # Who runs the portal meets neither persons nor figures.
    Role.PLATFORM_ADMIN: frozenset(
        {
            Permission.MANAGE_ACCOUNTS,
            Permission.VIEW_ACCESS_TABLE,
            Permission.SET_SIGN_IN_RULES,
            Permission.SET_UP_AREAS,
            Permission.VIEW_HEALTH,
            Permission.RETRY_FIGURES,
        }
    ),
    Role.DISTRICT_ADMIN: frozenset({Permission.MANAGE_ACCOUNTS, Permission.VIEW_ACCESS_TABLE}),
    # On foot in the own grids: logs, checks in and visits; changes no register, and designs nothing.
    Role.GRID_MEMBER: frozenset(
        {
            Permission.VIEW_RESIDENTS,
            Permission.UNMASK_RESIDENTS,
            Permission.LOG_ACTIVITIES,
            Permission.CHECK_IN,
            Permission.VIEW_ACTIVITIES,
            Permission.VIEW_PHOTOS,
            Permission.MANAGE_VISITS,
            Permission.VIEW_CADENCE,
            Permission.DELIVER_CARDS,
            Permission.VIEW_FIGURES,
        }
    ),
    Role.WORKER: frozenset(
        {
            Permission.DELEGATE,
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
            # Of organisations that she leads as secretary, and of no other.
            Permission.VIEW_PARTY,
            Permission.LEAD_PARTY,
            Permission.IMPORT_ROSTER,
            Permission.MANAGE_VOLUNTEERS,
            Permission.CONFIRM_HOURS,
            Permission.CERTIFY_SERVICE,
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
            Permission.DELEGATE,
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
            Permission.VIEW_PARTY,
            Permission.MANAGE_ORGANISATIONS,
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
            Permission.DELEGATE,
            Permission.ANSWER_SUBJECTS,
            Permission.VIEW_RESIDENTS,
            Permission.UNMASK_RESIDENTS,
            Permission.EDIT_RESIDENTS,
            Permission.MERGE_RESIDENTS,
            Permission.IMPORT_RESIDENTS,
            Permission.EXPORT_RESIDENTS,
            Permission.EXPORT_UNMASKED,
            Permission.EXPORT_VOLUNTEERS,
            Permission.IMPORT_ROSTER,
            Permission.MANAGE_POSTS,
            Permission.CHANGE_AREAS,
            Permission.ADMINISTER,
            Permission.VIEW_FIGURES,
            Permission.MANAGE_WALLS,
            Permission.VIEW_HEALTH,
            Permission.RETRY_FIGURES,
        }
    ),
    Role.SECURITY_ADMIN: frozenset(
        {
            Permission.MANAGE_ACCOUNTS,
            Permission.VIEW_ACCESS_TABLE,
            Permission.VIEW_HEALTH,
            Permission.RETRY_FIGURES,
        }
    ),
    Role.AUDITOR: frozenset({Permission.VIEW_AUDIT, Permission.VIEW_ACCESS_TABLE}),
    # Who her members are, and who of them came, is seen by nobody else: rows by Organisation.objects.led_by().
    Role.BRANCH_SECRETARY: frozenset(
        {
            Permission.DELEGATE,
            Permission.VIEW_PARTY,
            Permission.LEAD_PARTY,
            Permission.IMPORT_ROSTER,
            Permission.VIEW_ACTIVITIES,
            Permission.VIEW_FIGURES,
        }
    ),
    Role.VOLUNTEER_COORDINATOR: frozenset(
        {
            Permission.DELEGATE,
            Permission.MANAGE_VOLUNTEERS,
            Permission.CONFIRM_HOURS,
            Permission.CERTIFY_SERVICE,
            Permission.PLAN_ACTIVITIES,
            Permission.CHECK_IN,
            Permission.VIEW_ACTIVITIES,
            Permission.VIEW_FIGURES,
        }
    ),
}


def roles_managed_by(role: str) -> list[Role]:
    """Return the roles whose accounts are in the hands of this one, in the order of the table."""
    return [managed for managed in Role if MANAGED_BY.get(managed) == role]


def may_share_hands(own: str, lent: str) -> bool:
    """Tell whether somebody with the one role may for a while work in the other: watching roles never mix (R22)."""
    return HAND_OF_ROLE.get(own) == HAND_OF_ROLE.get(lent)
