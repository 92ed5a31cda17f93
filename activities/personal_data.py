"""Which personal data activities keep, and why (communities/personal.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from activities.signups import PHONE
from communities.personal import Basis, Category, Fate, Holding, Sealed

HOLDINGS = [
    Holding(
        "activities.Participation",
        "resident grid method recorded_at checked_in_at checked_out_at",
        _("统计服务到了多少人，没有漏下谁"),
        Basis.DUTY,
        Category.BASIC,
        "figures",
        Permission.VIEW_RESIDENTS,
        person="resident",
    ),
    Holding(
        "activities.Outsider",
        "name tail method recorded_at checked_in_at checked_out_at",
        _("签到时分清同名的人"),
        Basis.CONSENT,
        Category.BASIC,
        "outsiders",
        Permission.VIEW_RESIDENTS,
    ),
    Holding(
        "activities.CheckIn",
        "resident outsider direction method refusal claimed_at recorded_at settled_at",
        _("签到和补登记的依据"),
        Basis.CONSENT,
        Category.BASIC,
        "check_ins",
        Permission.CHECK_IN,
        person="resident",
        fate=Fate.DELETE,
    ),
    Holding(
        "activities.PersonalCode",
        "resident code issued_at",
        _("扫码签到"),
        Basis.CONSENT,
        Category.BASIC,
        "register",
        Permission.CHECK_IN,
        person="resident",
        fate=Fate.DELETE,
    ),
    Holding(
        "activities.ActivityPhoto",
        "image thumbnail consent uploaded_at",
        _("活动的记录"),
        Basis.CONSENT,
        Category.SENSITIVE,
        "photos",
        Permission.VIEW_PHOTOS,
    ),
    Holding(
        "activities.SignUp",
        "resident name phone phone_hash phone_kept source created_at cancelled_at told_at",
        _("留座位，有变化时通知报名的人"),
        Basis.CONSENT,
        Category.BASIC,
        "sign_ups",
        Permission.PLAN_ACTIVITIES,
        person="resident",
        fate=Fate.DELETE,
    ),
]

SEALED = [
    Sealed("activities.SignUp", "phone", PHONE, hashed="phone_hash", hash_purpose="phone"),
]

PLAIN = {
    "activities.ActivityKind": "name",
    "activities.Theme": "name",
    "activities.Programme": "name",
    "activities.ActivityTemplate": "name title description mode origin assigned_by place weekdays month_days festival",
    "activities.Activity": "title description place assigned_by public_id cancel_reason return_reason",
    "activities.Feedback": "tally shown",
    "activities.CheckIn": "client_id",
    "activities.ActivityPhoto": "form_token client_id width height",
}
