"""Which personal data volunteers keep, and why (communities/personal.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from communities.personal import Basis, Category, Fate, Holding, Sealed
from volunteers.certificates import CONTENT
from volunteers.identities import GUARDIAN, ID_NUMBER, PHONE
from volunteers.sign_ups import PHONE as SHIFT_PHONE

HOLDINGS = [
    Holding(
        "volunteers.Volunteer",
        "resident name sex birth_date",
        _("知道谁是志愿者；居民的姓名只在底册里"),
        Basis.CONSENT,
        Category.BASIC,
        "volunteers",
        Permission.MANAGE_VOLUNTEERS,
        person="resident",
    ),
    Holding(
        "volunteers.Volunteer",
        "id_number phone phone_hash phone_kept",
        _("联系志愿者；证件号只用于开证明"),
        Basis.CONSENT,
        Category.SENSITIVE,
        "volunteers",
        Permission.MANAGE_VOLUNTEERS,
        person="resident",
        fate=Fate.STRIP,
    ),
    Holding(
        "volunteers.Volunteer",
        "guardian_name guardian_phone guardian_agreed_on",
        _("未成年志愿者的监护人同意"),
        Basis.LAW,
        Category.CHILD,
        "guardians",
        Permission.MANAGE_VOLUNTEERS,
        person="resident",
        fate=Fate.STRIP,
    ),
    Holding(
        "volunteers.Volunteer",
        "applied_at registered_on paused_since left_on reapplied_at",
        _("志愿者从申请到退出的经过"),
        Basis.CONSENT,
        Category.BASIC,
        "applications",
        Permission.MANAGE_VOLUNTEERS,
        person="resident",
    ),
    Holding(
        "volunteers.TeamMember",
        "volunteer resident is_leader since until",
        _("知道谁在哪个队"),
        Basis.CONSENT,
        Category.BASIC,
        "volunteers",
        Permission.MANAGE_VOLUNTEERS,
        person="resident|volunteer__resident",
    ),
    Holding(
        "volunteers.ShiftSignUp",
        "volunteer name phone phone_hash phone_kept source created_at cancelled_at",
        _("排班，有变化时通知"),
        Basis.CONSENT,
        Category.BASIC,
        "shift_sign_ups",
        Permission.MANAGE_VOLUNTEERS,
        person="volunteer__resident",
        fate=Fate.DELETE,
    ),
    Holding(
        "volunteers.ServiceRecord",
        "volunteer starts_at ends_at source recorded_at confirmed_at withdrawn_at withdraw_reason",
        _("志愿服务时长"),
        Basis.CONSENT,
        Category.BASIC,
        "hours",
        Permission.MANAGE_VOLUNTEERS,
        person="volunteer__resident",
    ),
    Holding(
        "volunteers.RecordEntry",
        "volunteer kind title by_unit on hours recorded_at",
        _("志愿者的培训和表彰"),
        Basis.CONSENT,
        Category.BASIC,
        "volunteers",
        Permission.MANAGE_VOLUNTEERS,
        person="volunteer__resident",
    ),
    Holding(
        "volunteers.Thanks",
        "volunteer occasion hours year how given_on",
        _("致谢的记录"),
        Basis.CONSENT,
        Category.BASIC,
        "hours",
        Permission.MANAGE_VOLUNTEERS,
        person="volunteer__resident",
    ),
    Holding(
        "volunteers.Certificate",
        "volunteer code first_day last_day minutes content issued_at revoked_at revoke_reason",
        _("志愿服务证明，持有人随时可以请人查验"),
        Basis.CONSENT,
        Category.SENSITIVE,
        "certificates",
        Permission.CERTIFY_SERVICE,
        person="volunteer__resident",
    ),
]

SEALED = [
    Sealed("volunteers.Volunteer", "id_number", ID_NUMBER),
    Sealed("volunteers.Volunteer", "phone", PHONE, hashed="phone_hash", hash_purpose="phone"),
    Sealed("volunteers.Volunteer", "guardian_phone", GUARDIAN),
    Sealed("volunteers.ShiftSignUp", "phone", SHIFT_PHONE, hashed="phone_hash", hash_purpose="phone"),
    Sealed("volunteers.Certificate", "content", CONTENT),
]

PLAIN = {
    "volunteers.Skill": "name",
    "volunteers.FreeTime": "name weekdays",
    "volunteers.ServiceField": "name",
    "volunteers.Volunteer": "client_token",
    "volunteers.Team": "name",
    "volunteers.Shift": "title place public_id",
}
