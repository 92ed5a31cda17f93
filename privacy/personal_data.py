"""Which personal data answers to people about their own data keep, and why (communities/personal.py)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from communities.personal import Basis, Category, Holding

HOLDINGS = [
    Holding(
        "privacy.SubjectRequest",
        "resident_id kind asker asked_on done_at outcome",
        _("按时答复居民对自己信息的请求"),
        Basis.LAW,
        Category.BASIC,
        "requests",
        Permission.ANSWER_SUBJECTS,
    ),
]

PLAIN: dict[str, str] = {}
