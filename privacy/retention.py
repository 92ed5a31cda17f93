"""All retention rules, and carrying them out once a day. Each app's own rules: <app>/retention.py."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.audit import record_of_system
from accounts.models import AuditEvent
from accounts.retention import RULES as ACCOUNTS
from activities.retention import RULES as ACTIVITIES
from communities.batches import delete_in_batches
from communities.personal import Rule
from grids.forgetting import due_residents, years_ago
from grids.retention import RULES as GRIDS
from imports.retention import RULES as IMPORTS
from operations.retention import RULES as OPERATIONS
from party.retention import RULES as PARTY
from privacy.forgetting import forget_left
from privacy.models import SubjectRequest
from surveys.retention import RULES as SURVEYS
from visits.retention import RULES as VISITS
from volunteers.retention import RULES as VOLUNTEERS

logger = logging.getLogger(__name__)

APPLIED = "retention.apply"


def old_requests() -> QuerySet[SubjectRequest]:
    """Return the answered requests that nobody complains about any more."""
    return SubjectRequest.objects.filter(done_at__date__lt=years_ago(settings.REQUEST_YEARS))


OWN = [
    Rule(
        "register",
        _("居民底册（姓名、证件号、手机号、住址）"),
        _("在本社区居住期间；迁出或去世 3 年后清除"),
        _("常有人迁回；超过 3 年不再需要。参与次数等数字保留，不带姓名"),
        count=lambda: due_residents().count(),
        apply=forget_left,
    ),
    Rule(
        "requests",
        _("个人信息请求的办理记录"),
        _("办结后 3 年"),
        _("有人投诉时能说清怎么办的"),
        count=lambda: old_requests().count(),
        apply=lambda: delete_in_batches(old_requests()),
    ),
]
RULES: list[Rule] = [
    *OWN,
    *GRIDS,
    *IMPORTS,
    *ACTIVITIES,
    *VISITS,
    *SURVEYS,
    *PARTY,
    *VOLUNTEERS,
    *ACCOUNTS,
    *OPERATIONS,
]
RULES_BY_CODE = {rule.code: rule for rule in RULES}


def count_due() -> dict[str, int]:
    """Return by rule how many rows are due today; rules that delete nothing by themselves are left out."""
    return {rule.code: rule.count() for rule in RULES if rule.count}


def apply_rules(report: Callable[[Rule, int], None] | None = None) -> dict[str, int]:
    """Carry out every rule; return how many rows each dealt with, and note that in the audit log.

    A rule that fails keeps no other from being carried out; it is noted as -1 and tried again the next night.
    """
    done: dict[str, int] = {}
    for rule in RULES:
        if rule.apply is None:
            continue
        try:
            done[rule.code] = rule.apply()
        except (DatabaseError, InterfaceError, OSError):
            logger.exception("retention rule %s failed", rule.code)
            done[rule.code] = -1
            if connection.connection and not connection.is_usable():
                connection.close()  # the next rule gets a session that answers
        if report:
            report(rule, done[rule.code])
    record_of_system(APPLIED, object_type="retention", area_code="", **done)
    return done


def find_last_run() -> AuditEvent | None:
    """Return what the log says of the last time."""
    return AuditEvent.objects.filter(action=APPLIED).order_by("-id").first()
