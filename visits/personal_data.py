"""Which personal data visits keep, and why (communities/personal.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from communities.personal import Basis, Category, Holding

HOLDINGS = [
    Holding(
        "visits.Visit",
        "household outcome visited_at follow_up_on followed_up_at",
        _("知道哪些住户走访过、还有什么事没办"),
        Basis.DUTY,
        Category.BASIC,
        "visits",
        Permission.MANAGE_VISITS,
    ),
    Holding(
        "visits.Need",
        "kind wish due_on result closed_at",
        _("办理居民提出的需求"),
        Basis.CONSENT,
        Category.BASIC,
        "wishes",
        Permission.MANAGE_VISITS,
    ),
]

PLAIN = {
    "visits.VisitItem": "name",
    "visits.NeedKind": "name",
    "visits.VisitPlan": "name",
    "visits.Visit": "recorded_at withdrawn_at withdraw_reason client_token",
}
