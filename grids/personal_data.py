"""Which personal data the register keeps, and why (communities/personal.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from communities.personal import Basis, Category, Fate, Holding, Sealed
from grids.exports import FILE_PURPOSE

HOLDINGS = [
    Holding(
        "grids.Resident",
        "name initials household",
        _("知道谁住在这里"),
        Basis.DUTY,
        Category.BASIC,
        "register",
        Permission.VIEW_RESIDENTS,
        person="pk",
        fate=Fate.STRIP,
    ),
    Holding(
        "grids.Resident",
        "id_number id_hash id_kept id_tail",
        _("分清同名的人，不重复登记"),
        Basis.DUTY,
        Category.SENSITIVE,
        "register",
        Permission.UNMASK_RESIDENTS,
        person="pk",
        fate=Fate.STRIP,
    ),
    Holding(
        "grids.Resident",
        "phone phone_hash phone_kept",
        _("联系本人"),
        Basis.CONSENT,
        Category.BASIC,
        "register",
        Permission.UNMASK_RESIDENTS,
        person="pk",
        fate=Fate.STRIP,
    ),
    Holding(
        "grids.Resident",
        "education ethnic_group",
        _("按需要安排活动和服务"),
        Basis.CONSENT,
        Category.SENSITIVE,
        "register",
        Permission.VIEW_RESIDENTS,
        person="pk",
        fate=Fate.STRIP,
    ),
    Holding(
        "grids.Resident",
        "sex birth_date",
        _("按年龄提供服务和统计；离开满 3 年只留年月"),
        Basis.DUTY,
        Category.BASIC,
        "figures",
        Permission.VIEW_RESIDENTS,
        person="pk",
    ),
    Holding(
        "grids.Resident",
        "occupation",
        _("按从业状况统计和安排服务"),
        Basis.CONSENT,
        Category.BASIC,
        "figures",
        Permission.VIEW_RESIDENTS,
        person="pk",
    ),
    Holding(
        "grids.Residence",
        "resident since until end_reason",
        _("知道什么时候住在哪个网格，统计才对得上"),
        Basis.DUTY,
        Category.BASIC,
        "figures",
        Permission.VIEW_RESIDENTS,
        person="resident",
    ),
    Holding(
        "grids.GroupMembership",
        "resident group since until",
        _("知道哪些服务适合"),
        Basis.CONSENT,
        Category.SENSITIVE,
        "figures",
        Permission.VIEW_RESIDENTS,
        person="resident",
    ),
    Holding(
        "grids.Appointment",
        "resident user post since until",
        _("知道谁负责哪个网格、哪栋楼"),
        Basis.CONSENT,
        Category.BASIC,
        "figures",
        Permission.VIEW_RESIDENTS,
        person="resident",
    ),
    Holding(
        "grids.GuardianConsent",
        "resident guardian form given_on withdrawn_on",
        _("14 岁以下儿童的监护人是否同意"),
        Basis.LAW,
        Category.CHILD,
        "register",
        Permission.VIEW_RESIDENTS,
        person="resident",
        fate=Fate.DELETE,
    ),
    Holding(
        "grids.ResidentExport",
        "content filters",
        _("办事用的名单，当天有效"),
        Basis.DUTY,
        Category.SENSITIVE,
        "resident_exports",
        Permission.EXPORT_RESIDENTS,
    ),
]

SEALED = [
    Sealed("grids.Resident", "id_number", "id_number", hashed="id_hash", hash_purpose="id_number", tail="id_tail"),
    Sealed("grids.Resident", "phone", "phone", hashed="phone_hash", hash_purpose="phone"),
    Sealed("grids.ResidentExport", "content", FILE_PURPOSE),
]

PLAIN = {
    "grids.Grid": "code name",
    "grids.GridBoundary": "geometry",
    "grids.Building": "name",
    "grids.Household": "unit room",  # a door; who lives behind it says Resident
    "grids.PopulationGroup": "code name",
    "grids.AreaChange": "detail",
    "grids.Resident": "changed_at",
    "grids.Residence": "changed_at",
    "grids.GroupMembership": "changed_at",
    "grids.ResidentExport": "purpose format is_masked status rows rows_done attempts created_at "
    "heartbeat_at expires_at",
}
